"""Loops that must not end: a round that fails is survived and tried again after a growing pause, and what fails is noted
where the dashboard and the metrics see it, whichever process it is in.
"""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic

from config.errors import LantoaError
from config.visible import said
from models.database import Engine, reading, writing
from models.queries.loop_states import LoopNote, note_of
from models.store.loop_notes import put_note

FIRST_PAUSE = 5.0  # seconds after the first failed round; twice as long after each further one
LONGEST_PAUSE = 60.0
NOTED_EVERY = 300.0  # seconds between two notes that all is well
ENDED_ABNORMALLY = "the process ended in the middle of a round"
logger = logging.getLogger(__name__)


class Loop:
    """One loop; `run` each of its rounds with it. Of one thread.

    `engine` is where it is noted, as far as that answers; None: nowhere. `on_failure` hears of each failed round, with the
    seconds until the next one.
    """

    def __init__(
        self,
        name: str,
        engine: Engine | None = None,
        *,
        place: str = "",
        longest: float = LONGEST_PAUSE,
        on_failure: Callable[[Exception, float], None] = lambda _error, _pause: None,
    ) -> None:
        self.name = name
        self.failures = 0
        self.pause = 0.0
        self._engine, self._place = engine, place or socket.gethostname()
        self._longest, self._on_failure = longest, on_failure
        self._next_at = self._noted = float("-inf")
        self._failing_since: datetime | None = None
        self._succeeded_at: datetime | None = None
        self._began_at: datetime | None = None
        self._unnoted = 0  # failed rounds
        self._error = ""

    @property
    def paused(self) -> bool:
        return monotonic() < self._next_at

    @property
    def is_to_be_noted(self) -> bool:
        """Whether a success would be written: after a failure, and every few minutes."""
        return self._was_failing or monotonic() - self._noted > NOTED_EVERY

    @property
    def _was_failing(self) -> bool:
        return self._failing_since is not None or self.failures > 0

    def run(self, work: Callable[[], object]) -> bool:
        """One round, unless the pause after a failed one lasts. Whether it was done; raises KeyboardInterrupt and SystemExit
        alone."""
        if self.paused:
            return False
        try:
            work()
        except Exception as error:
            self.failed(error)
            return False
        self.succeeded()
        return True

    def succeeded(self) -> None:
        was_failing, is_to_be_noted = self._was_failing, self.is_to_be_noted
        self.failures, self.pause, self._error, self._failing_since = 0, 0.0, "", None
        self._succeeded_at = datetime.now(UTC)
        if was_failing:
            logger.warning("loop.recovered", extra={"loop": self.name})
        if is_to_be_noted:
            self._note()

    def failed(self, error: Exception) -> None:
        words = said(f"{type(error).__name__}: {error}" if not isinstance(error, LantoaError) else str(error))
        known = words == self._error or isinstance(error, LantoaError)
        self._fail(words)
        logger.error(
            "loop.failed",
            extra={"loop": self.name, "failures": self.failures, "pause": round(self.pause), "error": words},
            exc_info=None if known else error,
        )
        try:
            self._on_failure(error, self.pause)
        except Exception:
            logger.exception("loop.untold", extra={"loop": self.name})
        self._note()

    def resume(self) -> None:
        """At the start of a process: a round that was running when the process before ended counts as a failed
        round, so that a process which is started again and again does not repeat it at once."""
        try:
            before = self._before()
        except Exception as error:
            logger.warning("loop.unread", extra={"loop": self.name, "error": said(str(error))})
            return
        if before is None:
            return
        self.failures, self._failing_since, self._error = before.failures, before.failing_since, before.error
        if before.began_at:
            self._fail(ENDED_ABNORMALLY)
            logger.warning(
                "loop.resumed",
                extra={"loop": self.name, "failures": self.failures, "pause": round(self.pause)},
            )
            self._note()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Around what must not be repeated at once when the process dies in it."""
        self._began_at = datetime.now(UTC)
        self._note()
        try:
            yield
        finally:
            self._began_at = None
            self._note()

    def _fail(self, words: str) -> None:
        self.failures += 1
        self._unnoted += 1
        self._error = words
        self._failing_since = self._failing_since or datetime.now(UTC)
        self.pause = min(FIRST_PAUSE * 2.0 ** min(self.failures - 1, 30), self._longest)
        self._next_at = monotonic() + self.pause

    def _before(self) -> LoopNote | None:
        if self._engine is None:
            return None
        with reading(self._engine) as connection:
            return note_of(connection, self.name, self._place)

    def _note(self) -> None:
        """As far as the database answers: the log has it in any case."""
        if self._engine is None:
            return
        self._noted = monotonic()
        try:
            with writing(self._engine) as connection:
                put_note(connection, self._as_note())
        except Exception as error:
            logger.debug("loop.unnoted", extra={"loop": self.name, "error": error})
            return
        self._unnoted = 0

    def _as_note(self) -> LoopNote:
        return LoopNote(
            name=self.name,
            place=self._place,
            noted_at=datetime.now(UTC),
            succeeded_at=self._succeeded_at,
            failing_since=self._failing_since,
            began_at=self._began_at,
            failures=self.failures,
            failed_rounds=self._unnoted,
            error=self._error,
        )
