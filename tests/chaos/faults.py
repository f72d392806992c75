"""What is killed, when, and how long until everything runs again; drawn from a seed."""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
from province import LOOK_SECONDS, Province

from lantoa.broker.broker_files import BrokerFiles
from lantoa.broker.holder import read_holder

RECOVER_SECONDS = 90.0
AT_ONCE = 0.25  # of the kills come before everything runs again after the last one


class Faults:
    """`seconds`: fault → the times from a kill until everything ran again, of those that were waited for."""

    def __init__(self, province: Province, rng: random.Random) -> None:
        self.counts: dict[str, int] = defaultdict(int)
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self._province, self._rng = province, rng

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def through_the_year(self, kills: int) -> None:
        """Every step of the year, with at least so many kills in all: the last night comes again while some are left."""
        plan = self._plan()
        steps = list(self._province.steps())
        nights = len(self._province.world.polls)
        for number, step in enumerate(steps):
            due = kills * (number + 1) // len(steps)
            self._province.begin(step)
            while not self._province.tend() or self.total < due:
                if self._province.tend():
                    self._province.begin(step if number < nights else steps[nights - 1])
                self._kill(next(plan))
                if self.total >= due:
                    self._province.finish()
            self._province.finish()

    def _plan(self) -> Iterator[str]:
        """Every fault in turn, shuffled round by round."""
        names = [name for name in KILLS if name != "database" or self._province.server]
        while True:
            yield from self._rng.sample(names, len(names))

    def _kill(self, name: str) -> None:
        self._tend_for(self._rng.uniform(0.1, 2.0))
        if not KILLS[name](self._province):
            return
        self.counts[name] += 1
        began = time.monotonic()
        if name == "database" and self._province.server:
            self._tend_for(self._rng.uniform(0.0, 2.0))
            self._province.server.start_again()
        if self._rng.random() < AT_ONCE:
            return
        while not self._province.well():
            assert time.monotonic() - began < RECOVER_SECONDS, self._province.said()
            self._tend_for(LOOK_SECONDS)
        self.seconds[name].append(time.monotonic() - began)

    def _tend_for(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._province.tend()
            time.sleep(LOOK_SECONDS)


def kill_worker(province: Province) -> bool:
    return _kill(province.workers()[:1])


def kill_fetcher(province: Province) -> bool:
    """The process that fetches or imports, with what it started."""
    if province.step is None or province.step.poll() is not None:
        return False
    with suppress(psutil.NoSuchProcess):
        top = psutil.Process(province.step.pid)
        return _kill([top, *top.children(recursive=True)])
    return False


def kill_broker(province: Province) -> bool:
    holder = read_holder(BrokerFiles.of(province.settings).holder)
    with suppress(psutil.NoSuchProcess):
        return holder is not None and _kill([psutil.Process(holder.broker.pid)])
    return False


def kill_database(province: Province) -> bool:
    if province.server is None:
        return False
    province.server.kill()
    return True


def kill_group(province: Province) -> bool:
    """`lantoa up` with its broker and its workers, and the fetching process."""
    killed = _kill(province.processes())
    return kill_fetcher(province) or killed


KILLS: dict[str, Callable[[Province], bool]] = {
    "worker": kill_worker,
    "fetcher": kill_fetcher,
    "broker": kill_broker,
    "database": kill_database,
    "group": kill_group,
}


def _kill(processes: list[psutil.Process]) -> bool:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    return bool(processes)
