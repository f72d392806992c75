"""Waiting for a thing instead of for a time: on a busy machine no number of seconds is long enough."""

import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

PATIENCE = 180.0  # seconds; two cores are shared with other tests
T = TypeVar("T")


def until(
    happened: Callable[[], T], what: Callable[[], object] = lambda: "", *, seconds: float = PATIENCE
) -> T:
    """What `happened` returns as soon as it is true. `what` tells the reader of a failure how far things had come."""
    deadline = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)
    return found


def items_stored(database: Path) -> int:
    """Items that are counted in this SQLite file; 0 as long as there is none."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
            return int(connection.execute("SELECT count(*) FROM item").fetchone()[0])
    except sqlite3.OperationalError:  # no file or no table yet
        return 0


def port_of(bootstrap: str) -> int:
    return int(bootstrap.rpartition(":")[2])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def refuses(port: int) -> bool:
    """Whether nobody listens on `port` of the loopback any more."""
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) != 0


def asked_in_vain(port: int, times: int = 1, *, seconds: float = PATIENCE) -> None:
    """Returns when clients have come to `port` so many times and found nobody who speaks to them: they have met the
    absence of the server that listened there. The port is free again afterwards."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.settimeout(seconds)
        for _ in range(times):
            listener.accept()[0].close()
