"""One conditional GET: bytes, or the reason why there are none."""

import ssl
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpcore
import httpx

from config.errors import FetchError
from config.settings import Settings
from producers.guard import GuardedBackend

BODY_LIMIT = 15 * 1024 * 1024  # bytes, after decompression
REDIRECT_LIMIT = 5
PHASE_SECONDS = 10.0  # to connect, and between two pieces of a body
ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Fetched:
    """`body` is None when the source has not changed since `etag` and `last_modified`."""

    body: bytes | None
    url: str
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Fetcher:
    """One client for everything that leaves the machine. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.fetch_timeout
        transport = httpx.HTTPTransport()
        transport._pool = httpcore.ConnectionPool(  # httpx has no other way to a network backend
            ssl_context=ssl.create_default_context(),
            network_backend=GuardedBackend(settings.allow_networks),
            max_connections=64,
        )
        self._client = httpx.Client(
            transport=transport,
            headers={"User-Agent": settings.user_agent, "Accept": ACCEPT},
            timeout=httpx.Timeout(min(PHASE_SECONDS, self._seconds)),
            follow_redirects=True,
            max_redirects=REDIRECT_LIMIT,
            trust_env=False,
        )

    def fetch(self, url: str, etag: str = "", last_modified: str = "") -> Fetched:
        """Raises FetchError with a stable reason."""
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        deadline = time.monotonic() + self._seconds
        try:
            with self._client.stream(
                "GET", url, headers={n: v for n, v in conditions.items() if v}
            ) as response:
                return self._read(response, deadline)
        except httpx.HTTPError as error:
            raise _named(error, self._seconds) from error
        except httpx.InvalidURL as error:
            raise FetchError("bad-address", f"not an address: {error}") from error
        except ssl.SSLError as error:
            raise FetchError("tls", f"no secure connection: {error}") from error

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, response: httpx.Response, deadline: float) -> Fetched:
        found = Fetched(
            body=None,
            url=str(response.url),
            content_type=response.headers.get("content-type", ""),
            etag=response.headers.get("etag", ""),
            last_modified=response.headers.get("last-modified", ""),
        )
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return found
        if response.status_code != httpx.codes.OK:
            raise FetchError(f"http-{response.status_code}", f"the server answered {response.status_code}")
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > BODY_LIMIT:
                raise FetchError("too-large", f"more than {BODY_LIMIT // 1024 // 1024} MiB")
            if time.monotonic() > deadline:
                raise FetchError("timeout", f"not finished after {self._seconds:.0f} seconds")
        if not body:
            raise FetchError("empty", "the server answered with nothing")
        return Fetched(bytes(body), found.url, found.content_type, found.etag, found.last_modified)


def _named(error: httpx.HTTPError, seconds: float) -> FetchError:
    """The reason that stays the same in every language and version of a library."""
    if isinstance(error.__cause__, FetchError) or isinstance(error.__context__, FetchError):
        return error.__cause__ or error.__context__  # type: ignore[return-value]
    kinds: tuple[tuple[type[httpx.HTTPError], str, str], ...] = (
        (httpx.TimeoutException, "timeout", f"no answer within {seconds:.0f} seconds"),
        (httpx.TooManyRedirects, "redirect-loop", f"more than {REDIRECT_LIMIT} redirects"),
        (httpx.DecodingError, "undecodable", "the body cannot be decompressed"),
        (httpx.RemoteProtocolError, "truncated", "the answer ended early or is not HTTP"),
        (httpx.UnsupportedProtocol, "bad-address", "only http and https"),
    )
    for kind, reason, message in kinds:
        if isinstance(error, kind):
            return FetchError(reason, message)
    if "CERTIFICATE" in str(error).upper() or "SSL" in str(error).upper():
        return FetchError("tls", f"no secure connection: {error}")
    return FetchError("connection", f"no connection: {error}")
