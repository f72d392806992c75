"""Politeness: the sources of one host one after the other, the hosts side by side."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from urllib.parse import urlsplit

from producers.fetch import Request

MOST_AT_ONCE = 32  # answers in memory, of at most fetch.LIMIT bytes each


async def visit(
    requests: Iterable[Request], delay: float, handle: Callable[[Request], Awaitable[None]]
) -> None:
    """Calls `handle` for every request; `delay` is in seconds between two starts at one host. Raises the first
    error of `handle`, and ends what else is under way."""
    slots = asyncio.Semaphore(MOST_AT_ONCE)
    try:
        async with asyncio.TaskGroup() as hosts:
            for one in _byhost_of(requests):
                hosts.create_task(_visit_host(one, delay, slots, handle))
    except BaseExceptionGroup as group:
        raise _first(group) from None


async def _visit_host(
    requests: Sequence[Request],
    delay: float,
    slots: asyncio.Semaphore,
    handle: Callable[[Request], Awaitable[None]],
) -> None:
    clock = asyncio.get_running_loop()
    started = None
    for request in requests:
        if started is not None:
            await asyncio.sleep(started + delay - clock.time())
        async with slots:
            started = clock.time()
            await handle(request)


def _byhost_of(requests: Iterable[Request]) -> Iterable[Sequence[Request]]:
    hosts: defaultdict[str, list[Request]] = defaultdict(list)
    for request in requests:
        hosts[host_of(request.source.url)].append(request)
    return hosts.values()


def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return url  # no host; fetching says what is wrong with it


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
