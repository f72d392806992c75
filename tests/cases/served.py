"""What a case serves: every host on an address of the loopback of its own, night after night."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from feed_server import FeedServer, Handler

PORT = 18931  # in the files of a case


class Served:
    def __init__(self, folder: Path, servers: dict[str, FeedServer]) -> None:
        self._folder, self._servers = folder, servers
        self._stated: dict[str, list[dict[str, Any]]] = stated(folder)

    @property
    def nights(self) -> list[int]:
        return sorted({each["phase"] or 0 for answers in self._stated.values() for each in answers})

    def night(self, number: int) -> None:
        """Serves what is served in that night."""
        answers: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        for name, several in self._stated.items():
            host, _space, path = name.partition(" ")
            given = [each for each in several if (each["phase"] or 0) <= number]
            if given:
                answers[host][path] = self._answer(max(given, key=lambda each: each["phase"] or 0))
        for host, server in self._servers.items():
            server.answers = answers[host]

    def here(self, text: str) -> str:
        for host, server in self._servers.items():
            text = text.replace(f"{host}:{PORT}", f"{host}:{server.port}")
        return text

    def _answer(self, each: dict[str, Any]) -> Callable[[Handler], None]:
        body = (self._folder / each["file"]).read_bytes() if each["file"] else b""
        body = self.here(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        headers = {name: self.here(value) for name, value in each["headers"].items()}
        return lambda handler: handler.send(
            body, status=each["status"], headers={"Content-Type": each["type"], **headers}
        )


def stated(folder: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads((folder / "served.json").read_text("utf-8"))
    return found


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    hosts = sorted({name.partition(" ")[0] for name in stated(folder)})
    with ExitStack() as stack:
        yield Served(folder, {host: stack.enter_context(FeedServer(host=host)) for host in hosts})
