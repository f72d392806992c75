"""Names the cells that changed on the topic of touched cells, once their transaction is committed."""

import asyncio
import logging
import time
from functools import partial
from typing import NoReturn

from sqlalchemy import Engine

from config.errors import InstallationError
from models import tally_outbox
from models.database import raise_for_installation, reading, writing
from models.loops import Loop
from models.messages import DeadLetter
from models.tally_cell import CellTouched
from models.topics import DEAD_LETTERS, TALLIES_TOUCHED
from stream_apps.batch_producer import BatchProducer, Outgoing

logger = logging.getLogger(__name__)
SOURCE = "/lantoa/worker"
PAUSE_SECONDS = 0.5  # a cell that every batch changes is told, and read, at most so often
LONGEST_PAUSE = 30.0  # while the database or the brokers are unavailable
ASIDE_SECONDS = 600.0  # until a cell that could not be told is tried again
MOST_CELLS = 5_000


async def relay_forever(engine: Engine, outbox: BatchProducer) -> NoReturn:
    """Also what other workers, `lantoa replay` or a worker that was killed left to be told. A round that fails is noted
    where dashboard and metrics see it. Raises InstallationError."""
    relay, loop = Relay(engine, outbox), Loop("relay", engine)
    pause = PAUSE_SECONDS
    while True:
        try:
            told = await relay.tell()
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
        if told < MOST_CELLS:
            await asyncio.sleep(pause)


class Relay:
    """From the table of touched cells to their topic. A cell that cannot be told is put aside, and tried again later."""

    def __init__(self, engine: Engine, outbox: BatchProducer) -> None:
        self._engine, self._outbox = engine, outbox
        self._aside: dict[str, float] = {}  # cell → when it is tried again

    async def tell(self) -> int:
        """The number of cells that were told. A kill between the steps tells some of them twice, which changes
        nothing."""
        with reading(self._engine) as connection:
            noted = tally_outbox.pending(connection, MOST_CELLS + len(self._aside))
        now = time.monotonic()
        marks = {key: mark for key, mark in noted.items() if self._aside.get(key, now) <= now}
        if not marks:
            return 0
        await self._outbox.send_all(sent for key in marks if (sent := self._outgoing(key)))
        told = {key: mark for key, mark in marks.items() if self._aside.get(key, now) <= now}
        with writing(self._engine) as connection:
            tally_outbox.acknowledge(connection, told)
        for key in told:
            self._aside.pop(key, None)
        return len(told)

    def _outgoing(self, key: str) -> Outgoing | None:
        try:
            message = CellTouched(cell=key)
            value, headers = message.encode(), message.headers(SOURCE)
            return Outgoing(TALLIES_TOUCHED, key.encode(), value, headers, partial(self._put_aside, key))
        except MemoryError:
            raise
        except Exception as error:
            return self._put_aside(key, error)

    def _put_aside(self, key: str, error: Exception) -> Outgoing | None:
        """A letter the first time."""
        known = key in self._aside
        self._aside[key] = time.monotonic() + ASIDE_SECONDS
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
