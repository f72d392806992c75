"""A mail server and a web server on the loopback, and what they were told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller


@dataclass
class Post:
    """A mail server's desk. While `closed`, it takes nothing."""

    received: list[EmailMessage] = field(default_factory=list)
    closed: bool = False
    port: int = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.closed:
            return "451 come back later"
        self.received.append(message_from_bytes(envelope.content, policy=default))
        return "250 taken"


class OnAnyPort(Controller):
    """aiosmtpd tries whether it answers, at port 0 too."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def post() -> Iterator[Post]:
    desk = Post()
    controller = OnAnyPort(desk, hostname="127.0.0.1", port=0)
    controller.start()
    desk.port = controller.port
    yield desk
    controller.stop()


@dataclass
class Hook:
    """What a web server was given; it answers with `status`."""

    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    url: str = ""


@pytest.fixture
def hook() -> Iterator[Hook]:
    told = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(told.status)
            self.send_header("Location", told.url)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """The tests' own output is what matters."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}/alarms"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()
