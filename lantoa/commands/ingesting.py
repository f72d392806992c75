"""Fetching and waiting until it is counted: what `lantoa ingest`, `lantoa up` and the demo share."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from filelock import FileLock, Timeout

from config.errors import NotCounted
from config.programme import Programme, Source
from config.settings import Settings
from lantoa.language import _
from lantoa.runtime.consumer_lag import Remaining
from lantoa.runtime.services import Running, Say
from models.database import make_engine
from producers.poll import PollResult, SourceResult, poll
from producers.reading import Reading
from producers.reread import read_again

Clock = Callable[[], datetime]


class FetchedNotCounted(NotCounted):
    """What was fetched all the same."""

    def __init__(self, found: PollResult, error: NotCounted) -> None:
        super().__init__(str(error))
        self.found = found


@contextmanager
def one_at_a_time(settings: Settings, say: Say) -> Iterator[None]:
    """Two runs on one data folder would fetch everything twice: the second waits for the first."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.data_dir / "ingest.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(_("Another `lantoa ingest` is at work on {folder}; waiting for it …", folder=settings.data_dir))
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def ingest(
    running: Running,
    programme: Programme,
    sources: Sequence[Source] | None,
    *,
    since: date | None = None,
    now: Clock | None = None,
    on_document: Callable[[Reading], None] = lambda _reading: None,
    on_result: Callable[[SourceResult], None],
    on_remaining: Callable[[Remaining], None],
) -> PollResult:
    """Fetches the sources (all of them when None), back to the day `since` when it is given; returns when all that is
    published is counted or dead-lettered, by earlier runs too. Raises FetchedNotCounted."""
    found = poll(
        running.settings,
        programme,
        running.bootstrap,
        sources,
        since=since,
        now=now,
        on_document=on_document,
        on_result=on_result,
    )
    return _counted(running, found, on_remaining)


def read_and_count(
    running: Running,
    programme: Programme,
    sources: Sequence[Source],
    first: date | None,
    on_document: Callable[[], None],
    on_remaining: Callable[[Remaining], None],
) -> PollResult:
    """Reads again what the archive keeps of the sources since the day `first`; returns when all that is published is
    counted. Raises FetchedNotCounted."""
    engine = make_engine(running.settings)
    try:
        found = read_again(
            running.settings, programme, running.bootstrap, sources, engine, first, on_document
        )
    finally:
        engine.dispose()
    return _counted(running, found, on_remaining)


def _counted(running: Running, found: PollResult, on_remaining: Callable[[Remaining], None]) -> PollResult:
    try:
        running.wait_for_everything(on_remaining)
    except NotCounted as error:
        raise FetchedNotCounted(found, error) from error
    return found
