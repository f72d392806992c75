"""A server on the loopback for the tests: it serves what it is told to, well or badly."""

import select
import socket
import ssl
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
    """`until` is when the answer had been given."""

    path: str
    headers: Mapping[str, str]
    at: float = field(default_factory=time.monotonic)
    until: float = float("inf")
    whole: bool = False  # it was answered with a body


class FeedServer:
    """`answers`: path → bytes, or a function that answers as it likes. With `conditional`, feeds carry an ETag. `tls`
    has the certificate to serve https with."""

    def __init__(
        self, *, conditional: bool = True, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
    ) -> None:
        self.host = host
        self.answers: dict[str, bytes | Misbehave] = {}
        self.conditional = conditional
        self.asked: list[Asked] = []
        self.connections = 0
        self.tls = tls
        self.closing = Event()
        self._server = _Server(self)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

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
        super().__init__((feeds.host, 0), Handler)

    def finish_request(self, request: socket.socket, client_address: object) -> None:
        self.feeds.connections += 1
        if self.feeds.tls:
            request = self.feeds.tls.wrap_socket(request, server_side=True)
        with request:
            super().finish_request(request, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what some tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        asked = Asked(self.path, dict(self.headers))
        self.server.feeds.asked.append(asked)
        self.asked = asked
        try:
            self.answer()
        finally:
            asked.until = time.monotonic()

    def answer(self) -> None:
        feeds = self.server.feeds
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
        self.asked.whole = status == 200
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The tests' own output is what matters."""


def status(number: int, **headers: str) -> Misbehave:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.send(b"<h1>no</h1>", status=number, headers=named)


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
    """Takes the question and never answers; notices when nobody waits any more."""
    handler.close_connection = True
    while not handler.server.feeds.closing.is_set():
        if select.select([handler.connection], [], [], 0.02)[0]:
            return


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


def hang_up(handler: Handler) -> None:
    """Hears the question and closes without a word."""
    handler.close_connection = True


def then_hang_up(body: bytes) -> Misbehave:
    """A good answer on a connection that seems to stay open."""

    def answer(handler: Handler) -> None:
        handler.send(body)
        handler.close_connection = True

    return answer


def half_closed(body: bytes) -> Misbehave:
    """Ends its own half in the middle of the answer and goes on listening."""

    def answer(handler: Handler) -> None:
        handler.send(body, length=2 * len(body))
        handler.connection.shutdown(socket.SHUT_WR)
        handler.server.feeds.closing.wait(20)

    return answer


def leftovers(body: bytes, announced: int) -> Misbehave:
    """Sends more than it announces: the rest stands before the next answer."""
    return lambda handler: handler.send(body, length=announced)


def header_flood(number: int, size: int) -> Misbehave:
    def answer(handler: Handler) -> None:
        handler.send(b"x", headers={f"X-{n}": "y" * size for n in range(number)})

    return answer


def raw(data: bytes) -> Misbehave:
    def answer(handler: Handler) -> None:
        handler.wfile.write(data)
        handler.close_connection = True

    return answer


def early_hints(handler: Handler) -> None:
    """Interim answers without end."""
    while not handler.server.feeds.closing.wait(0.02):
        handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
