"""The outbox relay publishes the keys of changed cells when their transaction is committed."""

import asyncio
import logging
import time
from functools import partial
from typing import NoReturn

from config.errors import InstallationError
from models.database import Engine, raise_for_installation, reading, writing
from models.loops import Loop
from models.messages.dead_letter import DeadLetter
from models.messages.tally_cell import CellTouched
from models.messages.topics import DEAD_LETTERS, TALLIES_TOUCHED
from models.store import tally_outbox
from stream_apps.batch_producer import BatchProducer, Outgoing

logger = logging.getLogger(__name__)
SOURCE = "/lantoa/worker"
PAUSE_SECONDS = 0.5  # a cell that every batch changes is published, and read, at most this often
LONGEST_PAUSE = 30.0  # while the database or the brokers are unavailable
RETRY_SECONDS = 600.0  # until a cell that could not be published is retried
MOST_CELLS = 5_000


async def relay_forever(engine: Engine, batch_producer: BatchProducer) -> NoReturn:
    """Publishes also what other workers, `lantoa replay` or a killed worker left in the outbox. A failed round is
    recorded for the dashboard and the metrics. Raises InstallationError."""
    relay, loop = Relay(engine, batch_producer), Loop("relay", engine)
    pause = PAUSE_SECONDS
    while True:
        try:
            published = await relay.publish()
        except (MemoryError, InstallationError):
            raise
        except Exception as error:
            raise_for_installation(error)
            await asyncio.to_thread(loop.failed, error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            continue
        pause = PAUSE_SECONDS
        if loop.is_to_be_noted:
            await asyncio.to_thread(loop.succeeded)
        if published < MOST_CELLS:
            await asyncio.sleep(pause)


class Relay:
    """Publishes from the outbox table to the topic of touched cells. A cell that cannot be published is skipped, and
    retried later."""

    def __init__(self, engine: Engine, batch_producer: BatchProducer) -> None:
        self._engine, self._batch_producer = engine, batch_producer
        self._deferred: dict[str, float] = {}  # cell → when it is retried

    async def publish(self) -> int:
        """Returns the number of published cells. A kill between the steps publishes some of them twice, which changes
        nothing."""
        with reading(self._engine) as connection:
            changed = tally_outbox.pending(connection, MOST_CELLS + len(self._deferred))
        now = time.monotonic()
        marks = {key: mark for key, mark in changed.items() if self._deferred.get(key, now) <= now}
        if not marks:
            return 0
        await self._batch_producer.send_all(sent for key in marks if (sent := self._outgoing(key)))
        published = {key: mark for key, mark in marks.items() if self._deferred.get(key, now) <= now}
        with writing(self._engine) as connection:
            tally_outbox.acknowledge(connection, published)
        for key in published:
            self._deferred.pop(key, None)
        return len(published)

    def _outgoing(self, key: str) -> Outgoing | None:
        try:
            message = CellTouched(cell=key)
            value, headers = message.encode(), message.headers(SOURCE)
            return Outgoing(TALLIES_TOUCHED, key.encode(), value, headers, partial(self._defer, key))
        except MemoryError:
            raise
        except Exception as error:
            return self._defer(key, error)

    def _defer(self, key: str, error: Exception) -> Outgoing | None:
        """Returns a dead letter the first time."""
        known = key in self._deferred
        self._deferred[key] = time.monotonic() + RETRY_SECONDS
        logger.warning("touched.aside", extra={"cell": key[:200], "reason": repr(error)})
        if known:
            return None
        letter = DeadLetter(
            topic=TALLIES_TOUCHED.name,
            partition=-1,
            offset=-1,
            error=type(error).__name__,
            reason="not-told",
            message=f"the cell {key[:200]!r} could not be named: {error}"[:1000],
        )
        return Outgoing(DEAD_LETTERS, None, None, letter.headers())
