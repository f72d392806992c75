"""1, 2 and 4 workers that write into one PostgreSQL, each in a process of its own, with every item in scope: how fast, and
what they wait for.

A fifth of the items share their text with others, which lie in other partitions; all workers write the same days at the same
time, as in a replay. `alone` is the same work while no other writer counts (one lock of the whole database). Rounds are
interleaved; a figure is the median, with the range. Where the time goes is sampled from pg_stat_activity.
"""

import argparse
import multiprocessing
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import psutil
import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from benchmarks.counting import BATCH, items, postgresql
from config.catalogue import load_catalogue
from config.programme import load_programme
from config.settings import SHIPPED_PROGRAMME, load_settings
from models.database import make_engine, migrate, reading
from models.messages.item import Classified
from models.queries.recount import recount
from models.store import batch_writer
from models.store.item_writer import record

NUMBER, ROUNDS, WORKERS = 16_000, 3, (1, 2, 4)
EVERY = 0.02  # seconds between two looks at what the workers wait for
WAITS = """
SELECT CASE
    WHEN state <> 'active' THEN 'python'
    WHEN wait_event_type = 'Lock' AND wait_event = 'advisory' THEN 'lock of days'
    WHEN wait_event_type = 'Lock' THEN 'lock of rows'
    WHEN wait_event_type = 'Client' THEN 'python'
    WHEN wait_event_type IN ('IO', 'LWLock', 'IPC') THEN 'disk'
    ELSE 'server' END
FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend' AND state IS NOT NULL
"""
SHARES = ("python", "server", "disk", "lock of days", "lock of rows")


@dataclass(frozen=True, slots=True)
class Figure:
    rate: float  # items a second, from the start of all to the end of the last
    shares: dict[str, float]  # of the workers' time
    busy: float  # share of all cores


def main() -> None:
    options = parsed()
    found: dict[tuple[int, bool], list[Figure]] = {}
    with tempfile.TemporaryDirectory(prefix="lantoa-bench-") as folder, postgresql(Path(folder)) as address:
        for _ in range(options.rounds):
            for workers in options.workers:
                for alone in (False, True):
                    figure = run(address, workers, alone, options.number)
                    found.setdefault((workers, alone), []).append(figure)
    show(found, options.number)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--number", type=int, default=NUMBER, help="items of a run, all workers together")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--workers", type=int, nargs="+", default=WORKERS)
    return parser.parse_args()


def run(server: str, workers: int, alone: bool, number: int) -> Figure:
    with database(server) as (name, address):
        context = multiprocessing.get_context("spawn")
        ready = context.Barrier(workers + 1)
        children = [
            context.Process(target=write, args=(address, part, workers, number, alone, ready))
            for part in range(workers)
        ]
        for child in children:
            child.start()
        ready.wait()
        began = time.perf_counter()
        with sampling(server, name) as (shares, busy):
            for child in children:
                child.join()
        seconds = time.perf_counter() - began
        if any(child.exitcode for child in children):
            raise RuntimeError("a worker failed")
        prove(address)
        seen = sum(shares.values()) or 1
        return Figure(number / seconds, {name: n / seen for name, n in shares.items()}, busy[0])


def write(address: str, part: int, workers: int, number: int, alone: bool, ready: Any) -> None:
    """One worker: its share of the items, in batches."""
    if alone:
        batch_writer.RECORDERS = {**batch_writer.RECORDERS, Classified: record}
    engine = make_engine(load_settings(database_url=address))
    writer = batch_writer.Writer(engine, load_programme(SHIPPED_PROGRAMME), load_catalogue())
    mine = [in_scope(item) for i, item in enumerate(items(number)) if i % workers == part]
    ready.wait()
    for start in range(0, len(mine), BATCH):
        writer.write_when_back(mine[start : start + BATCH], part)


def in_scope(message: Classified) -> Classified:
    outlet = f"outlet-{random.Random(message.item.id).randrange(60)}"
    item = message.item.model_copy(update={"outlet": outlet})
    return message.model_copy(update={"item": item, "in_scope": True, "places": ("Hậu Giang",)})


@contextmanager
def database(server: str) -> Iterator[tuple[str, str]]:
    name = f"writers_{uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        address = make_url(server).set(database=name).render_as_string(hide_password=False)
        engine = make_engine(load_settings(database_url=address))
        migrate(engine)
        engine.dispose()
        try:
            yield name, address
        finally:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def sampling(server: str, name: str) -> Iterator[tuple[Counter[str], list[float]]]:
    shares: Counter[str] = Counter()
    busy: list[float] = []
    done = threading.Event()

    def look() -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            while not done.wait(EVERY):
                shares.update(share for (share,) in connection.execute(WAITS, [name]))

    thread = threading.Thread(target=look)
    psutil.cpu_percent()
    thread.start()
    try:
        yield shares, busy
    finally:
        done.set()
        thread.join()
        busy.append(psutil.cpu_percent() / 100)


def prove(address: str) -> None:
    engine = make_engine(load_settings(database_url=address))
    with reading(engine) as connection:
        found = recount(connection, load_programme(SHIPPED_PROGRAMME))
    engine.dispose()
    if found.differences:
        raise RuntimeError(f"{len(found.differences)} cells differ")


def show(found: dict[tuple[int, bool], list[Figure]], number: int) -> None:
    print(
        f"\nWriters: {number:,} items in scope, in batches of {BATCH}, on PostgreSQL, {psutil.cpu_count()} cores"
    )
    print(f"{'workers':<9}{'':<8}{'items/s':>8}{'range':>14}{'of one':>8}{'cores':>7}"
          + "".join(f"{name:>14}" for name in SHARES))  # fmt: skip
    for (workers, alone), figures in found.items():
        rates = sorted(figure.rate for figure in figures)
        first = min(n for n, _ in found)
        one = median(figure.rate for figure in found[first, alone])
        shares = "".join(f"{median(f.shares.get(name, 0.0) for f in figures):>14.0%}" for name in SHARES)
        print(f"{workers:<9}{'alone' if alone else 'beside':<8}{median(rates):>8,.0f}"
              f"{f'{rates[0]:,.0f}-{rates[-1]:,.0f}':>14}{median(rates) / one:>8.2f}"
              f"{median(f.busy for f in figures):>7.0%}{shares}")  # fmt: skip


if __name__ == "__main__":
    main()
