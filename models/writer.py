"""The one way into the database for classified items: one transaction a batch, waiting for a database that is away."""

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from config.catalogue import Catalogue
from config.programme import Programme
from models.database import is_away, when_back, writing
from models.messages import Classified
from models.recording import lock_partition, record


class Writer:
    """Built once a worker. A batch is written in one transaction, or not at all."""

    def __init__(self, engine: Engine, programme: Programme, catalogue: Catalogue) -> None:
        self._engine = engine
        self._programme = programme
        self._plenums = {i: p for i in catalogue.documents if (p := catalogue.plenum_of(i))}

    def write(self, messages: Sequence[Classified], partition: int) -> bool:
        """True when the batch is committed, False when the database is away. Raises what waiting cannot mend.

        `partition` is the one that the messages came from.
        """
        try:
            self._write_once(messages, partition)
        except DBAPIError as error:
            if not is_away(error):
                raise
            return False
        return True

    def write_when_back(self, messages: Sequence[Classified], partition: int) -> None:
        """Returns when the batch is committed, however long the database is away."""
        when_back(self._write_once, messages, partition)

    def _write_once(self, messages: Sequence[Classified], partition: int) -> None:
        if not messages:
            return
        with writing(self._engine) as connection:
            lock_partition(connection, partition)
            record(connection, messages, self._programme, self._plenums)
