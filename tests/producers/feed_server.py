"""A server on the loopback for the tests: it serves what it is told to, well or badly."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Self

XML = {"Content-Type": "application/rss+xml; charset=utf-8"}
Misbehave = Callable[["Handler"], None]


@dataclass
class Asked:
    path: str
    headers: Mapping[str, str]
    at: float = field(default_factory=time.monotonic)


class FeedServer:
    """`answers`: path → bytes, or a function that answers as it likes. With `conditional`, feeds carry an ETag."""

    def __init__(self, *, conditional: bool = True) -> None:
        self.answers: dict[str, bytes | Misbehave] = {}
        self.conditional = conditional
        self.asked: list[Asked] = []
        self.closing = Event()
        self._server = _Server(self)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def times(self, path: str) -> list[float]:
        return [asked.at for asked in self.asked if asked.path == path]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, feeds: FeedServer) -> None:
        self.feeds = feeds
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what some tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        feeds = self.server.feeds
        feeds.asked.append(Asked(self.path, dict(self.headers)))
        answer = feeds.answers.get(self.path)
        if answer is None:
            return self.send(b"", status=404)
        if callable(answer):
            return answer(self)
        headers = dict(XML)
        if feeds.conditional:
            headers["ETag"] = f'"{sha256(answer).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == headers["ETag"]:
                return self.send(b"", status=304, headers=headers)
        return self.send(answer, headers=headers)

    def send(
        self,
        body: bytes,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        length: int | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in (XML if headers is None else headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The tests' own output is what matters."""


def status(number: int) -> Misbehave:
    return lambda handler: handler.send(b"<h1>no</h1>", status=number)


def redirect(to: str) -> Misbehave:
    return lambda handler: handler.send(b"", status=302, headers={"Location": to})


def with_headers(body: bytes, **headers: str) -> Misbehave:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.send(body, headers=named)


def cut_off(body: bytes) -> Misbehave:
    """Announces more than it sends, then hangs up."""

    def answer(handler: Handler) -> None:
        handler.send(body, length=len(body) + 1000)
        handler.close_connection = True

    return answer


def silent(handler: Handler) -> None:
    """Takes the question and never answers."""
    handler.server.feeds.closing.wait(20)
    handler.close_connection = True


def never_ending(handler: Handler) -> None:
    """A byte at a time, each soon enough to look alive."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.feeds.closing.wait(0.05):
        handler.wfile.write(b" ")


def slow_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not handler.server.feeds.closing.wait(0.05):
        handler.wfile.write(b"X-Filler: y\r\n")


def after(seconds: float, body: bytes) -> Misbehave:
    def answer(handler: Handler) -> None:
        handler.server.feeds.closing.wait(seconds)
        handler.send(body)

    return answer
