"""The one writer of the topic of the tallies: the rows of touched cells, as the database holds them now."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import NamedTuple

from confluent_kafka import KafkaException
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from models.database import is_away, reading, when_back
from models.figures import Figures
from models.tally import cells_by_key
from models.tally_cell import tally_cell
from models.topics import GROUP, TALLIES
from stream_apps.fenced import FencedSender
from stream_apps.outbox import Outgoing

SOURCE = "/lantoa/worker"
MakeSender = Callable[[str], FencedSender]  # by its name
Excused = Callable[[], AbstractContextManager[None]]


class Versions(NamedTuple):
    rules: str
    catalogue: str


class TallyPublisher:
    """Publishes what one worker's partitions of touched cells name.

    A partition's cells belong to whoever opened it last: the rows are read after that, and an earlier owner that is
    still at work can append nothing any more. So the last row of a key is never an older one. `excused` is around waits
    for the database.
    """

    def __init__(
        self, make_sender: MakeSender, engine: Engine, versions: Versions, excused: Excused = nullcontext
    ) -> None:
        self._make_sender, self._engine, self._versions, self._excused = (
            make_sender,
            engine,
            versions,
            excused,
        )
        self._senders: dict[int, FencedSender] = {}

    async def publish(self, keys: Iterable[str], partition: int) -> None:
        """Returns when the brokers hold the rows of all of them."""
        named = sorted(set(keys))
        sender = self._sender(partition)
        while True:
            try:
                await sender.opened()
                await sender.send_all(list(self._rows(await self._read(named), named)))
            except KafkaException as error:
                await sender.again_after(error)
            else:
                return

    def _sender(self, partition: int) -> FencedSender:
        if partition not in self._senders:
            self._senders[partition] = self._make_sender(f"{GROUP}-tallies-{partition}")
        return self._senders[partition]

    async def _read(self, keys: list[str]) -> dict[str, Figures]:
        try:
            return self._read_once(keys)
        except DBAPIError as error:
            if not is_away(error):
                raise
        with self._excused():
            return await asyncio.to_thread(when_back, self._read_once, keys)

    def _read_once(self, keys: list[str]) -> dict[str, Figures]:
        with reading(self._engine) as connection:
            return cells_by_key(connection, keys)

    def _rows(self, cells: dict[str, Figures], keys: list[str]) -> Iterator[Outgoing]:
        now = datetime.now(UTC)
        for key in keys:
            figures = cells.get(key)
            if figures is None:  # it became empty
                yield Outgoing(TALLIES, key.encode(), None, [])
            else:
                message = tally_cell(key, figures, now, *self._versions)
                yield Outgoing(TALLIES, key.encode(), message.encode(), message.headers(SOURCE))
