"""Serves the simulated feeds on the loopback address, as they are at one fetch."""

from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import MappingProxyType, TracebackType
from typing import Self

from lantoa.demo.world import World

SICK = (
    (HTTPStatus.SERVICE_UNAVAILABLE, b""),
    (HTTPStatus.OK, "<!doctype html><title>Bảo trì</title><p>Hệ thống đang bảo trì.".encode()),
    (HTTPStatus.GONE, b""),
)
IDLE_SECONDS = 30  # an idle connection is closed afterwards


class FeedServer:
    """A context manager. Feeds have an ETag; an unchanged feed is answered with 304."""

    def __init__(self, world: World, poll: int = 0) -> None:
        self._world = world
        self._server = _Server()
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="demo-feeds", daemon=True)
        self.show(poll)

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def show(self, poll: int) -> None:
        """Switches the feeds to those of `world.polls[poll]`."""
        self._server.feeds = self._world.feeds_at(poll)

    def fail(self) -> None:
        """Makes three feeds sick: one answers 503, one with a page in place of the feed, and one is gone."""
        paths = sorted(self._server.feeds)
        self._server.sick = dict(zip(paths, SICK, strict=False))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # an open connection of a client must not delay the end of the demo
    feeds: Mapping[str, bytes]
    sick: Mapping[str, tuple[HTTPStatus, bytes]] = MappingProxyType({})

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)


class _Answer(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True  # headers and body are sent in two writes

    def do_GET(self) -> None:
        if self.path in self.server.sick:
            return self._send(*self.server.sick[self.path], {"Content-Type": "text/html; charset=utf-8"})
        content = self.server.feeds.get(self.path)
        if content is None:
            return self._send(HTTPStatus.NOT_FOUND, b"", {})
        tag = f'"{sha256(content).hexdigest()[:32]}"'
        if self.headers.get("If-None-Match") == tag:
            return self._send(HTTPStatus.NOT_MODIFIED, b"", {"ETag": tag})
        headers = {"ETag": tag, "Content-Type": "application/xml; charset=utf-8"}
        return self._send(HTTPStatus.OK, content, headers)

    def _send(self, status: HTTPStatus, content: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing, because it would disturb the demo's own output."""
