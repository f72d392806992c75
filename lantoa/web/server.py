"""The dashboard's web server: uvicorn with time limits for slow clients.

uvicorn itself waits without limit for the rest of a request, and for a client that does not read its response.
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

from lantoa.web.access.limits import network_of
from lantoa.web.office import web_state

HEAD_SECONDS = 15.0  # from the connection or its last response to the end of a request's head
BODY_SECONDS = 300.0  # for a whole body
PAUSE_SECONDS = 20.0  # between two parts of a body
TAKE_SECONDS = 60.0  # for a client that reads nothing of its response
LARGEST_HEAD = 32 * 1024  # bytes
OF_ONE_ADDRESS = 256  # connections of one address, which a whole office may share
OF_A_PROXY = 512  # connections of a proxy in FORWARDED_ALLOW_IPS, which serves many clients
OF_ALL = 800  # all connections: the default limit of a process less its own needs
PROXIES = "127.0.0.1,::1"  # the default of uvicorn
STOP_SECONDS = 2
LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 10\r\nContent-Length: 0\r\n\r\n"
)


def config_of(app: FastAPI, **options: Any) -> Config:
    """Returns the configuration; `options` are those of uvicorn. Malformed requests of strangers are answered and not
    logged one by one."""
    access = web_state(app).access
    proxies = "" if access.trusting else os.environ.get("FORWARDED_ALLOW_IPS", PROXIES)
    return Config(
        app,
        http=make_protocol(proxies),
        proxy_headers=not access.trusting,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        limit_concurrency=OF_ALL,
        log_level="error",
        log_config=None,  # our own configuration: one line for each event
        server_header=False,
        timeout_keep_alive=int(HEAD_SECONDS),
        timeout_graceful_shutdown=STOP_SECONDS,  # open pages keep their streams open
        **options,
    )


def make_protocol(proxies: str) -> type[asyncio.Protocol]:
    """Makes the protocol of one server, which counts the connections of each address. `proxies` is the value of
    FORWARDED_ALLOW_IPS."""
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
        """Returns how many connections the address of this connection may have."""
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
        """Sets the timer for what the server waits for after data was received or sent."""
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
        """Starts the timer once for each head, so that parts of a head do not extend it."""
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
        if self._waits_for == "body" and self.flow.read_paused:  # we have paused reading
            self._body_until = self.loop.time() + BODY_SECONDS
            self._again(PAUSE_SECONDS)
            return
        self._end(LATE)

    def _end(self, answer: bytes) -> None:
        """Closes the connection, with a response unless one has begun or nothing was requested: browsers open
        connections in advance."""
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
    """Says whether a stated address or network includes this host; `*` includes all."""
    try:
        return stated == "*" or ip_address(host) in ip_network(stated, strict=False)
    except ValueError:
        return stated == host
