"""The connections behind fetching: each guarded and verified, and nothing else is kept between two questions.

httpx's client is left out on purpose: its cookies, redirects, proxies and .netrc are what fetching must not have.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpcore
import httpx

from config.settings import Settings
from producers.guard import GuardedNetwork, Resolve
from producers.inflate import ENCODINGS

CONNECT_SECONDS = 10.0  # for the name, the connection and TLS, each
READ_SECONDS = 15.0  # between two pieces of an answer
WRITE_SECONDS = 10.0
KEPT_CONNECTIONS = 256
KEPT_SECONDS = 30.0  # several of a host's delays
LEGACY = getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)  # Python names it from 3.12 on
Trace = Callable[[str, Any], Awaitable[None]]


class Connections:
    """`legacy_tls` are hosts that may speak TLS without secure renegotiation; their certificates count all the same."""

    def __init__(self, settings: Settings, legacy_tls: Collection[str], resolve: Resolve | None) -> None:
        network = GuardedNetwork(settings.allow_networks, resolve)
        self._usual = _transport(network, tls_context())
        self._legacy = _transport(network, tls_context(legacy=True))
        self._legacy_hosts = frozenset(legacy_tls)
        self._headers = {"User-Agent": settings.full_user_agent, "Accept-Encoding": ENCODINGS}
        phase = settings.fetch_timeout / 2  # none may use up the whole
        self._timeout = httpx.Timeout(
            phase,
            connect=min(CONNECT_SECONDS, phase),
            read=min(READ_SECONDS, phase),
            write=min(WRITE_SECONDS, phase),
        ).as_dict()
        self._open = AsyncExitStack()

    async def __aenter__(self) -> "Connections":
        for transport in (self._usual, self._legacy):
            await self._open.enter_async_context(transport)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._open.aclose()

    @asynccontextmanager
    async def get(
        self, url: httpx.URL, headers: Mapping[str, str], trace: Trace
    ) -> AsyncIterator[httpx.Response]:
        """The answer with its body still to come."""
        extensions = {"timeout": self._timeout, "trace": trace}
        request = httpx.Request("GET", url, headers=self._headers | dict(headers), extensions=extensions)
        transport = self._legacy if url.host in self._legacy_hosts else self._usual
        try:
            answer = await transport.handle_async_request(request)
        except (httpx.TimeoutException, asyncio.CancelledError):
            await _leave(transport, url)
            raise
        try:
            yield answer
        finally:
            await answer.aclose()


def tls_context(*, legacy: bool = False) -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    if legacy:
        context.options |= LEGACY
    return context


async def _leave(transport: httpx.AsyncHTTPTransport, url: httpx.URL) -> None:
    """HTTP/2 would ask again on a connection on which nothing is answered any more."""
    origin = httpcore.URL(str(url)).origin
    for connection in transport._pool.connections:
        if connection.can_handle_request(origin) and connection.is_available():
            await connection.aclose()


def _transport(network: GuardedNetwork, context: ssl.SSLContext) -> httpx.AsyncHTTPTransport:
    """httpx lets nobody else open its connections; httpcore, which it stands on, does."""
    transport = httpx.AsyncHTTPTransport(verify=context)
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=context,
        network_backend=network,
        max_connections=None,
        max_keepalive_connections=KEPT_CONNECTIONS,
        keepalive_expiry=KEPT_SECONDS,
        http2=True,
    )
    return transport
