"""Chooses two free ports on the loopback address, the same ones again for the same folder if possible.

A copy of a data folder is another broker with the same cluster id. If it used the ports of the original, clients of
each could reach the other.
"""

import json
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from config.errors import BrokerError

HOST = "127.0.0.1"
ANY = 0


class Ports(NamedTuple):
    broker: int
    controller: int


def choose(remembered_in: Path) -> Ports:
    """Returns the remembered ports if they are free, otherwise others. Nothing is written; see `remember`."""
    before = _remembered(remembered_in)
    with ExitStack() as held:  # the first is held while the second is chosen, so that they differ
        return Ports(*(held.enter_context(_bound(port)).getsockname()[1] for port in before))


def remember(ports: Ports, file: Path) -> None:
    file.write_text(json.dumps(ports._asdict() | {"folder": _folder(file)}))


def _remembered(file: Path) -> Ports:
    try:
        stored = json.loads(file.read_text())
        if stored["folder"] != _folder(file):
            return Ports(ANY, ANY)
        return Ports(int(stored["broker"]), int(stored["controller"]))
    except (OSError, ValueError, TypeError, KeyError):
        return Ports(ANY, ANY)


def _folder(file: Path) -> str:
    return str(file.parent.resolve())


def _bound(port: int) -> socket.socket:
    listener = socket.socket()
    # Java does the same. Otherwise connections of the last run in TIME_WAIT would make the port look taken.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        if port == ANY:
            raise BrokerError(f"this machine gives no port on {HOST}: {error}") from error
        return _bound(ANY)
    return listener
