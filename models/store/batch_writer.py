"""The one way into the database for what is counted: one transaction a batch. A database that is unavailable is waited
for; a message that it cannot take is found, and the others are written."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Engine

from config.catalogue import Catalogue
from config.errors import InstallationError
from config.programme import Programme
from models.counting.classification_history import Placed, placed
from models.counting.stored_activity import ReadActivity
from models.database import is_unavailable, raise_for_installation, retry_until_available, writing
from models.messages.correction import Correction
from models.messages.item import Classified
from models.store.activity_writer import record_activities
from models.store.item_writer import record, record_corrections
from models.store.turns import NotBesideOthers, lock_partition

Recorded = Classified | Correction | ReadActivity
Writable = Recorded | Placed[Recorded]
RECORDERS: Mapping[type[Recorded], Callable[..., Any]] = {
    Classified: partial(record, beside=True),
    Correction: record_corrections,
    ReadActivity: record_activities,
}
SPARED = (MemoryError, InstallationError, KeyboardInterrupt, SystemExit)  # no message's fault


class Unwritten(NamedTuple):
    """The message of a batch at `at` cannot be written."""

    at: int
    error: BaseException


class Writer:
    """Built once a worker. A batch is written in one transaction, or not at all."""

    def __init__(self, engine: Engine, programme: Programme, catalogue: Catalogue) -> None:
        self._engine = engine
        self._programme = programme
        self._plenums = catalogue.plenums

    def write(self, messages: Sequence[Writable], partition: int) -> bool:
        """True when the batch is committed, False when the database is unavailable. Raises InstallationError when it
        refuses whatever it is given, and as it is any other error, which comes from the messages.

        The messages are of one kind and one partition: classified items, corrections or activities as read. One that does
        has no position on its topic comes after those that have one.
        """
        try:
            self.write_once(messages, partition)
        except Exception as error:
            raise_for_installation(error)
            if not is_unavailable(error):
                raise
            return False
        return True

    def write_when_back(self, messages: Sequence[Writable], partition: int) -> None:
        """Returns when the batch is committed, however long the database is unavailable. Raises as `write`."""
        retry_until_available(self.write_once, messages, partition)

    def write_apart(self, messages: Sequence[Writable], partition: int) -> list[Unwritten]:
        """Writes all that can be written, however long the database is unavailable, and gives the others: the batch is
        halved until each of them is alone. Raises InstallationError."""
        try:
            self.write_when_back(messages, partition)
        except SPARED:
            raise
        except BaseException as error:
            if len(messages) == 1:
                return [Unwritten(0, error)]
        else:
            return []
        half = len(messages) // 2
        first = self.write_apart(messages[:half], partition)
        second = self.write_apart(messages[half:], partition)
        return [*first, *(Unwritten(half + each.at, each.error) for each in second)]

    def write_once(self, messages: Sequence[Writable], partition: int) -> None:
        """In one transaction. Raises whatever the database raises."""
        if not messages:
            return
        listed: list[Placed[Recorded]] = placed(messages)
        try:
            self._record(RECORDERS[type(listed[0].message)], listed, partition)
        except NotBesideOthers:
            self._record(record, listed, partition)

    def _record(
        self, recorder: Callable[..., Any], listed: Sequence[Placed[Recorded]], partition: int
    ) -> None:
        with writing(self._engine) as connection:
            lock_partition(connection, partition)
            recorder(connection, listed, self._programme, self._plenums)
