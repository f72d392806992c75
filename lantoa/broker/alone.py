"""One broker on a data folder: who starts waits for who is starting, and gives way to who runs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from config.errors import AlreadyRunning
from config.settings import Settings
from lantoa.broker.files import BrokerFiles
from lantoa.broker.holder import forget_holder, read_holder

ORPHAN_SECONDS = 20.0  # longer than a keeper takes to end a broker whose owner died
LOOK_AGAIN_SECONDS = 0.2


@contextmanager
def alone(settings: Settings, progress: Callable[[str], None]) -> Iterator[None]:
    """Held for the time of a start only; after that the holder's file tells. Raises AlreadyRunning."""
    files = BrokerFiles.of(settings)
    files.home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(files.lock)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress("Another Lan tỏa is just starting on this data folder; waiting for it")
        lock.acquire()
    try:
        _give_way(settings, files, progress)
        yield
    finally:
        lock.release()


def running_bootstrap(settings: Settings) -> str | None:
    """Address of this data folder's live embedded broker, whoever started it; None until it has answered once, and from
    the end of its owner on: it ends within seconds."""
    files = BrokerFiles.of(settings)
    holder = read_holder(files.holder)
    if holder is None:
        _clean(files)
    return holder.bootstrap if holder and holder.ready and holder.owner.alive() else None


def _give_way(settings: Settings, files: BrokerFiles, progress: Callable[[str], None]) -> None:
    deadline = time.monotonic() + ORPHAN_SECONDS
    waiting = False
    while (holder := read_holder(files.holder)) is not None:
        if holder.owner.alive():
            raise AlreadyRunning(holder.owner.pid, settings.data_dir)
        if time.monotonic() > deadline:
            raise AlreadyRunning(holder.broker.pid, settings.data_dir)
        if not waiting:  # its owner was killed: it is about to end
            progress("Waiting for the broker of the last run to end")
            waiting = True
        time.sleep(LOOK_AGAIN_SECONDS)
    forget_holder(files.holder)


def _clean(files: BrokerFiles) -> None:
    if not files.holder.exists():
        return
    try:
        with FileLock(files.lock, timeout=0):  # whoever starts now is about to replace what looks stale
            forget_holder(files.holder)
    except Timeout:
        pass
