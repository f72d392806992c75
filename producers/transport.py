"""The client behind fetching: every connection guarded and verified, nothing kept between requests but connections."""

import ssl
from collections.abc import Collection
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from config.settings import Settings
from producers.guard import GuardedNetwork, Resolve
from producers.inflate import ENCODINGS

CONNECT_SECONDS = 10.0  # name, connection and TLS, each
READ_SECONDS = 15.0  # between two pieces of an answer
WRITE_SECONDS = 10.0
KEPT_CONNECTIONS = 256
KEPT_SECONDS = 30.0  # several of a host's delays
LEGACY = getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)  # Python names it from 3.12 on


def open_client(
    settings: Settings, legacy_tls: Collection[str], resolve: Resolve | None
) -> httpx.AsyncClient:
    """`legacy_tls` are hosts that may speak TLS without secure renegotiation; their certificates count all the same."""
    network = GuardedNetwork(settings.allow_networks, resolve)
    total = settings.fetch_timeout
    legacy = _transport(network, legacy=True) if legacy_tls else None
    return httpx.AsyncClient(
        transport=_transport(network),
        mounts={f"https://{host}": legacy for host in legacy_tls},
        headers={"User-Agent": settings.full_user_agent, "Accept-Encoding": ENCODINGS},
        timeout=httpx.Timeout(
            total,
            connect=min(CONNECT_SECONDS, total),
            read=min(READ_SECONDS, total),
            write=min(WRITE_SECONDS, total),
        ),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,  # by hand, so that each address is checked
        trust_env=False,  # a proxy would resolve names behind the guard's back
    )


def tls_context(*, legacy: bool = False) -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    if legacy:
        context.options |= LEGACY
    return context


def _transport(network: GuardedNetwork, *, legacy: bool = False) -> httpx.AsyncHTTPTransport:
    """httpx lets nobody else open its connections; httpcore, which it stands on, does."""
    context = tls_context(legacy=legacy)
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
