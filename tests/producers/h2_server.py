"""A server that speaks nothing but HTTP/2, well or badly: `answers` are by path, given the stream to answer on."""

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Self

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import RequestReceived
from h2.exceptions import ProtocolError

OK = [(":status", "200"), ("content-type", "text/html")]
FRAME = 16_384


class Stream:
    """One question, to be answered."""

    def __init__(self, wire: ssl.SSLSocket, protocol: H2Connection, number: int, closing: Event) -> None:
        self.wire, self.protocol, self.number, self.closing = wire, protocol, number, closing

    def headers(self, headers: list[tuple[str, str]], *, end: bool = False) -> None:
        self.protocol.send_headers(self.number, headers, end_stream=end)
        self.flush()

    def data(self, data: bytes, *, end: bool = True) -> None:
        """As far as the other side's window reaches."""
        for start in range(0, len(data), FRAME):
            piece = data[start : start + FRAME]
            if len(piece) > self.protocol.local_flow_control_window(self.number):
                return
            self.protocol.send_data(self.number, piece, end_stream=end and start + FRAME >= len(data))
            self.flush()

    def reset(self) -> None:
        self.protocol.reset_stream(self.number, ErrorCodes.ENHANCE_YOUR_CALM)
        self.flush()

    def go_away(self) -> None:
        self.protocol.close_connection(ErrorCodes.INTERNAL_ERROR, last_stream_id=0)
        self.flush()

    def raw(self, frames: bytes) -> None:
        self.wire.sendall(frames)

    def flush(self) -> None:
        self.wire.sendall(self.protocol.data_to_send())


class H2Server:
    def __init__(self, tls: ssl.SSLContext) -> None:
        tls.set_alpn_protocols(["h2"])
        self.answers: dict[str, Callable[[Stream], None]] = {}
        self.asked: list[str] = []
        self.connections = 0
        self._tls = tls
        self._closing = Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._accept, daemon=True)

    def url(self, path: str) -> str:
        return f"https://bao.example:{self._listening.getsockname()[1]}{path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _accept(self) -> None:
        serving: list[Thread] = []
        with suppress(OSError):
            while True:
                wire, _ = self._listening.accept()
                self.connections += 1
                serving.append(Thread(target=self._serve, args=(wire,), daemon=True))
                serving[-1].start()
        for each in serving:
            each.join(5)

    def _serve(self, bare: socket.socket) -> None:
        with suppress(OSError, ProtocolError), bare, self._tls.wrap_socket(bare, server_side=True) as wire:
            wire.settimeout(5)
            config = H2Configuration(
                client_side=False, validate_outbound_headers=False, header_encoding="utf-8"
            )
            protocol = H2Connection(config)
            protocol.initiate_connection()
            wire.sendall(protocol.data_to_send())
            while data := wire.recv(65_536):
                for event in protocol.receive_data(data):
                    if isinstance(event, RequestReceived):
                        path = dict(event.headers or [])[":path"]
                        self.asked.append(path)
                        answer = self.answers.get(path, not_found)
                        answer(Stream(wire, protocol, event.stream_id or 0, self._closing))
                wire.sendall(protocol.data_to_send())


def not_found(stream: Stream) -> None:
    stream.headers([(":status", "404")], end=True)


def page(body: bytes, *headers: tuple[str, str]) -> Callable[[Stream], None]:
    def answer(stream: Stream) -> None:
        stream.headers([*OK, *headers])
        stream.data(body)

    return answer
