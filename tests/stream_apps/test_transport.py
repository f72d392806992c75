"""What the batches mean for the offsets, without a broker; and the Faust that this is built on."""

import asyncio
import hashlib
import inspect
from collections.abc import Callable
from importlib.metadata import version
from types import SimpleNamespace

import pytest
from aiokafka import AIOKafkaConsumer
from faust.app.base import App
from faust.channels import Channel
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.transport.consumer import Consumer, Fetcher, ThreadDelegateConsumer
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.transport.drivers.aiokafka import Consumer as DriverConsumer
from faust.types import TP
from mode.supervisors import SupervisorStrategy
from mode.utils.queues import FlowControlEvent, FlowControlQueue, ThrowableQueue

from config.settings import load_settings
from models.messages.topics import Topic
from stream_apps.app import LantoaApp, make_app
from stream_apps.transport import RECORDS_PER_BATCH, Batch, BatchConsumer

ITEMS = Topic("items", "id", None, "the test", "delete")
TP0, TP1 = TP("items", 0), TP("items", 1)

BUILT_ON: dict[Callable, str] = {
    Consumer.__init__: "302410d59e",
    Consumer._drain_messages: "44a2500309",
    Consumer._wait_next_records: "6218e1969a",
    Consumer._get_active_partitions: "b24897f3c7",
    Consumer.perform_seek: "0e8c130ff4",
    Consumer.on_partitions_revoked: "d04b7ae72c",
    Consumer.stop_flow: "cf7e875a2b",
    Consumer.resume_flow: "db59630f25",
    Consumer.wait_empty: "e4662fe24f",
    Consumer.on_stop: "45b1d2210c",
    Consumer.commit_and_end_transactions: "892377824b",
    Consumer._commit_tps: "a20e230b05",
    Consumer._filter_committable_offsets: "dc5e9baf5d",
    Consumer._filter_tps_with_pending_acks: "f6f9239774",
    Consumer._should_commit: "5ce9417939",
    Consumer._commit_offsets: "1a69799041",
    Consumer._new_offset: "1d2c7ea89a",
    Consumer.verify_event_path: "aead7dc3d8",
    ThreadDelegateConsumer._getmany: "f9d47aa901",
    DriverConsumer._new_consumer_thread: "0870ec53de",
    AIOKafkaConsumerThread._create_worker_consumer: "c2701bfc3e",
    AIOKafkaConsumerThread.getmany: "26fc5fc9f3",
    AIOKafkaConsumerThread._fetch_records: "39a2c6c79f",
    AIOKafkaConsumerThread.seek_to_committed: "775ab0adc4",
    AIOKafkaConsumerThread.seek_to_beginning: "bd4250b8d1",
    Fetcher._fetcher.fun: "68f894f0b5",
    Channel.clone: "8252a0ce72",
    Channel._clone_args: "8f29b1a993",
    App._stop_consumer: "55854a5de1",
    App._on_partitions_revoked: "d5c895bbe5",
    App._on_partitions_assigned: "de932b7927",
    App._new_transport: "42db531312",
    App.on_first_start: "ec655d9c22",
    App.on_started: "c03627f2dc",
    Recovery._resume_streams: "d986a6710c",
    TableManager.on_start: "365dd25fbc",
    FlowControlQueue.put: "0ba84eb5e3",
    FlowControlEvent.resume: "4dcdc1253f",
    FlowControlEvent.clear: "dda5e40d80",
    ThrowableQueue.clear: "d18f09e451",
    SupervisorStrategy._supervisor.fun: "5fd90a325d",
}


def test_faust_is_the_one_that_this_was_written_for():
    """Read the method again when this fails, then write down its new hash."""
    assert version("faust-streaming") == "0.15.3"
    found = {method.__qualname__: _hash(method) for method in BUILT_ON}
    assert "fetch_max_wait_ms=self._fetch_max_wait_ms" in inspect.getsource(AIOKafkaConsumer.start)
    assert found == {method.__qualname__: known for method, known in BUILT_ON.items()}


def _hash(method: Callable) -> str:
    return hashlib.sha256(inspect.getsource(method).encode()).hexdigest()[:10]


def records(tp: TP, offsets) -> list:
    return [SimpleNamespace(topic=tp.topic, partition=tp.partition, offset=offset) for offset in offsets]


@pytest.fixture
def run():
    """Runs a test's coroutine function with an application and its consumer, neither of them started."""

    def run(test: Callable) -> None:
        async def go() -> None:
            app = make_app(load_settings(kafka_bootstrap_servers="localhost:1"), "localhost:1")
            app.batches(ITEMS)
            app.flow_control.resume()
            try:
                await test(app, app.consumer)
            finally:
                app.consumer._thread.thread_loop.close()

        asyncio.run(go())

    return run


def hand_out(consumer: BatchConsumer, tp: TP, offsets) -> list[Batch]:
    batches = list(consumer._batches({tp: records(tp, offsets)}))
    assert all(consumer._hand_over(batch) for batch in batches)
    return batches


def test_batches_are_slices_in_order(run):
    async def test(app: LantoaApp, consumer: BatchConsumer) -> None:
        batches = hand_out(consumer, TP0, range(1200))
        assert [(b.records[0].offset, b.end) for b in batches] == [(0, 500), (500, 1000), (1000, 1200)]
        assert [app.channels["items"].queue.get_nowait() for _ in batches] == batches

    run(test)


def test_only_what_is_finished_from_the_front_is_committed(run):
    async def test(app: LantoaApp, consumer: BatchConsumer) -> None:
        first, second, third = hand_out(consumer, TP0, range(1200))
        (other,) = hand_out(consumer, TP1, range(7, 9))
        assert consumer._filter_committable_offsets([TP0, TP1]) == {}
        second.acknowledge()
        assert consumer._filter_committable_offsets([TP0, TP1]) == {}
        first.acknowledge()
        other.acknowledge()
        assert consumer._filter_committable_offsets([TP0, TP1]) == {TP0: 1000, TP1: 9}
        third.acknowledge()
        third.acknowledge()
        assert consumer._filter_committable_offsets([TP0, TP1]) == {TP0: 1200}
        assert consumer._filter_committable_offsets([TP0, TP1]) == {}

    run(test)


def test_gaps_between_offsets_are_no_obstacle(run):
    async def test(app: LantoaApp, consumer: BatchConsumer) -> None:
        (batch,) = hand_out(consumer, TP0, [3, 4, 90, 100_000_000])
        batch.acknowledge()
        assert consumer._filter_committable_offsets([TP0]) == {TP0: 100_000_001}

    run(test)


def test_what_was_read_before_is_not_handed_out_again(run):
    async def test(app: LantoaApp, consumer: BatchConsumer) -> None:
        hand_out(consumer, TP0, range(10))
        (batch,) = hand_out(consumer, TP0, range(5, 15))
        assert [record.offset for record in batch.records] == [10, 11, 12, 13, 14]
        assert hand_out(consumer, TP0, range(15)) == []

    run(test)


def test_an_acknowledgement_after_the_partition_has_gone_counts_for_nothing(run):
    async def test(app: LantoaApp, consumer: BatchConsumer) -> None:
        (old,) = hand_out(consumer, TP0, range(10))
        consumer._thread._consumer = SimpleNamespace(assignment=set)
        app.on_rebalance_start()
        await consumer.on_partitions_revoked({TP0})
        old.acknowledge()
        assert consumer._filter_committable_offsets([TP0]) == {}
        hand_out(consumer, TP0, range(10))
        assert consumer._filter_committable_offsets([TP0]) == {}

    run(test)


def test_a_full_channel_holds_its_batches_back_and_no_others(run):
    async def test(app: LantoaApp, consumer: BatchConsumer) -> None:
        app.batches(Topic("classified", "id", None, "the test", "delete"))
        many = consumer._batches({TP0: records(TP0, range(5 * RECORDS_PER_BATCH))})
        assert [consumer._hand_over(batch) for batch in many] == [True] * 4 + [False]
        (other,) = consumer._batches({TP("classified", 0): records(TP("classified", 0), range(3))})
        assert consumer._hand_over(other)

    run(test)


def test_batches_wait_for_an_agent_that_is_not_ready(run):
    async def test(app: LantoaApp, consumer: BatchConsumer) -> None:
        (batch,) = hand_out(consumer, TP0, range(3))
        channel = app.channels["items"].clone(is_iterator=True)
        assert await anext(channel) is batch

    run(test)


def test_memory_does_not_grow_with_age(run):
    async def test(app: LantoaApp, consumer: BatchConsumer) -> None:
        queue = app.channels["items"].queue
        for turn in range(2000):
            hand_out(consumer, TP0, range(turn * 10, turn * 10 + 10))
            queue.get_nowait().acknowledge()
            consumer._filter_committable_offsets([TP0])
        assert (len(consumer._acked[TP0]), len(consumer._gap), len(consumer._acked_index)) == (0, 0, 0)

    run(test)


def test_a_stop_waits_for_the_batch_in_hand_and_not_for_those_in_the_channel(run):
    async def test(app: LantoaApp, consumer: BatchConsumer) -> None:
        taken, waiting = hand_out(consumer, TP0, range(700))
        assert app.channels["items"].queue.get_nowait() is taken
        app.flow_control.clear()
        assert waiting.dropped
        stopping = asyncio.create_task(consumer.wait_empty())
        await asyncio.sleep(0.1)
        assert not stopping.done()
        consumer._thread._consumer = SimpleNamespace(assignment=set)
        taken.acknowledge()
        await asyncio.wait_for(stopping, 1)

    run(test)


def test_one_agent_for_a_topic(run):
    async def test(app: LantoaApp, consumer: BatchConsumer) -> None:
        with pytest.raises(ValueError, match="items has its agent"):
            app.batches(ITEMS)

    run(test)
