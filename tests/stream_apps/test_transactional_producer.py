"""Of two that send under one name the later one is alone; and every client puts a key into the same partition."""

import asyncio
import os
from functools import partial

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from kafka import KafkaProducer

from config.errors import InstallationError
from models.kafka_options import client_options
from models.messages.topics import Topic
from stream_apps.batch_producer import BatchProducer, Outgoing
from stream_apps.transactional_producer import NotTaken, TransactionalProducer

KEYS = [
    b"hau-giang|2024|", b"hau-giang|2024-05|channel=loudspeaker", "hau-giang|2024|outlet=báo-hậu-giang".encode(), b"0f3a", b"k",
]  # fmt: skip


@pytest.fixture
def sender(bench):
    return partial(TransactionalProducer, bench.settings, bench.bootstrap)


def outgoing(bench, key, value):
    return Outgoing(Topic(bench.target, "id", None, "the test", "delete"), key, value, [])


def committed(bench):
    """Every value that a reader of committed messages sees, in the order of its partition."""
    consumer = Consumer(
        {**bench.options, "group.id": "t", "enable.auto.commit": False, "isolation.level": "read_committed", "enable.partition.eof": True}
    )  # fmt: skip
    partitions = consumer.list_topics(bench.target).topics[bench.target].partitions
    consumer.assign([TopicPartition(bench.target, p, 0) for p in partitions])
    found, ended = [], 0
    while ended < len(partitions):
        message = consumer.poll(10)
        assert message is not None
        if message.error():
            ended += 1
        else:
            found.append((message.key(), message.value(), message.partition()))
    consumer.close()
    return found


def test_an_earlier_holder_can_append_nothing_any_more(bench, sender):
    async def go():
        first, second = sender("owner-0"), sender("owner-0")
        await first.send_all([outgoing(bench, b"cell", b"1")])
        read_before = [outgoing(bench, b"cell", b"2")]
        await second.send_all([outgoing(bench, b"cell", b"3")])
        with pytest.raises(KafkaException):
            await first.send_all(read_before)

    asyncio.run(go())
    assert [value for _, value, _ in committed(bench)] == [b"1", b"3"]


def test_who_was_shut_out_may_open_again_and_is_then_the_one(bench, sender):
    async def go():
        first, second = sender("owner-0"), sender("owner-0")
        await first.init()
        await second.init()
        with pytest.raises(KafkaException) as shut_out:
            await first.send_all([outgoing(bench, b"cell", b"1")])
        await first.retry_after(shut_out.value)
        await first.send_all([outgoing(bench, b"cell", b"2")])
        with pytest.raises(KafkaException):
            await second.send_all([outgoing(bench, b"cell", b"3")])

    asyncio.run(go())
    assert [value for _, value, _ in committed(bench)] == [b"2"]


def test_other_names_do_not_disturb_one_another(bench, sender):
    async def go():
        senders = [sender(f"owner-{n}") for n in range(3)]
        for each in senders:
            await each.init()
        for n, each in enumerate(senders):
            await each.send_all([outgoing(bench, b"%d" % n, b"row")])

    asyncio.run(go())
    assert sorted(key for key, _, _ in committed(bench)) == [b"0", b"1", b"2"]


def test_what_was_begun_and_never_ended_is_not_there(bench, sender):
    """A worker that is killed between its rows and the end of its transaction, and its successor."""

    async def go():
        killed = await sender("owner-0").init()
        killed.begin_transaction()
        killed.produce(bench.target, b"half", b"cell")
        killed.flush(10)
        await sender("owner-0").send_all([outgoing(bench, b"cell", b"whole")])

    asyncio.run(go())
    assert [value for _, value, _ in committed(bench)] == [b"whole"]


def test_a_message_that_is_refused_is_named_and_the_others_are_sent_without_it(bench, sender):
    async def go():
        sending = sender("owner-0")
        rows = [outgoing(bench, b"%d" % n, b"row") for n in range(3)]
        with pytest.raises(NotTaken) as not_taken:
            await sending.send_all([*rows, outgoing(bench, b"cell", os.urandom(2_000_000))])
        assert list(not_taken.value.refused) == [b"cell"]
        await sending.send_all(rows)

    asyncio.run(go())
    assert sorted(key for key, _, _ in committed(bench)) == [b"0", b"1", b"2"]


def test_what_no_second_try_mends_is_raised_with_what_to_do(bench, sender):
    refused = KafkaException(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED))
    with pytest.raises(InstallationError, match="give the account of the workers the right"):
        asyncio.run(sender("owner-0").retry_after(refused))


def test_every_client_puts_a_key_into_the_same_partition(bench, sender):
    async def go():
        batch_producer = BatchProducer(bench.settings, bench.bootstrap, pytest.fail)
        await batch_producer.send_all(outgoing(bench, key, b"outbox") for key in KEYS)
        await batch_producer.close()
        await sender("owner-0").send_all([outgoing(bench, key, b"fenced") for key in KEYS])

    asyncio.run(go())
    producer = KafkaProducer(**client_options(bench.settings, bench.bootstrap))
    for key in KEYS:
        producer.send(bench.target, key=key, value=b"kafka-python")
    producer.close()
    found = committed(bench)
    assert len(found) == 3 * len(KEYS)
    assert len({(key, partition) for key, _, partition in found}) == len(KEYS)
    assert len({partition for _, _, partition in found}) > 1
