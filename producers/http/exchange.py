"""One HTTP request and its response on one connection."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from config.errors import FetchError
from producers.http.connection_pool import ConnectionPool
from producers.http.decompress import Body

MOST_HEADERS = 200
LARGEST_HEADERS = 64 << 10  # bytes, all together
SHORT = 64 << 10  # bytes: the rest of an unwanted response is read up to this size, to keep its connection
SHORT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Certificate:
    """The server's certificate, which has been verified."""

    issuer: str
    until: datetime


class Exchange:
    """`limit` and `cut` are those of `Body`. After `run` it holds the response; the body is read for status 200
    only."""

    def __init__(self, limit: int, *, cut: bool) -> None:
        self.status = 0
        self.phrase = ""
        self.address = ""
        self.http_version = ""
        self.headers: Mapping[str, str] = {}
        self.body = b""
        self.certificate: Certificate | None = None
        self._limit = limit
        self._cut = cut
        self._connected = False

    @property
    def on_kept_connection(self) -> bool:
        """True where the request used a kept connection and got no response on it."""
        return not self._connected and not self.status

    async def run(
        self,
        connections: ConnectionPool,
        url: httpx.URL,
        headers: Mapping[str, str],
        sent: Callable[[], None],
    ) -> None:
        """Raises FetchError, or what httpx raises. `sent` is called when the request is on its way."""

        async def trace(event: str, _details: object) -> None:
            self._connected = self._connected or event == "connection.connect_tcp.started"
            if event.endswith(".send_request_headers.complete"):
                sent()

        async with connections.get(url, headers, trace) as answer:
            self.status, self.phrase = answer.status_code, answer.reason_phrase
            self.address, self.http_version = str(url), answer.http_version
            self.certificate = _certificate(answer)
            try:
                self._take_headers(answer)
                await (self._read(answer) if self.status == httpx.codes.OK else _read_away(answer))
            except BaseException:
                await _end(answer)  # HTTP/2 would keep the connection, with the rest of this response on it
                raise

    def _take_headers(self, answer: httpx.Response) -> None:
        raw = answer.headers.raw
        if len(raw) > MOST_HEADERS or sum(len(name) + len(value) for name, value in raw) > LARGEST_HEADERS:
            raise FetchError("too-many-headers", f"{len(raw)} headers, more than anybody needs")
        self.headers = dict(answer.headers)

    async def _read(self, answer: httpx.Response) -> None:
        body = Body(self.headers.get("content-encoding", ""), self._limit, cut=self._cut)
        async for chunk in answer.aiter_raw():
            body.feed(chunk)
            if body.full:
                await _end(answer)
                break
        self.body = body.finish()


def _certificate(answer: httpx.Response) -> Certificate | None:
    tls = answer.extensions["network_stream"].get_extra_info("ssl_object")
    stated = tls.getpeercert() if tls else None
    if not stated:
        return None
    names = dict(pair for part in stated["issuer"] for pair in part)
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(stated["notAfter"]), UTC)
    return Certificate(names.get("organizationName") or names.get("commonName", ""), until)


async def _read_away(answer: httpx.Response) -> None:
    read = 0
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(SHORT_SECONDS):
            async for chunk in answer.aiter_raw():
                read += len(chunk)
                if read > SHORT:
                    break
            else:
                return
    await _end(answer)


async def _end(answer: httpx.Response) -> None:
    await answer.extensions["network_stream"].aclose()
