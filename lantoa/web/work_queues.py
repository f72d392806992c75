"""Queues for slow routes, with threads of their own, so that they neither block other pages nor pile up.

A request to a full queue is refused with 503 and the time after which to try again.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from config.errors import Busy
from lantoa.language import _

T = TypeVar("T")


class Queue:
    """Runs at most `at_once` jobs in threads of its own. At most `waiting` further jobs wait for up to `patience`
    seconds."""

    def __init__(self, at_once: int, waiting: int, patience: float, again: int) -> None:
        self._at_once, self._most = at_once, at_once + waiting
        self._patience, self._again = patience, again
        self._inside = 0
        self._turn: asyncio.Semaphore | None = None  # made in the event loop of the server
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
    """The queues of one dashboard."""

    def __init__(self) -> None:
        # Each job is a process with a core and 300 MB.
        self.reports = Queue(at_once=2, waiting=8, patience=120, again=20)
        self.sheets = Queue(at_once=2, waiting=8, patience=60, again=10)
        # Jobs that wait for Kafka and a worker.
        self.decisions = Queue(at_once=8, waiting=24, patience=20, again=5)
        self.letters = Queue(at_once=2, waiting=6, patience=30, again=10)
        self.metrics = Queue(at_once=1, waiting=4, patience=20, again=10)
        # Each check needs 64 MB and four cores.
        self.passwords = Queue(at_once=2, waiting=16, patience=5, again=5)
