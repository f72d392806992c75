"""Ensures one broker on each data folder: a start waits for another start and fails if a broker is running."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from config.errors import AlreadyRunning
from config.settings import Settings
from lantoa.broker.broker_files import BrokerFiles
from lantoa.broker.holder import forget_holder, read_holder

ORPHAN_SECONDS = 20.0  # longer than a guardian process takes to end a broker whose owner died
LOOK_AGAIN_SECONDS = 0.2


@contextmanager
def alone(settings: Settings, progress: Callable[[str], None]) -> Iterator[None]:
    """Holds a lock during a start; afterwards the holder's file identifies the broker. Raises AlreadyRunning."""
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
    """Returns the address of the data folder's live embedded broker, whichever process started it. Returns None until
    it has answered once, and as soon as its owner has ended, because it then ends within seconds."""
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
        if not waiting:  # its owner was killed, so it is about to end
            progress("Waiting for the broker of the last run to end")
            waiting = True
        time.sleep(LOOK_AGAIN_SECONDS)
    forget_holder(files.holder)


def _clean(files: BrokerFiles) -> None:
    if not files.holder.exists():
        return
    try:
        with FileLock(files.lock, timeout=0):  # a process that starts now is about to replace a stale file
            forget_holder(files.holder)
    except Timeout:
        pass
