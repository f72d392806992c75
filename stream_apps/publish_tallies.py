"""The only writer of the topic of tallies: it publishes the rows of touched cells, as the database holds them now."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import NamedTuple

from confluent_kafka import KafkaException

from models.counting.cell_message import tally_cell
from models.counting.figures import Figures
from models.database import Engine, is_unavailable, raise_for_installation, reading, retry_until_available
from models.messages.topics import GROUP, TALLIES
from models.queries.tally import cells_by_key
from stream_apps.batch_producer import Outgoing
from stream_apps.dead_letters import NOT_OF_A_RECORD
from stream_apps.transactional_producer import NotTaken, TransactionalProducer

SOURCE = "/lantoa/worker"
MakeSender = Callable[[str], TransactionalProducer]  # by its transactional id
Excused = Callable[[], AbstractContextManager[None]]


class Versions(NamedTuple):
    rules: str
    catalogue: str


class TallyPublisher:
    """Publishes the cells that one worker's partitions of touched cells name.

    The cells of a partition belong to its latest owner: the rows are read after the earlier owner is fenced off,
    which can then append nothing more. So the last row of a key is never an older one. `excused` surrounds waits for
    the database.
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
        self._senders: dict[int, TransactionalProducer] = {}

    async def publish(self, keys: Iterable[str], partition: int) -> dict[str, BaseException]:
        """Returns when the brokers have the rows of all cells, except those that it returns with the error of
        each."""
        named, stopped = sorted(set(keys)), dict[str, BaseException]()
        sender = self._sender(partition)
        while named:
            try:
                await sender.init()
                rows = await self._rows(named, stopped)
                await sender.send_all(rows)
            except NotTaken as error:
                stopped |= {(key or b"").decode(): reason for key, reason in error.refused.items()}
            except KafkaException as error:
                await sender.retry_after(error)
            else:
                break
            named = [key for key in named if key not in stopped]
        return stopped

    def row(self, key: str) -> Outgoing:
        """Returns the present row. Raises what the database raises."""
        return self._row(key, self._read_once([key])[key])

    def _sender(self, partition: int) -> TransactionalProducer:
        if partition not in self._senders:
            self._senders[partition] = self._make_sender(f"{GROUP}-tallies-{partition}")
        return self._senders[partition]

    async def _rows(self, keys: list[str], stopped: dict[str, BaseException]) -> list[Outgoing]:
        """Leaves out rows that cannot be read or encoded, and adds them to `stopped`."""
        try:
            return [self._row(key, figures) for key, figures in (await self._read(keys)).items()]
        except NOT_OF_A_RECORD:
            raise
        except BaseException as error:
            if len(keys) == 1:
                stopped[keys[0]] = error
                return []
        half = len(keys) // 2
        return [
            *await self._rows(keys[:half], stopped),
            *await self._rows(keys[half:], stopped),
        ]

    async def _read(self, keys: list[str]) -> dict[str, Figures | None]:
        try:
            return self._read_once(keys)
        except Exception as error:
            if not is_unavailable(error):
                raise_for_installation(error)
                raise
        with self._excused():
            return await asyncio.to_thread(retry_until_available, self._read_once, keys)

    def _read_once(self, keys: list[str]) -> dict[str, Figures | None]:
        """The figures are None where the cell has become empty."""
        with reading(self._engine) as connection:
            found = cells_by_key(connection, keys)
        return {key: found.get(key) for key in keys}

    def _row(self, key: str, figures: Figures | None) -> Outgoing:
        if figures is None:
            return Outgoing(TALLIES, key.encode(), None, [])
        message = tally_cell(key, figures, datetime.now(UTC), *self._versions)
        return Outgoing(TALLIES, key.encode(), message.encode(), message.headers(SOURCE))
