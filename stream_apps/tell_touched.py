"""Names the cells that changed on the topic of touched cells, once their transaction is committed."""

import asyncio
import logging
from typing import NoReturn

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from models import touched
from models.database import is_away, reading, writing
from models.tally_cell import CellTouched
from models.topics import TALLIES_TOUCHED
from stream_apps.outbox import Outbox, Outgoing

logger = logging.getLogger(__name__)
SOURCE = "/lantoa/worker"
PAUSE_SECONDS = 0.5  # a cell that every batch changes is told, and read, at most so often
MOST_CELLS = 5_000


async def tell_for_ever(engine: Engine, outbox: Outbox) -> NoReturn:
    """Also what other workers, `lantoa replay` or a worker that was killed left to be told."""
    while True:
        try:
            told = await tell(engine, outbox)
        except DBAPIError as error:
            if not is_away(error):
                raise
            logger.debug("touched.waiting for=database")
            told = 0
        if told < MOST_CELLS:
            await asyncio.sleep(PAUSE_SECONDS)


async def tell(engine: Engine, outbox: Outbox) -> int:
    """The number of cells that were told. A kill between the steps tells some of them twice, which changes nothing."""
    with reading(engine) as connection:
        marks = touched.noted(connection, MOST_CELLS)
    if marks:
        await outbox.send_all(_outgoing(key) for key in marks)
        with writing(engine) as connection:
            touched.forget(connection, marks)
    return len(marks)


def _outgoing(key: str) -> Outgoing:
    message = CellTouched(cell=key)
    return Outgoing(TALLIES_TOUCHED, key.encode(), message.encode(), message.headers(SOURCE))
