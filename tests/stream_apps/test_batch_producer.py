"""What is sent is on the brokers before anybody hears of it; what they refuse is never taken for sent."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from types import SimpleNamespace

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource

from models.messages.dead_letter import DeadLetter
from models.messages.topics import LARGEST_MESSAGE, Topic
from stream_apps.batch_producer import BatchProducer, Outgoing
from stream_apps.dead_letters import dead_letter

TOO_LARGE = os.urandom(2_000_000)  # does not shrink below what brokers take


@asynccontextmanager
async def outbox_for(bench, refused: list[BaseException]) -> AsyncIterator[BatchProducer]:
    batch_producer = BatchProducer(bench.settings, bench.bootstrap, refused.append)
    yield batch_producer
    await batch_producer.close()


def outgoing(bench, value: bytes, number: int = 0) -> Outgoing:
    topic = Topic(bench.target, "id", None, "the test", "delete")
    return Outgoing(topic, f"{number}".encode(), value, [("ce_type", b"test")])


def test_all_is_there_when_it_says_so(bench):
    async def go() -> None:
        async with outbox_for(bench, []) as batch_producer:
            await batch_producer.send_all(outgoing(bench, b"%d" % n, n) for n in range(25_000))
            await batch_producer.send_all([])

    asyncio.run(go())
    found = bench.read(bench.target, 25_000)
    assert sorted(int(m.value()) for m in found) == list(range(25_000))
    assert (found[0].headers(), found[0].key()) == ([("ce_type", b"test")], found[0].value())


def test_then_is_called_after_delivery_and_only_then(bench):
    refused: list[BaseException] = []
    called: list[int] = []

    async def go() -> None:
        async with outbox_for(bench, refused) as batch_producer:
            await batch_producer.send([outgoing(bench, b"good")], then=lambda: called.append(1))
            assert called == []
            await batch_producer.send(
                [outgoing(bench, b"good"), outgoing(bench, TOO_LARGE)], then=lambda: called.append(2)
            )

    asyncio.run(go())
    assert called == [1]
    assert [type(error) for error in refused] == [KafkaException]


def test_a_refused_message_raises(bench):
    async def go() -> None:
        async with outbox_for(bench, []) as batch_producer:
            with pytest.raises(KafkaException, match="MSG_SIZE_TOO_LARGE"):
                await batch_producer.send_all([outgoing(bench, b"good"), outgoing(bench, TOO_LARGE)])

    asyncio.run(go())


POISON = {
    "too large for the topic": {"value": TOO_LARGE},
    "too large for the client": {"value": b"x" * (LARGEST_MESSAGE + 1)},
    "a header of 2 MB": {"headers": [("dài", TOO_LARGE)]},
    "a value that is no bytes": {"value": 7},
}


@pytest.mark.parametrize("poison", POISON)
def test_one_message_that_is_refused_takes_no_other_with_it(bench, poison):
    refused: list[BaseException] = []
    letters: list[Exception] = []
    called: list[int] = []

    def letter(error: Exception) -> Outgoing:
        letters.append(error)
        return outgoing(bench, TOO_LARGE)._replace(instead=lambda _: outgoing(bench, b"letter", 999))

    async def go() -> None:
        async with outbox_for(bench, refused) as batch_producer:
            sound = [outgoing(bench, b"sound", n) for n in range(20)]
            bad = outgoing(bench, b"", 100)._replace(**POISON[poison], instead=letter)
            await batch_producer.send([*sound[:10], bad, *sound[10:]], then=lambda: called.append(1))

    asyncio.run(go())
    assert refused == []
    assert (len(letters), called) == (1, [1])
    found = [message.key() for message in bench.read(bench.target, 21)]
    assert sorted(found) == sorted([b"%d" % n for n in range(20)] + [b"999"])


def test_messages_that_are_too_large_only_together_are_all_sent(bench):
    """Brokers refuse a batch as a whole."""
    bench.admin.incremental_alter_configs(
        [
            ConfigResource(
                ConfigResource.Type.TOPIC,
                bench.target,
                incremental_configs=[
                    ConfigEntry("max.message.bytes", "20000", incremental_operation=AlterConfigOpType.SET)
                ],
            )
        ]
    )[ConfigResource(ConfigResource.Type.TOPIC, bench.target)].result()

    async def go() -> None:
        async with outbox_for(bench, []) as batch_producer:
            await batch_producer.send_all(outgoing(bench, os.urandom(9_000), n) for n in range(20))

    asyncio.run(go())
    found = {message.key() for message in bench.read(bench.target, 20)}
    assert found == {b"%d" % n for n in range(20)}


@pytest.mark.parametrize(
    "record",
    [
        {"key": b"k", "value": b"ch\xff"},
        {"key": b"k", "value": os.urandom(LARGEST_MESSAGE)},
        {"key": b"k", "value": None, "headers": (("dài", os.urandom(17 << 20)),)},
        {"key": os.urandom(17 << 20), "value": b"v"},
        {"key": b"k", "value": b"v", "headers": (("một\x00hai", b""),)},
        {"key": b"k", "value": b"v", "headers": (("trống", None),)},
    ],
    ids=["small", "value", "header", "key", "header's name", "null header"],
)
def test_every_record_has_a_dead_letter_with_its_place_and_its_bytes_or_their_hash(bench, record):
    place = {"topic": "lantoa.items", "partition": 3, "offset": int(time.time() * 1e6), "headers": ()}
    given = SimpleNamespace(**place | record)

    async def go() -> None:
        async with outbox_for(bench, []) as batch_producer:
            await batch_producer.send_all([dead_letter(given, RecursionError("sâu " * 9_999 + "\ud800"))])

    asyncio.run(go())
    (letter,) = [m for m in bench.read_all("lantoa.dead-letters") if stated(m).offset == given.offset]
    about = stated(letter)
    assert (about.topic, about.partition, about.reason) == ("lantoa.items", 3, "unexpected")
    if letter.value() is None and given.value is not None:
        assert about.value_bytes == len(given.value)
        assert about.value_sha256 == sha256(given.value).hexdigest()
    else:
        assert (letter.value(), about.value_sha256, about.value_bytes) == (given.value, "", 0)


def stated(message) -> DeadLetter:
    return DeadLetter.from_headers(dict(message.headers()))
