"""Reads robots.txt, what a host asks of crawlers (RFC 9309), once a day."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import httpx
from protego import Protego

from config.errors import FetchError
from models.store.robots_copies import RobotsCopy
from producers.http.address import origin_of

if TYPE_CHECKING:
    from producers.http.fetch import Fetched

LONGEST_ROBOTS = 500 << 10  # bytes; the rest is not read
FRESH = timedelta(days=1)
AGAIN = timedelta(minutes=10)  # after which a robots.txt that could not be fetched is requested again
UNAVAILABLE = "redirect-loop"  # counts as no robots.txt, like a 404 (RFC 9309, 2.3.1.2)


class RobotsCache(Protocol):
    """Keeps robots.txt files beyond one run. An origin is scheme, host and port."""

    def get(self, origin: str) -> RobotsCopy | None: ...

    def put(self, origin: str, copy: RobotsCopy) -> None: ...


class RobotsMemory:
    """A RobotsCache for one run."""

    def __init__(self) -> None:
        self._copies: dict[str, RobotsCopy] = {}

    def get(self, origin: str) -> RobotsCopy | None:
        return self._copies.get(origin)

    def put(self, origin: str, copy: RobotsCopy) -> None:
        self._copies[origin] = copy


class RobotsRules:
    """The rules of one robots.txt for our user agent. `crawl_delay` is in seconds, 0 where none is stated."""

    def __init__(self, copy: RobotsCopy, name: str) -> None:
        self.copy = copy
        self._name = name
        self._parsed = Protego.parse(copy.body)
        self.crawl_delay = self._parsed.crawl_delay(name) or 0.0
        self.sitemaps = tuple(self._parsed.sitemaps)

    def allow(self, url: str) -> bool:
        return self._parsed.can_fetch(url, self._name)


class Robots:
    """`fetch` fetches a robots.txt by address and allowed ports; `name` is our product token in robots.txt files."""

    def __init__(
        self,
        fetch: Callable[[str, tuple[int, ...]], Awaitable["Fetched"]],
        name: str,
        cache: RobotsCache,
        now: Callable[[], datetime],
    ) -> None:
        self._fetch = fetch
        self._name = name
        self._cache = cache
        self._now = now
        self._rules: dict[str, RobotsRules] = {}
        self._failed: dict[str, tuple[datetime, FetchError]] = {}
        self._one_at_a_time: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def allows(self, url: str, ports: tuple[int, ...] = ()) -> bool:
        """Returns False also where the host's robots.txt cannot be fetched: then nothing may be fetched for now."""
        try:
            return (await self.rules(httpx.URL(url), ports)).allow(url)
        except FetchError:
            return False

    async def crawl_delay(self, url: str, ports: tuple[int, ...] = ()) -> float:
        return (await self.rules(httpx.URL(url), ports)).crawl_delay

    async def rules(self, url: httpx.URL, ports: tuple[int, ...] = ()) -> RobotsRules:
        """Raises FetchError where the rules are unknown: `robots-unavailable` when the host has a problem, else the
        code for which nothing of it can be fetched."""
        origin = origin_of(url)
        async with self._one_at_a_time[origin]:
            known = self._rules.get(origin) or await self._remembered(origin)
            if known and self._now() - known.copy.fetched_at < FRESH:
                return known
            error = self._lately(origin) or await self._ask(origin, ports)
            if error is None:
                return self._rules[origin]
            if known:
                return known
            raise error

    async def _remembered(self, origin: str) -> RobotsRules | None:
        copy = await asyncio.to_thread(self._cache.get, origin)
        return self._learn(origin, copy) if copy else None

    def _lately(self, origin: str) -> FetchError | None:
        moment, error = self._failed.get(origin, (None, None))
        return error if moment and self._now() - moment < AGAIN else None

    async def _ask(self, origin: str, ports: tuple[int, ...]) -> FetchError | None:
        fetched = await self._fetch(f"{origin}/robots.txt", ports)
        if fetched.error and not _says_that_there_is_none(fetched):
            error = _unavailable(origin, fetched.error)
            self._failed[origin] = fetched.fetched_at, error
            return error
        copy = RobotsCopy(fetched.fetched_at, fetched.status, _text(fetched.body))
        await asyncio.to_thread(self._cache.put, origin, copy)
        self._failed.pop(origin, None)
        self._learn(origin, copy)
        return None

    def _learn(self, origin: str, copy: RobotsCopy) -> RobotsRules:
        self._rules[origin] = RobotsRules(copy, self._name)
        return self._rules[origin]


def _says_that_there_is_none(fetched: "Fetched") -> bool:
    reason = fetched.error.reason if fetched.error else ""
    return 400 <= fetched.status < 500 or reason == UNAVAILABLE


def _unavailable(origin: str, error: FetchError) -> FetchError:
    reason = "robots-unavailable" if error.reason.startswith("http-") else error.reason
    return FetchError(reason, f"{origin}/robots.txt: {error}")


def _text(body: bytes) -> str:
    return body.decode("utf-8-sig", errors="replace").replace("\0", "")
