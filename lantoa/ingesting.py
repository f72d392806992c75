"""Fetching and waiting until it is counted: what `lantoa ingest`, `lantoa up` and the demo share."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from filelock import FileLock, Timeout

from config.programme import Programme, Source
from config.settings import Settings
from lantoa.language import _
from lantoa.progress import Remaining, wait_until_counted
from lantoa.running import Running, Say
from producers.poll import PollResult, SourceResult, poll

Clock = Callable[[], datetime]


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
    now: Clock | None = None,
    on_result: Callable[[SourceResult], None],
    on_remaining: Callable[[Remaining], None],
) -> PollResult:
    """Fetches the sources (all of them when None); returns when all that they gave is counted or dead-lettered."""
    clock = {"now": now} if now else {}
    found = poll(running.settings, programme, running.bootstrap, sources, on_result=on_result, **clock)

    def look(remaining: Remaining) -> None:
        running.check()
        on_remaining(remaining)

    wait_until_counted(running.settings, running.bootstrap, found.published, look)
    return found
