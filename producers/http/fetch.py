"""The only way out: every GET is checked, allowed by robots.txt, paced, guarded and limited, and each failure has a
stable code."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from time import monotonic

import httpx

from config.errors import FetchError, LantoaError
from config.settings import Settings
from config.visible import said
from producers.http.address import checked
from producers.http.connection_pool import ConnectionPool
from producers.http.exchange import Certificate, Exchange
from producers.http.failure_codes import fetch_error
from producers.http.politeness import Pacer, retry_after
from producers.http.robots import LONGEST_ROBOTS, Robots, RobotsCache, RobotsMemory
from producers.http.ssrf_guard import Resolve
from producers.parse.documents import FetchedDocument

LIMIT = 15 << 20  # bytes, decompressed
REDIRECTS = 5
LONGEST_PHRASE = 100  # characters of the reason phrase beside a status
FOLLOWED = {301, 302, 303, 307, 308}
BUSY = {429, 503}
PAGES = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5"
FEEDS = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Request:
    """`etag`, `last_modified` and `body_hash` (SHA-256) are from the last response of this address; they are empty
    when the server must answer in full. `ports` may be used besides 80 and 443."""

    url: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    accept: str = PAGES
    ports: tuple[int, ...] = ()

    def headers(self) -> dict[str, str]:
        stated = {"Accept": self.accept, "If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in stated.items() if value}

    @property
    def conditional(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True)
class Hop:
    """An address that redirected us."""

    status: int
    address: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """`error` is set when there is no content to read; `not_modified` when the content is the one that we have.

    `seconds` excludes the wait for a turn. `rest_seconds` is how long the host asked us to wait.
    """

    url: str
    fetched_at: datetime
    seconds: float
    status: int = 0
    body: bytes = b""
    address: str = ""  # after redirects
    headers: Mapping[str, str] = field(default_factory=dict)
    redirects: tuple[Hop, ...] = ()
    http_version: str = ""
    certificate: Certificate | None = None
    not_modified: bool = False
    rest_seconds: float = 0.0
    error: FetchError | None = None

    @property
    def failed_on_the_way(self) -> bool:
        """True where the network or the whole host failed, and not this one address."""
        if self.error is None or self.error.reason in {"robots", "bad-address", "bad-port", "too-large"}:
            return False
        return self.status in {0, 429} or self.status >= 500

    @property
    def document(self) -> FetchedDocument:
        return FetchedDocument(self.body, self.headers.get("content-type", ""), self.address)

    @property
    def downgraded(self) -> bool:
        """True where a redirect led from https to http."""
        way = [*(hop.address for hop in self.redirects), self.address]
        return any(a.startswith("https:") and b.startswith("http:") for a, b in pairwise(way))


class Fetcher:
    """An asynchronous context manager. All requests of one Fetcher share the pace of their hosts, the robots.txt
    files and the connections.

    `legacy_tls` names hosts whose old TLS is accepted. `resolve` replaces the system's resolver.
    """

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], datetime],
        *,
        pacer: Pacer | None = None,
        robots: RobotsCache | None = None,
        legacy_tls: Collection[str] = (),
        resolve: Resolve | None = None,
    ) -> None:
        self._timeout = settings.fetch_timeout
        self._now = now
        self._pacer = pacer or Pacer(settings.host_delay)
        self._connections = ConnectionPool(settings, legacy_tls, resolve)
        self.robots = Robots(self._fetch_robots, settings.robots_name, robots or RobotsMemory(), self._moment)

    async def __aenter__(self) -> "Fetcher":
        await self._connections.__aenter__()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._connections.__aexit__()

    async def fetch(self, request: Request) -> Fetched:
        """Never raises for what a server or the network does. Raises LantoaError when the database stays
        unavailable."""
        return await self._fetch(_Trip(request, self._timeout))

    async def _fetch_robots(self, url: str, ports: tuple[int, ...]) -> Fetched:
        """Fetches a robots.txt, without asking a robots.txt for permission; a longer one is cut."""
        request = Request(url, accept="text/plain, */*;q=0.5", ports=ports)
        return await self._fetch(_Trip(request, self._timeout, LONGEST_ROBOTS, for_robots=True))

    async def _fetch(self, trip: "_Trip") -> Fetched:
        try:
            exchange = await self._follow(trip)
        except Exception as error:  # servers that send nonsense cause many kinds of errors
            if isinstance(error, LantoaError) and not isinstance(error, FetchError):
                raise
            found = self._result(trip)
            return replace(found, error=fetch_error(error, self._timeout))
        return self._result(trip, exchange)

    async def _follow(self, trip: "_Trip") -> Exchange:
        url = checked(trip.request.url, trip.request.ports)
        while True:
            if not trip.for_robots:
                await self._under_robots(url, trip.request.ports)
            exchange = await self._ask(url, trip)
            location = exchange.headers.get("location")
            if exchange.status not in FOLLOWED or location is None:
                self._check(exchange, trip)
                return exchange
            trip.hops.append(Hop(exchange.status, str(url)))
            if len(trip.hops) > REDIRECTS:
                raise FetchError("redirect-loop", f"more than {REDIRECTS} redirects")
            url = checked(location, trip.request.ports, onto=url)

    async def _under_robots(self, url: httpx.URL, ports: tuple[int, ...]) -> None:
        rules = await self.robots.rules(url, ports)
        self._pacer.slow_down(str(url), rules.crawl_delay)
        if not rules.allow(str(url)):
            raise FetchError("robots", f"robots.txt of {url.host} asks us not to fetch {url.path}")

    async def _ask(self, url: httpx.URL, trip: "_Trip") -> Exchange:
        """Repeats the request where a kept connection turns out to be closed, or to hold the rest of an earlier
        response: a GET may be sent twice (RFC 9110, 9.2.2)."""
        for last in (False, True):
            exchange = Exchange(trip.limit, cut=trip.for_robots)
            try:
                async with self._pacer.turn(str(url)) as turn, trip.clock(exchange):
                    await exchange.run(self._connections, url, trip.request.headers(), turn.sent)
                    break
            except (httpx.NetworkError, httpx.ProtocolError):
                if last or not exchange.on_kept_connection:
                    raise
        if exchange.status in BUSY:
            seconds = retry_after(exchange.headers.get("retry-after", ""), self._moment())
            if seconds is not None or exchange.status == httpx.codes.TOO_MANY_REQUESTS:
                turned_away = exchange.status == httpx.codes.TOO_MANY_REQUESTS
                trip.rest = self._pacer.rest(str(url), seconds, turned_away=turned_away)
        return exchange

    def _check(self, exchange: Exchange, trip: "_Trip") -> None:
        if exchange.status == httpx.codes.NOT_MODIFIED and trip.request.conditional:
            return
        if exchange.status != httpx.codes.OK:
            raise FetchError(
                f"http-{exchange.status}",
                f"HTTP {exchange.status} {said(exchange.phrase, LONGEST_PHRASE)}".strip(),
            )

    def _result(self, trip: "_Trip", exchange: Exchange | None = None) -> Fetched:
        found = Fetched(
            trip.request.url,
            self._moment(),
            trip.seconds,
            status=trip.status,
            redirects=tuple(trip.hops),
            rest_seconds=trip.rest or self._pacer.resting(trip.request.url),
        )
        if exchange is None:
            return found
        known = trip.request.body_hash
        same = exchange.status == httpx.codes.NOT_MODIFIED or known == sha256(exchange.body).hexdigest()
        return replace(
            found,
            status=exchange.status,
            body=b"" if same else exchange.body,
            address=exchange.address,
            headers=exchange.headers,
            http_version=exchange.http_version,
            certificate=exchange.certificate,
            not_modified=same,
        )

    def _moment(self) -> datetime:
        return self._now().astimezone(UTC)


class _Trip:
    """One fetch on its way through redirects. `seconds` grows while a server is working on a request."""

    def __init__(
        self, request: Request, timeout: float, limit: int = LIMIT, *, for_robots: bool = False
    ) -> None:
        self.request = request
        self.limit = limit
        self.for_robots = for_robots
        self.hops: list[Hop] = []
        self.seconds = 0.0
        self.status = 0
        self.rest = 0.0
        self._timeout = timeout

    @asynccontextmanager
    async def clock(self, exchange: Exchange) -> AsyncIterator[None]:
        """Raises TimeoutError when the whole trip takes too long."""
        began = monotonic()
        try:
            async with asyncio.timeout(self._timeout - self.seconds):
                yield
        finally:
            self.seconds += monotonic() - began
            self.status = exchange.status
