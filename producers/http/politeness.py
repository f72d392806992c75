"""Paces the requests to each host, whatever they are for; different hosts are asked in parallel."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar

from config.errors import FetchError
from producers.http.address import host_of

AT_ONE_HOST = 2
CONNECTIONS = 256  # of all hosts together
LONGEST_CRAWL_DELAY = 60.0  # seconds between two starts that robots.txt may require
LONGEST_REST = 86_400.0  # seconds for which Retry-After is honoured
JITTER_AFTER_429 = 3600.0  # seconds: clients that a host rejected together must not come back together
# seconds to wait for a host that asked us to wait; a longer wait is left for another night
LONGEST_WAIT = 60.0
T = TypeVar("T")


class Clock(Protocol):
    """The clock of a pacer, in seconds; tests move one of their own."""

    def time(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class LoopClock:
    """The clock of the running event loop, which is not affected by changes of the machine's time."""

    def time(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Turn:
    """The permission to send one request to a host."""

    def __init__(self, gate: "_Gate", clock: Clock) -> None:
        self._gate = gate
        self._clock = clock
        self._sent = False

    def sent(self) -> None:
        """Call it when the request is on its way: the host's delay runs from now, and the next request may be
        prepared."""
        if not self._sent:
            self._sent = True
            self._gate.last = self._clock.time()
            self._gate.start.release()


class Pacer:
    """The pace of every host, for all that a process fetches. `delay` is in seconds between two starts."""

    def __init__(self, delay: float, chance: random.Random | None = None, clock: Clock | None = None) -> None:
        self._delay = delay
        self._clock = clock or LoopClock()
        self._chance = chance or random.Random()  # noqa: S311  # it spreads visits and keeps no secret
        self._gates: defaultdict[str, _Gate] = defaultdict(_Gate)
        self._connections = asyncio.Semaphore(CONNECTIONS)

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[Turn]:
        """Enters when the host of `url` may be asked; send the request and call `sent()`. Two starts are apart by the
        delay even where the first takes long to connect. Raises FetchError `retry-after`."""
        gate = self._gates[host_of(url)]
        async with gate.room:
            await self._come_to(gate)
            turn = Turn(gate, self._clock)
            try:
                async with self._connections:
                    yield turn
            finally:
                turn.sent()

    def slow_down(self, url: str, seconds: float) -> None:
        """Applies the crawl delay of the host's robots.txt; the delay is never less than our own."""
        self._gates[host_of(url)].delay = min(seconds, LONGEST_CRAWL_DELAY) if seconds > 0 else 0.0  # or NaN

    def rest(self, url: str, seconds: float | None, *, turned_away: bool) -> float:
        """Applies the host's Retry-After of `seconds`; `turned_away` is true after a 429. Returns the seconds for
        which the host gets no requests."""
        jitter = self._chance.uniform(0, JITTER_AFTER_429) if turned_away else 0.0
        gate = self._gates[host_of(url)]
        until = self._clock.time() + min(max(seconds or 0.0, 0.0), LONGEST_REST) + jitter
        gate.closed_until = max(gate.closed_until, until)
        return self.resting(url)

    def resting(self, url: str) -> float:
        """Returns the seconds for which the host still gets no requests."""
        return max(self._gates[host_of(url)].closed_until - self._clock.time(), 0.0)

    async def _come_to(self, gate: "_Gate") -> None:
        """Returns with `gate.start` held."""
        now = self._clock.time
        await gate.start.acquire()
        try:
            while (wait := gate.opens(self._delay) - now()) > 0:
                if (rest := gate.closed_until - now()) > LONGEST_WAIT:
                    minutes = rest / 60
                    raise FetchError(
                        "retry-after", f"the host wants to be left alone for {minutes:.0f} minutes"
                    )
                await self._clock.sleep(wait)
        except BaseException:
            gate.start.release()
            raise


class _Gate:
    """The state of one host. The holder of `start` is about to send a request to it."""

    def __init__(self) -> None:
        self.room = asyncio.Semaphore(AT_ONE_HOST)
        self.start = asyncio.Lock()
        self.delay = 0.0
        self.last = float("-inf")
        self.closed_until = float("-inf")

    def opens(self, delay: float) -> float:
        return max(self.last + max(delay, self.delay), self.closed_until)


def retry_after(value: str, now: datetime) -> float | None:
    """Returns seconds, from either form of the header (RFC 9110, 10.2.3); None for any other text."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:10])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()


async def visit(each: Iterable[T], url: Callable[[T], str], handle: Callable[[T], Awaitable[None]]) -> None:
    """Calls `handle` for each, in their order within a host and in parallel over the hosts. Raises the first error of
    `handle`, and cancels the rest."""
    by_host: defaultdict[str, list[T]] = defaultdict(list)
    for one in each:
        by_host[host_of(url(one))].append(one)
    try:
        async with asyncio.TaskGroup() as hosts:
            for those in by_host.values():
                hosts.create_task(_visit_host(those, handle))
    except BaseExceptionGroup as group:
        raise _first(group) from None


async def _visit_host(those: Sequence[T], handle: Callable[[T], Awaitable[None]]) -> None:
    for one in those:
        await handle(one)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
