"""The one way into the database for what is counted: one transaction a batch, waiting for a database that is away."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from config.catalogue import Catalogue
from config.programme import Programme
from models.activities import ReadActivity, record_activities
from models.correction import Correction
from models.database import is_away, when_back, writing
from models.messages import Classified
from models.recording import lock_partition, record, record_corrections

Recorded = Classified | Correction | ReadActivity
RECORDERS: Mapping[type[Recorded], Callable[..., Any]] = {
    Classified: record,
    Correction: record_corrections,
    ReadActivity: record_activities,
}


class Writer:
    """Built once a worker. A batch is written in one transaction, or not at all."""

    def __init__(self, engine: Engine, programme: Programme, catalogue: Catalogue) -> None:
        self._engine = engine
        self._programme = programme
        self._plenums = catalogue.plenums

    def write(self, messages: Sequence[Recorded], partition: int) -> bool:
        """True when the batch is committed, False when the database is away. Raises what waiting cannot mend.

        The messages are of one kind and one partition: classified items, corrections or activities as read.
        """
        try:
            self._write_once(messages, partition)
        except DBAPIError as error:
            if not is_away(error):
                raise
            return False
        return True

    def write_when_back(self, messages: Sequence[Recorded], partition: int) -> None:
        """Returns when the batch is committed, however long the database is away."""
        when_back(self._write_once, messages, partition)

    def _write_once(self, messages: Sequence[Recorded], partition: int) -> None:
        if not messages:
            return
        with writing(self._engine) as connection:
            lock_partition(connection, partition)
            record = RECORDERS[type(messages[0])]
            record(connection, messages, self._programme, self._plenums)
