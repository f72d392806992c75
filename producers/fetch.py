"""One GET with every limit that a stranger's server calls for. What goes wrong has a stable reason."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

import httpcore
import httpx

from config.errors import FetchError
from config.programme import Source
from config.settings import Settings
from producers.guard import GuardedNetwork
from producers.inflate import Body

LIMIT = 15 << 20  # bytes, decompressed
REDIRECTS = 5
ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Request:
    """`etag` and `last_modified` as the source gave them last; empty when it has to answer in full."""

    source: Source
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """`error` is set when there is no content to read; `not_modified` when it is the one that we have."""

    source: Source
    fetched_at: datetime
    seconds: float
    body: bytes = b""
    address: str = ""  # after redirects
    headers: Mapping[str, str] = field(default_factory=dict)
    not_modified: bool = False
    error: FetchError | None = None


class Fetcher:
    """An asynchronous context manager; shares connections between the sources of a host."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._timeout = settings.fetch_timeout
        self._now = now
        self._client = httpx.AsyncClient(
            transport=_guarded(settings),
            headers={"User-Agent": settings.user_agent, "Accept": ACCEPT, "Accept-Encoding": "gzip, deflate"},
            timeout=settings.fetch_timeout,
            follow_redirects=True,
            max_redirects=REDIRECTS,
            trust_env=False,  # a proxy would resolve names behind the guard's back
        )

    async def __aenter__(self) -> "Fetcher":
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._client.aclose()

    async def fetch(self, request: Request) -> Fetched:
        """Never raises for what a server or the network does."""
        started = monotonic()
        try:
            async with asyncio.timeout(self._timeout):
                answer, body = await self._get(request)
        except Exception as error:
            return Fetched(
                request.source, self._moment(), monotonic() - started, error=_reason(error, self._timeout)
            )
        return Fetched(
            request.source,
            self._moment(),
            monotonic() - started,
            body=body,
            address=str(answer.url),
            headers=dict(answer.headers),
            not_modified=answer.status_code == httpx.codes.NOT_MODIFIED,
        )

    async def _get(self, request: Request) -> tuple[httpx.Response, bytes]:
        conditions = {b"If-None-Match": request.etag, b"If-Modified-Since": request.last_modified}
        headers = [(name, value.encode()) for name, value in conditions.items() if value]
        async with self._client.stream("GET", request.source.url, headers=headers) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED and headers:
                return answer, b""
            if answer.status_code != httpx.codes.OK:
                raise FetchError(
                    f"http-{answer.status_code}", f"HTTP {answer.status_code} {answer.reason_phrase}"
                )
            body = Body(answer.headers.get("Content-Encoding", ""), LIMIT)
            async for chunk in answer.aiter_raw():
                body.feed(chunk)
            return answer, body.finish()

    def _moment(self) -> datetime:
        return self._now().astimezone(UTC)


def _guarded(settings: Settings) -> httpx.AsyncHTTPTransport:
    """httpx lets nobody else open its connections; httpcore, which it stands on, does."""
    transport = httpx.AsyncHTTPTransport()
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=httpx.create_ssl_context(),
        network_backend=GuardedNetwork(settings.allow_networks),
        max_connections=None,
        max_keepalive_connections=0,  # a connection that the server has closed meanwhile fails the next source
    )
    return transport


def _reason(error: Exception, timeout: float) -> FetchError:
    if isinstance(error, FetchError):
        return error
    said = str(error) or type(error).__name__
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return FetchError("timeout", f"not done within {timeout:g} s")
    if isinstance(error, httpx.TooManyRedirects):
        return FetchError("redirect-loop", f"more than {REDIRECTS} redirects")
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL | UnicodeError | ValueError):
        return FetchError("bad-address", said)
    if isinstance(error, httpx.ConnectError):
        return _connection(error, said)
    if isinstance(error, httpx.RemoteProtocolError) and "without sending complete" in said:
        return FetchError("truncated", "the connection ended before the announced content")
    return FetchError("bad-http", said)


def _connection(error: BaseException, said: str) -> FetchError:
    causes = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    if any(isinstance(each, ssl.SSLError) for each in causes):
        return FetchError("tls", said)
    refused = any(isinstance(each, ConnectionRefusedError) for each in causes)
    return FetchError("refused" if refused else "unreachable", said)
