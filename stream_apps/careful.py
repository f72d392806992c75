"""After two workers ended without a report at the same offset of a partition, the records from there on are handled
one by one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from uuid import uuid4

from models.database import Engine, writing
from models.store import begun
from models.store.begun import Place
from stream_apps.app import LantoaApp
from stream_apps.batch_producer import BatchProducer, Outgoing
from stream_apps.dead_letters import Record, dead_letter, letter
from stream_apps.record_process import Done, Opening, RecordProcess
from stream_apps.transport import Batch

logger = logging.getLogger(__name__)
ENDS = 2  # ends without a report at the same offset
CLOSE_SECONDS = 1.0
LEAST_SECONDS = 2.0  # seconds of processor time for one record, at least
Finish = Callable[[Record, Sequence[Outgoing]], Awaitable[None]]


class BegunPartitions:
    """Records in the database which partitions this worker has begun: one small write for an assignment. While the
    database is unavailable nothing is recorded, and nothing waits for it."""

    def __init__(self, app: LantoaApp, engine: Engine) -> None:
        self._engine = engine
        self._worker = uuid4().hex
        self._left: dict[Place, int] = {}  # numbers of records that are still handled one by one
        app.on_partitions_revoked.connect(self._revoked, weak=False)
        app.at_the_end.append(self._end)

    async def careful(self, batch: Batch) -> bool:
        """True where the records of the batch must be handled one by one."""
        place = batch.tp.topic, batch.tp.partition
        if place not in self._left:
            self._left[place] = await asyncio.to_thread(self._begin, place, batch.records[0].offset)
        if self._left[place] <= 0:
            return False
        self._left[place] -= len(batch.records)
        return True

    def _begin(self, place: Place, offset: int) -> int:
        try:
            with writing(self._engine) as connection:
                ends = begun.begin(connection, place, offset, self._worker)
        except Exception as error:
            logger.info(
                "begun.unknown", extra={"topic": place[0], "partition": place[1], "reason": repr(error)}
            )
            return 0
        if ends < ENDS:
            return 0
        logger.warning(
            "worker.careful", extra={"topic": place[0], "partition": place[1], "offset": offset, "ends": ends}
        )
        return begun.NEAR

    async def _revoked(self, _app: LantoaApp, revoked: Iterable[object], **_: object) -> None:
        gone = {(tp.topic, tp.partition) for tp in revoked}  # type: ignore[attr-defined]
        await self._give_back(gone & self._left.keys())

    async def _end(self, orderly: bool) -> None:
        if orderly:
            await self._give_back(set(self._left))

    async def _give_back(self, places: set[Place]) -> None:
        for place in places:
            del self._left[place]
        if not places:
            return
        try:
            await asyncio.wait_for(asyncio.to_thread(self._note_end, places), CLOSE_SECONDS)
        except Exception as error:
            # then the next worker takes it for an end without a report, which does no harm
            logger.info("begun.open", extra={"reason": repr(error)})

    def _note_end(self, places: set[Place]) -> None:
        with writing(self._engine) as connection:
            begun.end(connection, places, self._worker)


class OneByOne:
    """For one agent: handles the batches that need care. `finish` gets the child's result for a record and does the
    rest of the work; by default the result is sent."""

    def __init__(
        self,
        app: LantoaApp,
        batch_producer: BatchProducer,
        begun: BegunPartitions,
        opening: Opening,
        limit: float,
        *,
        waits: bool,
        finish: Finish | None = None,
    ) -> None:
        self._app, self._batch_producer, self._begun = app, batch_producer, begun
        self._alone = RecordProcess(opening, max(limit / 4, LEAST_SECONDS), waits=waits)
        self._finish = finish or self._send
        app.at_the_end.append(self._end)

    async def took(self, batch: Batch) -> bool:
        """True when the batch was handled here and acknowledged, False when it may be handled as a whole."""
        if not await self._begun.careful(batch):
            return False
        for record in batch.records:
            await self._do(record)
            batch.acknowledge_to(record.offset + 1)
        batch.acknowledge()
        return True

    async def _do(self, record: Record) -> None:
        with self._app.excused():  # it has time limits of its own
            found = await self._alone.do(record)
            if isinstance(found, Done):
                await self._finish(record, found.outgoing)
            else:
                await self._batch_producer.send_all([letter(record, found.about)])

    async def _send(self, record: Record, outgoing: Sequence[Outgoing]) -> None:
        def instead(error: Exception) -> Outgoing:
            return dead_letter(record, error)

        await self._batch_producer.send_all(each._replace(instead=instead) for each in outgoing)

    async def _end(self, orderly: bool) -> None:  # noqa: ARG002
        self._alone.close()
