"""Passes whole batches of records from Kafka to an agent, by Faust's own extension points.

Faust makes several asyncio tasks for every message, which costs two thirds of its speed. Here the consumer passes
slices of what it fetched to a topic's channel; agents, rebalancing, commits and supervision stay Faust's. Commits
follow the batches in the order in which they were passed on, so that batches may be acknowledged in any order, and
gaps between offsets (compaction) need no bookkeeping.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import ConsumerRecord
from aiokafka.errors import ConsumerStoppedError
from faust.channels import Channel
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode.threads import WorkerThread
from mode.utils.queues import ThrowableQueue

RECORDS_PER_BATCH = 500
BATCHES_AHEAD = 4  # batches that wait in a channel for their agent
FULL_SECONDS = 0.02  # seconds until a full channel is checked again; its batches take far longer
IDLE_SECONDS = 1.0
FETCH_WAIT_MS = 100
# otherwise a stream that is just being written arrives in tiny batches, each with a transaction of its own
FETCH_LEAST_BYTES = 64 * 1024
FINISH_SECONDS = 5.0  # seconds that agents get to finish their batches when the worker stops


@dataclass(slots=True, eq=False)
class Batch:
    """Records of one partition, in order. They are delivered again after a restart unless acknowledged and
    committed."""

    tp: TP
    records: list[ConsumerRecord]
    done: bool = False
    dropped: bool = False  # removed from its channel before an agent saw it
    reached: int = 0  # records before this offset are durable while the rest is not

    def acknowledge(self) -> None:
        """Call it when the work is durable. It has no effect once the partition belongs to another worker."""
        self.done = True

    def acknowledge_to(self, offset: int) -> None:
        """Acknowledges the records before the offset, while the others are still in work."""
        self.reached = offset

    @property
    def end(self) -> int:
        """The offset to commit, that of the following record."""
        return int(self.records[-1].offset) + 1


class BatchQueue(ThrowableQueue):  # type: ignore[misc]  # Faust is untyped
    """Faust clears it when partitions are revoked and when the worker stops."""

    def clear(self) -> None:
        for batch in self._queue:
            batch.dropped = True
        super().clear()


class BatchChannel(Channel):  # type: ignore[misc]  # Faust is untyped
    """All its clones share one queue, so that batches that arrive before the agent is ready wait for it."""

    def _clone_args(self) -> Mapping[str, object]:
        return {**super()._clone_args(), "queue": self.queue}


class DaemonThread(WorkerThread):  # type: ignore[misc]  # mode is untyped
    """A thread that waits for an unavailable broker must not keep a worker from ending."""

    def __init__(self, service: object, **kwargs: object) -> None:
        super().__init__(service, **kwargs)
        self.daemon = True


class BatchConsumerThread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]  # Faust is untyped
    """aiokafka has one request at a time under way to a broker, and Faust lets it wait 1.5 s for partitions without
    new records; partitions with new ones would wait as long."""

    Worker = DaemonThread

    def _create_worker_consumer(self, transport: object) -> object:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        consumer._fetch_min_bytes = FETCH_LEAST_BYTES
        return consumer


class BatchConsumer(driver.Consumer):  # type: ignore[misc]  # Faust is untyped
    """`_acked[tp]`, which Faust empties when a partition is revoked, holds the batches that were passed on."""

    def _new_consumer_thread(self) -> BatchConsumerThread:
        return BatchConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def _drain_messages(self, fetcher: object) -> None:
        try:
            await self._hand_out(fetcher)
        except (ConsumerStoppedError, asyncio.CancelledError):
            if not self.app.should_stop:
                raise

    async def _hand_out(self, fetcher: Any) -> None:
        held: list[Batch] = []
        while not (self.should_stop or fetcher.should_stop):
            if not self.flow_active:  # a rebalance: Faust seeks to the committed offset before it goes on
                held.clear()
                await self.wait(self.can_resume_flow)
                continue
            generation = self.app.consumer_generation_id
            fetched = await self._fetch(held)
            if self.flow_active and generation == self.app.consumer_generation_id:
                held += self._batches(fetched)
                held = [batch for batch in held if not self._hand_over(batch)]
            else:  # held batches are of the old assignment
                held.clear()
                # these may be of the old assignment; nothing of the new one has been passed on yet
                if fetched:
                    await self._seek_again()

    async def _fetch(self, held: list[Batch]) -> Mapping[TP, list[ConsumerRecord]]:
        """Leaves out the partitions of full channels: one slow agent must not stop the others."""
        ready = self._get_active_partitions() - {batch.tp for batch in held}
        if not ready:
            await asyncio.sleep(FULL_SECONDS if held else IDLE_SECONDS / 10)
            return {}
        found: Mapping[TP, list[ConsumerRecord]] = await self._getmany(
            ready, FULL_SECONDS if held else IDLE_SECONDS
        )
        return found

    def _batches(self, fetched: Mapping[TP, list[ConsumerRecord]]) -> Iterator[Batch]:
        for tp, records in fetched.items():
            start = self._read_offset[tp]
            fresh = records if start is None else [record for record in records if record.offset >= start]
            if fresh:
                self._read_offset[tp] = fresh[-1].offset + 1
            for i in range(0, len(fresh), RECORDS_PER_BATCH):
                yield Batch(tp, fresh[i : i + RECORDS_PER_BATCH])

    def _hand_over(self, batch: Batch) -> bool:
        queue = self.app.channels[batch.tp.topic].queue
        if queue.full():
            return False
        queue.put_nowait(batch)
        self._acked[batch.tp].append(batch)
        return True

    def _new_offset(self, tp: TP) -> int | None:
        offset = None
        handed = self._acked[tp]
        while handed and handed[0].done:
            offset = handed.pop(0).end
        if handed and handed[0].reached:
            offset = handed[0].reached
        return offset

    async def perform_seek(self) -> None:
        """Faust leaves a partition without a commit at the offset where the last fetch ended by chance."""
        self._acked.clear()
        await super().perform_seek()
        new = [tp for tp in self.assignment() if not self._read_offset[tp]]
        if new:
            await self._thread.seek_to_beginning(*map(driver.ensure_aiokafka_TP, new))

    async def _seek_again(self) -> None:
        try:
            await self.perform_seek()
        except Exception as error:
            # the assignment is just being revoked; the next one brings a seek of its own
            self.log.debug("no seek: %r", error)

    async def wait_empty(self) -> None:
        """Lets the agents finish their batches, so that an orderly stop leaves nothing to redeliver."""
        deadline = self.loop.time() + FINISH_SECONDS
        while self._unfinished() and self.loop.time() < deadline:
            if self.should_stop or self.app.failure or self.app.excuses:  # an agent will not finish
                break
            await asyncio.sleep(FULL_SECONDS)
        await self.commit_and_end_transactions()

    def _unfinished(self) -> bool:
        return any(not (batch.done or batch.dropped) for handed in self._acked.values() for batch in handed)

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust's own alarm counts single messages; watchdog.py checks the committed offsets."""


class BatchTransport(driver.Transport):  # type: ignore[misc]  # Faust is untyped
    Consumer = BatchConsumer
