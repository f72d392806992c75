"""Fetches sources and waits until everything is counted, for `lantoa ingest`, `lantoa up` and the demo."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from filelock import FileLock, Timeout

from config.errors import NotCounted
from config.programme import Programme, Source
from config.settings import Settings
from lantoa.language import _
from lantoa.runtime.consumer_lag import Remaining
from lantoa.runtime.services import Runtime, Say
from models.database import make_engine
from producers.document_plan import Counts, DocumentPlan
from producers.poll import PollResult, SourceResult, open_dependencies, poll
from producers.reextract import read_again

Clock = Callable[[], datetime]


class FetchedNotCounted(NotCounted):
    """The sources were fetched, but not everything was counted. It holds the result of the fetch."""

    def __init__(self, found: PollResult, error: NotCounted) -> None:
        super().__init__(str(error))
        self.found = found


@contextmanager
def one_at_a_time(settings: Settings, say: Say) -> Iterator[None]:
    """Makes a second run on the same data folder wait for the first, because both would fetch everything."""
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
    runtime: Runtime,
    programme: Programme,
    sources: Sequence[Source] | None,
    *,
    since: date | None = None,
    now: Clock | None = None,
    on_document: Callable[[DocumentPlan, Counts], None] = lambda _plan, _counts: None,
    on_result: Callable[[SourceResult], None],
    on_remaining: Callable[[Remaining], None],
) -> PollResult:
    """Fetches the sources (all if None), back to the day `since` if it is given. Returns when everything published,
    also by earlier runs, is counted or dead-lettered. Raises FetchedNotCounted."""
    with open_dependencies(runtime.settings, runtime.bootstrap) as dependencies:
        found = poll(
            programme,
            dependencies,
            sources,
            since=since,
            now=now,
            on_document=on_document,
            on_result=on_result,
        )
    return _counted(runtime, found, on_remaining)


def read_and_count(
    runtime: Runtime,
    programme: Programme,
    sources: Sequence[Source],
    first: date | None,
    on_document: Callable[[], None],
    on_remaining: Callable[[Remaining], None],
) -> PollResult:
    """Extracts again what the archive holds of the sources since the day `first`. Returns when everything published
    is counted. Raises FetchedNotCounted."""
    engine = make_engine(runtime.settings)
    try:
        found = read_again(
            runtime.settings, programme, runtime.bootstrap, sources, engine, first, on_document
        )
    finally:
        engine.dispose()
    return _counted(runtime, found, on_remaining)


def _counted(runtime: Runtime, found: PollResult, on_remaining: Callable[[Remaining], None]) -> PollResult:
    try:
        runtime.wait_for_everything(on_remaining)
    except NotCounted as error:
        raise FetchedNotCounted(found, error) from error
    return found
