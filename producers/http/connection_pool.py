"""The connection pools of fetching: each connection is guarded and verified, and no cookies or other state are kept
between two requests.

Every host has a pool of its own: httpcore examines each connection of a pool at every request, which with one pool
for 400 hosts took two fifths of a night's processor time. httpx's client is not used on purpose: fetching must not
have its cookies, redirects, proxies and .netrc.
"""

import asyncio
import ssl
import sys
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpcore
import httpx

from config.settings import Settings
from producers.http.decompress import ENCODINGS
from producers.http.ssrf_guard import GuardedNetwork, Resolve

CONNECT_SECONDS = 10.0  # for the name, the connection and TLS, each
READ_SECONDS = 15.0  # between two chunks of a response
WRITE_SECONDS = 10.0
MOST_KEPT_HOSTS = 2048  # idle hosts whose connections stay open, where the system allows as many open files
USUAL_OPEN_FILES = 1024
KEPT_SECONDS = 30.0  # several of a host's delays
LEGACY = getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)  # Python names it from 3.12 on
Trace = Callable[[str, Any], Awaitable[None]]
Origin = tuple[str, str, int | None]  # scheme, host, port


@dataclass(slots=True)
class _Host:
    transport: httpx.AsyncHTTPTransport
    requests: int = 0  # requests under way
    idle_since: float = 0.0  # monotonic seconds


class ConnectionPool:
    """`legacy_tls` are hosts that may speak TLS without secure renegotiation; their certificates are verified all the
    same. As many as `kept_hosts` idle hosts keep their connections, for `kept_seconds` seconds."""

    def __init__(
        self,
        settings: Settings,
        legacy_tls: Collection[str],
        resolve: Resolve | None,
        *,
        kept_hosts: int | None = None,
        kept_seconds: float = KEPT_SECONDS,
    ) -> None:
        self._kept_hosts = _kept_hosts() if kept_hosts is None else kept_hosts
        self._kept_seconds = kept_seconds
        self._network = GuardedNetwork(settings.allow_networks, resolve)
        self._usual, self._legacy = tls_context(), tls_context(legacy=True)
        self._legacy_hosts = frozenset(legacy_tls)
        self._headers = {"User-Agent": settings.full_user_agent, "Accept-Encoding": ENCODINGS}
        phase = settings.fetch_timeout / 2  # no phase may use up the whole time
        self._timeout = httpx.Timeout(
            phase,
            connect=min(CONNECT_SECONDS, phase),
            read=min(READ_SECONDS, phase),
            write=min(WRITE_SECONDS, phase),
        ).as_dict()
        self._busy: dict[Origin, _Host] = {}
        self._idle: OrderedDict[Origin, _Host] = OrderedDict()  # the longest idle first

    async def __aenter__(self) -> "ConnectionPool":
        return self

    async def __aexit__(self, *_error: object) -> None:
        for host in (*self._busy.values(), *self._idle.values()):
            await host.transport.aclose()

    @asynccontextmanager
    async def get(
        self, url: httpx.URL, headers: Mapping[str, str], trace: Trace
    ) -> AsyncIterator[httpx.Response]:
        """Yields the response before its body is read."""
        extensions = {"timeout": self._timeout, "trace": trace}
        request = httpx.Request("GET", url, headers=self._headers | dict(headers), extensions=extensions)
        async with self._host(url) as transport:
            try:
                answer = await transport.handle_async_request(request)
            except (httpx.TimeoutException, asyncio.CancelledError):
                await _leave(transport, url)
                raise
            try:
                yield answer
            finally:
                await answer.aclose()

    @asynccontextmanager
    async def _host(self, url: httpx.URL) -> AsyncIterator[httpx.AsyncHTTPTransport]:
        """Yields the host's own connections for one request, and closes those of hosts that have been idle for
        long."""
        origin = url.scheme, url.host, url.port
        host = self._busy.get(origin) or self._idle.pop(origin, None)
        if host is None:
            context = self._legacy if url.host in self._legacy_hosts else self._usual
            host = _Host(_transport(self._network, context, self._kept_seconds))
        self._busy[origin] = host
        host.requests += 1
        try:
            yield host.transport
        finally:
            host.requests -= 1
            if not host.requests:
                del self._busy[origin]
                host.idle_since = monotonic()
                self._idle[origin] = host
        await self._close_idle()

    async def _close_idle(self) -> None:
        """Closes what has been idle for long; of too many, the host that was asked last: hosts are asked in turn, so that
        without the longest idle one each would find its connection closed."""
        latest = monotonic() - self._kept_seconds
        while self._idle:
            too_many = len(self._idle) > self._kept_hosts
            origin, host = next(iter(reversed(self._idle.items()) if too_many else iter(self._idle.items())))
            if not too_many and host.idle_since > latest:
                break
            del self._idle[origin]
            await host.transport.aclose()


def _kept_hosts() -> int:
    """Returns half of the files that the process may open, within bounds: the rest is for requests under way."""
    allowed = USUAL_OPEN_FILES
    if sys.platform != "win32":
        import resource

        allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST_KEPT_HOSTS if allowed < 0 else min(allowed // 2, MOST_KEPT_HOSTS)  # negative: no limit


def tls_context(*, legacy: bool = False) -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    if legacy:
        context.options |= LEGACY
    return context


async def _leave(transport: httpx.AsyncHTTPTransport, url: httpx.URL) -> None:
    """HTTP/2 would repeat the request on a connection that no longer answers."""
    origin = httpcore.URL(str(url)).origin
    for connection in transport._pool.connections:
        if connection.can_handle_request(origin) and connection.is_available():
            await connection.aclose()


def _transport(
    network: GuardedNetwork, context: ssl.SSLContext, kept_seconds: float
) -> httpx.AsyncHTTPTransport:
    """httpx does not let others open its connections; httpcore, on which it builds, does."""
    transport = httpx.AsyncHTTPTransport(verify=context)
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=context,
        network_backend=network,
        max_connections=None,
        keepalive_expiry=kept_seconds,
        http2=True,
    )
    return transport
