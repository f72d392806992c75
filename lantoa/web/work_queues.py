"""What takes long has queues and threads of its own, so that it can neither hold up pages nor pile up.

A page that finds its queue full is refused with 503 and the time after which it may be asked for again.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar, cast

from anyio import CapacityLimiter, to_thread
from fastapi import Request, Response

from config.errors import Busy
from lantoa.language import _

P = ParamSpec("P")
T = TypeVar("T")
Page = Callable[P, Response]


class Queue:
    """`at_once` are at work, each in a thread that is not the pages'; `waiting` wait, no longer than `patience` seconds."""

    def __init__(self, at_once: int, waiting: int, patience: float, again: int) -> None:
        self._at_once, self._most = at_once, at_once + waiting
        self._patience, self._again = patience, again
        self._inside = 0
        self._turn: asyncio.Semaphore | None = None  # made by the loop that serves
        self._threads: CapacityLimiter | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """Raises Busy."""
        if self._inside >= self._most:
            raise self._busy()
        self._inside += 1
        try:
            return await self._in_turn(work)
        finally:
            self._inside -= 1

    async def _in_turn(self, work: Callable[[], T]) -> T:
        if self._turn is None or self._threads is None:
            self._turn, self._threads = asyncio.Semaphore(self._at_once), CapacityLimiter(self._at_once)
        try:
            async with asyncio.timeout(self._patience):
                await self._turn.acquire()
        except TimeoutError as error:
            raise self._busy() from error
        try:
            return await to_thread.run_sync(work, limiter=self._threads)
        finally:
            self._turn.release()

    def _busy(self) -> Busy:
        return Busy(
            _("Too much of this kind is at work. Ask again in {seconds} seconds.", seconds=self._again),
            self._again,
        )


class Queues:
    """Of one dashboard."""

    def __init__(self) -> None:
        self.reports = Queue(
            at_once=2, waiting=8, patience=120, again=20
        )  # each a process with a core and 300 MB
        self.sheets = Queue(at_once=2, waiting=8, patience=60, again=10)
        self.decisions = Queue(at_once=8, waiting=24, patience=20, again=5)  # wait for Kafka and a worker
        self.letters = Queue(at_once=2, waiting=6, patience=30, again=10)
        self.metrics = Queue(at_once=1, waiting=4, patience=20, again=10)
        self.passwords = Queue(at_once=2, waiting=16, patience=5, again=5)  # each takes 64 MB and four cores


def in_queue(name: str) -> Callable[[Page[P]], Callable[P, Coroutine[Any, Any, Response]]]:
    """A route of this queue. It takes its request by the name `request`."""

    def queued(route: Page[P]) -> Callable[P, Coroutine[Any, Any, Response]]:
        @wraps(route)
        async def answer(*arguments: P.args, **named: P.kwargs) -> Response:
            request = cast(Request, named["request"])
            queue: Queue = getattr(request.app.state.queues, name)
            return await queue.run(partial(route, *arguments, **named))

        answer.__dict__["queue"] = name
        return answer

    return queued
