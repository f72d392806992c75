"""Fetching politely: one source of a host after the other, hosts side by side."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Full, Queue
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from config.programme import Source

HOSTS_AT_ONCE = 16
LOOK_SECONDS = 0.2
T = TypeVar("T")


def by_host(sources: Sequence[Source], delay: float, fetch: Callable[[Source], T]) -> Iterator[T]:
    """What `fetch` gives for each source, as it comes, or its error raised. `delay`: seconds between two starts at
    one host. No more bodies wait than hosts are visited at once; whoever stops iterating stops the fetching."""
    hosts: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        hosts[urlsplit(source.url).netloc.lower()].append(source)
    visits = _Visits(delay, fetch)
    with ThreadPoolExecutor(HOSTS_AT_ONCE, thread_name_prefix="host") as pool:
        try:
            for host in hosts.values():
                pool.submit(visits.visit, host)
            for _ in sources:
                yield visits.done.get().result()
        finally:
            visits.stopping.set()


class _Visits(Generic[T]):
    """What the threads share."""

    def __init__(self, delay: float, fetch: Callable[[Source], T]) -> None:
        self.done: Queue[Future[T]] = Queue(HOSTS_AT_ONCE)
        self.stopping = threading.Event()
        self._delay = delay
        self._fetch = fetch

    def visit(self, host: Sequence[Source]) -> None:
        started = float("-inf")
        for source in host:
            if self.stopping.wait(max(0.0, started + self._delay - time.monotonic())):
                return
            started = time.monotonic()
            self._hand_over(self._outcome(source))

    def _outcome(self, source: Source) -> Future[T]:
        outcome: Future[T] = Future()
        try:
            outcome.set_result(self._fetch(source))
        except Exception as error:  # handed to whoever iterates
            outcome.set_exception(error)
        return outcome

    def _hand_over(self, outcome: Future[T]) -> None:
        while not self.stopping.is_set():
            try:
                self.done.put(outcome, timeout=LOOK_SECONDS)
                return
            except Full:
                continue
