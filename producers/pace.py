"""Politeness: how soon and how often one host is asked, whatever for; the hosts side by side."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar

from config.errors import FetchError
from producers.address import host_of

AT_ONE_HOST = 2
CONNECTIONS = 256  # of all hosts together
LONGEST_CRAWL_DELAY = 60.0  # seconds that robots.txt may ask for between two starts
LONGEST_REST = 86_400.0  # seconds for which Retry-After is honoured
JITTER_AFTER_429 = 3600.0  # seconds: those whom a host turned away together must not come back together
PATIENCE = 60.0  # seconds that somebody waits for a host which asked for rest; longer is for another night
T = TypeVar("T")


class Clock(Protocol):
    """What a pacer reads and sleeps by, in seconds; the tests move one of their own."""

    def time(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class LoopClock:
    """The clock of the running event loop, which no change of the machine's time disturbs."""

    def time(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Turn:
    """Leave to ask a host once."""

    def __init__(self, gate: "_Gate", clock: Clock) -> None:
        self._gate = gate
        self._clock = clock
        self._sent = False

    def sent(self) -> None:
        """The question is on its way: from now the host's delay runs, and the next one may prepare."""
        if not self._sent:
            self._sent = True
            self._gate.last = self._clock.time()
            self._gate.start.release()


class Pacer:
    """The pace of every host; one for all that a process fetches. `delay` is in seconds between two starts."""

    def __init__(self, delay: float, chance: random.Random | None = None, clock: Clock | None = None) -> None:
        self._delay = delay
        self._clock = clock or LoopClock()
        self._chance = chance or random.Random()  # noqa: S311  # spreads visits, keeps no secret
        self._gates: defaultdict[str, _Gate] = defaultdict(_Gate)
        self._connections = asyncio.Semaphore(CONNECTIONS)

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[Turn]:
        """Returns when the host of `url` may be asked; ask, and say `sent()`. Two starts are apart as the delay says
        even where the first takes long to connect. Raises FetchError `retry-after`."""
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
        """What the host's robots.txt asks for; never less than our own delay."""
        self._gates[host_of(url)].delay = min(seconds, LONGEST_CRAWL_DELAY) if seconds > 0 else 0.0  # or NaN

    def rest(self, url: str, seconds: float | None, *, turned_away: bool) -> float:
        """`seconds` as the host's Retry-After says; `turned_away` by a 429. Returns the seconds that the host is left
        alone for."""
        jitter = self._chance.uniform(0, JITTER_AFTER_429) if turned_away else 0.0
        gate = self._gates[host_of(url)]
        until = self._clock.time() + min(max(seconds or 0.0, 0.0), LONGEST_REST) + jitter
        gate.closed_until = max(gate.closed_until, until)
        return self.resting(url)

    def resting(self, url: str) -> float:
        """Seconds for which the host still wants to be left alone."""
        return max(self._gates[host_of(url)].closed_until - self._clock.time(), 0.0)

    async def _come_to(self, gate: "_Gate") -> None:
        """Returns with `gate.start` held."""
        now = self._clock.time
        await gate.start.acquire()
        try:
            while (wait := gate.opens(self._delay) - now()) > 0:
                if (rest := gate.closed_until - now()) > PATIENCE:
                    minutes = rest / 60
                    raise FetchError(
                        "retry-after", f"the host wants to be left alone for {minutes:.0f} minutes"
                    )
                await self._clock.sleep(wait)
        except BaseException:
            gate.start.release()
            raise


class _Gate:
    """One host. Whoever holds `start` is about to ask it."""

    def __init__(self) -> None:
        self.room = asyncio.Semaphore(AT_ONE_HOST)
        self.start = asyncio.Lock()
        self.delay = 0.0
        self.last = float("-inf")
        self.closed_until = float("-inf")

    def opens(self, delay: float) -> float:
        return max(self.last + max(delay, self.delay), self.closed_until)


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds, from either form of the header (RFC 9110, 10.2.3); None for neither."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:10])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()


async def visit(each: Iterable[T], url: Callable[[T], str], handle: Callable[[T], Awaitable[None]]) -> None:
    """Calls `handle` for each: those of one host one after the other in their order, the hosts side by side. Raises
    the first error of `handle`, and ends what else is under way."""
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
