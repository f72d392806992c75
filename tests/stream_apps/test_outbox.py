"""What is sent is on the brokers before anybody hears of it; what they refuse is never taken for sent."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from confluent_kafka import KafkaException

from config.settings import load_settings
from models.topics import Topic
from stream_apps.outbox import Outbox, Outgoing

TOO_LARGE = os.urandom(2_000_000)  # does not shrink below what brokers take


@asynccontextmanager
async def outbox_for(bench, refused: list[BaseException]) -> AsyncIterator[Outbox]:
    outbox = Outbox(load_settings(kafka_bootstrap_servers=bench.bootstrap), bench.bootstrap, refused.append)
    yield outbox
    await outbox.close()


def outgoing(bench, value: bytes, number: int = 0) -> Outgoing:
    topic = Topic(bench.target, "id", None, "the test", "delete")
    return Outgoing(topic, f"{number}".encode(), value, [("ce_type", b"test")])


def test_all_is_there_when_it_says_so(bench):
    async def go() -> None:
        async with outbox_for(bench, []) as outbox:
            await outbox.send_all(outgoing(bench, b"%d" % n, n) for n in range(25_000))
            await outbox.send_all([])

    asyncio.run(go())
    found = bench.read(bench.target, 25_000)
    assert sorted(int(m.value()) for m in found) == list(range(25_000))
    assert (found[0].headers(), found[0].key()) == ([("ce_type", b"test")], found[0].value())


def test_then_is_called_after_delivery_and_only_then(bench):
    refused: list[BaseException] = []
    called: list[int] = []

    async def go() -> None:
        async with outbox_for(bench, refused) as outbox:
            await outbox.send([outgoing(bench, b"good")], then=lambda: called.append(1))
            assert called == []
            await outbox.send(
                [outgoing(bench, b"good"), outgoing(bench, TOO_LARGE)], then=lambda: called.append(2)
            )

    asyncio.run(go())
    assert called == [1]
    assert [type(error) for error in refused] == [KafkaException]


def test_a_refused_message_raises(bench):
    async def go() -> None:
        async with outbox_for(bench, []) as outbox:
            with pytest.raises(KafkaException, match="MSG_SIZE_TOO_LARGE"):
                await outbox.send_all([outgoing(bench, b"good"), outgoing(bench, TOO_LARGE)])

    asyncio.run(go())
