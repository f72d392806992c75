"""The dashboard's web server: uvicorn, with an end for what asks by halves and holds on to connections.

uvicorn waits without limit for the rest of a request, and for a client that does not take its answer.
"""

import asyncio
import os
from collections import Counter
from ipaddress import ip_address, ip_network
from typing import Any, ClassVar

import h11
from fastapi import FastAPI
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from lantoa.web.access.guard import Access
from lantoa.web.access.limits import network_of

HEAD_SECONDS = 15.0  # from a connection, or the last answer on it, to the last line of a request's head
BODY_SECONDS = 300.0  # for all of a body
PAUSE_SECONDS = 20.0  # between two parts of a body
TAKE_SECONDS = 60.0  # for a client that takes nothing of its answer
LARGEST_HEAD = 32 * 1024  # bytes
OF_ONE_ADDRESS = 256  # connections: an office behind one address has some for everybody
OF_A_PROXY = 512  # connections of one that FORWARDED_ALLOW_IPS names: it speaks for many
OF_ALL = 800  # connections: what a process may open by default, less what it needs itself
PROXIES = "127.0.0.1,::1"  # uvicorn's own default
STOP_SECONDS = 2
LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 10\r\nContent-Length: 0\r\n\r\n"
)


def config_of(app: FastAPI, **options: Any) -> Config:
    """`options` are uvicorn's. What a stranger sends in a wrong form is answered, and not logged line by line."""
    access: Access = app.state.access
    proxies = "" if access.trusting else os.environ.get("FORWARDED_ALLOW_IPS", PROXIES)
    return Config(
        app,
        http=make_protocol(proxies),
        proxy_headers=not access.trusting,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        limit_concurrency=OF_ALL,
        log_level="error",
        log_config=None,  # its lines are ours: one event, one line
        server_header=False,
        timeout_keep_alive=int(HEAD_SECONDS),
        timeout_graceful_shutdown=STOP_SECONDS,  # open pages listen for as long as they are open
        **options,
    )


def make_protocol(proxies: str) -> type[asyncio.Protocol]:
    """Of one server: the connections of each address are counted. `proxies` as FORWARDED_ALLOW_IPS states them."""
    named = [each.strip() for each in proxies.split(",") if each.strip()]

    class OfOneServer(Bounded):
        connected: ClassVar[Counter[str]] = Counter()

        def most(self) -> int:
            host = self.client[0] if self.client else ""
            return OF_A_PROXY if any(_stands_for(each, host) for each in named) else OF_ONE_ADDRESS

    return OfOneServer


class Bounded(H11Protocol):
    connected: ClassVar[Counter[str]]
    _timer: asyncio.TimerHandle | None = None
    _take_timer: asyncio.TimerHandle | None = None
    _address = ""
    _waits_for = ""
    _body_until = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._address = network_of(self.client[0] if self.client else "")
        self.connected[self._address] += 1
        if self.connected[self._address] > self.most():
            self._end(FULL)
            return
        self._wait_for_head()

    def most(self) -> int:
        """Connections from the address of this one."""
        return OF_ONE_ADDRESS

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop(self._timer)
        self._stop(self._take_timer)
        self.connected[self._address] -= 1
        if not self.connected[self._address]:
            del self.connected[self._address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        self.flow.pause_writing()
        self._take_timer = self.loop.call_later(TAKE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        self._stop(self._take_timer)
        self.flow.resume_writing()

    def _look(self) -> None:
        """After anything came or was answered: what is waited for now."""
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            self._wait_for_body()
        elif state is h11.IDLE:
            if self._waits_for != "head":
                self._wait_for_head()
        else:
            self._waits_for = ""
            self._stop(self._timer)

    def _wait_for_head(self) -> None:
        """Once for a head: parts of it win no time."""
        self._waits_for = "head"
        self._again(HEAD_SECONDS)

    def _wait_for_body(self) -> None:
        now = self.loop.time()
        if self._waits_for != "body":
            self._waits_for, self._body_until = "body", now + BODY_SECONDS
        self._again(max(min(PAUSE_SECONDS, self._body_until - now), 0.0))

    def _again(self, seconds: float) -> None:
        self._stop(self._timer)
        self._timer = self.loop.call_later(seconds, self._too_late)

    def _too_late(self) -> None:
        if self._waits_for == "body" and self.flow.read_paused:  # it is we who do not read
            self._body_until = self.loop.time() + BODY_SECONDS
            self._again(PAUSE_SECONDS)
            return
        self._end(LATE)

    def _end(self, answer: bytes) -> None:
        """With an answer, unless another one has begun or nothing was asked: browsers open connections ahead."""
        if not self.transport.is_closing():
            is_asked = answer is FULL or self._waits_for == "body" or self.conn.trailing_data[0]
            if is_asked and self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
                self.transport.write(answer)
            self.transport.close()

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()


def _stands_for(stated: str, host: str) -> bool:
    """Whether an address or a network as it was stated has this host; `*` has all."""
    try:
        return stated == "*" or ip_address(host) in ip_network(stated, strict=False)
    except ValueError:
        return stated == host
