"""The work that every contestant of streams.py does, with the same code. It uses the standard library and orjson
only."""

import json
import re
import resource
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar

import orjson

SENTENCE = (
    "Hội nghị quán triệt Nghị quyết số 29-NQ/TW và Chỉ thị 05-CT/TW tại thành phố Vị Thanh, tỉnh Hậu Giang. "
)
REFERENCE = re.compile(r"\b(\d{1,3})-(NQ|CT|KL)/TW\b")
OUTLETS = 12
SAMPLED = 16  # of so many calls, the time of one is taken


P, R = ParamSpec("P"), TypeVar("R")
spent: Counter[str] = Counter()  # part of the work → nanoseconds


def timed(part: str, every: int = 1) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Adds the processor time of the calls to `spent`, estimated from one call in `every`: reading the clock of a thread
    is a system call."""

    def decorate(work: Callable[P, R]) -> Callable[P, R]:
        calls = count()

        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if next(calls) % every:
                return work(*args, **kwargs)
            began = time.thread_time_ns()
            try:
                return work(*args, **kwargs)
            finally:
                spent[part] += every * (time.thread_time_ns() - began)

        return call

    return decorate


class WorkResult(NamedTuple):
    id: str
    cell: str
    mentions: int
    item: dict[str, Any]


def make_item(number: int) -> bytes:
    """About 2.1 KB."""
    item = {
        "id": f"{number:016x}",
        "outlet": f"outlet-{number % OUTLETS}",
        "published": f"2026-{number % 12 + 1:02d}-15T08:00:00+07:00",
        "title": f"Tin số {number}",
        "text": SENTENCE * 13,
    }
    return orjson.dumps(item)


@timed("classify", SAMPLED)
def classify(value: bytes) -> WorkResult:
    item = orjson.loads(value)
    found = REFERENCE.findall(item["text"])
    return WorkResult(item["id"], f"{item['published'][:7]}|{item['outlet']}", len(found), item)


@timed("encode", SAMPLED)
def encode(result: WorkResult) -> bytes:
    return orjson.dumps({**result.item, "mentions": result.mentions})


class Ledger:
    """One row for each item and one tally for each cell, written in one transaction; a repeated item changes
    nothing."""

    def __init__(self, path: str) -> None:
        self.rows = 0
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE IF NOT EXISTS items (id TEXT PRIMARY KEY, cell TEXT, mentions INTEGER);"
            "CREATE TABLE IF NOT EXISTS tallies (cell TEXT PRIMARY KEY, items INTEGER);"
        )

    @timed("upsert")
    def upsert(self, results: Sequence[WorkResult]) -> None:
        with self._connection:
            before = self._connection.total_changes
            self._connection.executemany(
                "INSERT INTO items VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
                [(each.id, each.cell, each.mentions) for each in results],
            )
            if self._connection.total_changes - before != len(results):
                raise RuntimeError("delivered twice: this bench kills nobody")
            self._connection.executemany(
                "INSERT INTO tallies VALUES (?, ?) ON CONFLICT (cell) DO UPDATE SET items = items + excluded.items",
                list(Counter(each.cell for each in results).items()),
            )
        self.rows += len(results)


class Meter:
    """Reports when the first record came and when the last was durable, the peak memory, and where the time between
    went: `cpu` seconds of the processor, and seconds of it for each part of the work."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.done = 0
        self._first = self._cpu = 0.0

    def first(self) -> None:
        if not self._first:
            self._first, self._cpu = time.time(), time.process_time()
            spent.clear()
            print("first", flush=True)

    def add(self, records: int) -> bool:
        """Returns whether all records are done."""
        self.done += records
        return self.done >= self.number

    def finish(self) -> None:
        report = {
            "first": self._first,
            "last": time.time(),
            "records": self.done,
            "peak_mb": _peak_mb(),
            "cpu": time.process_time() - self._cpu,
            **{part: nanoseconds / 1e9 for part, nanoseconds in spent.items()},
        }
        print(json.dumps(report), flush=True)


def _peak_mb() -> float:
    status = Path("/proc/self/status")
    if status.exists():  # on Linux, children inherit the parent's peak in getrusage()
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        return int(found[1]) / 1024 if found else 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # bytes on macOS


class Job(NamedTuple):
    """The parameters of a contestant, as JSON in its first argument."""

    stage: str  # consume | produce | sqlite | end-to-end
    account: str  # the properties file of the account that the broker is used with
    source: str
    target: str
    group: str
    number: int
    database: str

    def kafka(self) -> dict[str, str]:
        """Returns librdkafka's options."""
        lines = Path(self.account).read_text().splitlines()
        stated = dict(line.split("=", 1) for line in lines)
        del stated["sasl.jaas.config"]  # an option of Java's clients
        return stated


def read_job() -> Job:
    return Job(**json.loads(sys.argv[1]))


class Night(NamedTuple):
    """The parameters of a contestant of nights.py, in the same way. `delay` is in seconds between two pages of one
    host."""

    feeds: list[str]
    folder: str
    bootstrap: str
    delay: float
    threads: int


def read_night() -> Night:
    return Night(**json.loads(sys.argv[1]))
