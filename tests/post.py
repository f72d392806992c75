"""A mail server on the loopback, and what it was told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

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


@contextmanager
def post_office() -> Iterator[Post]:
    desk = Post()
    controller = OnAnyPort(desk, hostname="127.0.0.1", port=0)
    controller.start()
    desk.port = controller.port
    yield desk
    controller.stop()
