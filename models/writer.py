"""The one way into the database for classified items: one transaction a batch, waiting for a database that is away."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from config.catalogue import Catalogue
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential

from config.programme import Programme
from models.database import is_away, writing
from models.messages import Classified
from models.recording import lock_partition, record

logger = logging.getLogger(__name__)
LONGEST_WAIT = 10.0  # seconds between two tries


class Writer:
    """Built once a worker. `waiting` is entered while the database is away, to tell a wait from a hang."""

    def __init__(
        self,
        engine: Engine,
        programme: Programme,
        catalogue: Catalogue,
        waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._engine = engine
        self._programme = programme
        self._plenums = {i: p for i in catalogue.documents if (p := catalogue.plenum_of(i))}
        self._waiting = waiting

    def write(self, messages: Sequence[Classified], partition: int) -> None:
        """Returns when the batch is committed, however long the database is away.

        `partition` is the one that the messages came from. Raises what waiting cannot mend.
        """
        if not messages:
            return
        try:
            self._write_once(messages, partition)
        except DBAPIError as error:
            if not is_away(error):
                raise
            with self._waiting():
                _retrying()(self._write_once, messages, partition)

    def _write_once(self, messages: Sequence[Classified], partition: int) -> None:
        with writing(self._engine) as connection:
            lock_partition(connection, partition)
            record(connection, messages, self._programme, self._plenums)


def _retrying() -> Retrying:
    return Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, DBAPIError) and is_away(error)),
        wait=wait_random_exponential(multiplier=0.2, max=LONGEST_WAIT),
        before_sleep=_log_wait,
    )


def _log_wait(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    reason = str(getattr(error, "orig", error)).splitlines()[:1]
    logger.warning("database.away attempt=%d reason=%s", state.attempt_number, *reason or [""])
