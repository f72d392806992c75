"""Whoever reads the topic of the tallies from its beginning ends with what the database holds (invariant 3)."""

import json
import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from lantoa.broker.broker_files import BrokerFiles
from lantoa.commands.correcting import make_correction
from lantoa.commands.ingesting import ingest
from lantoa.runtime.consumer_lag import wait_until_counted
from lantoa.runtime.services import open_runtime
from lantoa.runtime.tallies_topic import wait_until_published
from models.database import make_engine, migrate, reading
from models.messages.topics import CORRECTIONS
from models.queries.tally import cell_figures, of_cell
from models.sql import table_of
from models.tables.items import ItemRow
from producers.poll import open_dependencies, poll
from producers.publish import open_publisher

TAIL = Path(__file__).parents[2] / "examples" / "tail_tallies.py"
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>A</title>{items}</channel></rss>"""
ITEM = """<item><title>Hậu Giang học tập Nghị quyết số {n}-NQ/TW khóa XIII</title><link>https://{o}.vn/{n}</link>
<pubDate>Tue, {day} May 2024 08:00:00 +0700</pubDate></item>"""
OUTLETS = ["o1", "o2"]


def silent(_anything):
    pass


@pytest.fixture
def world(make_programme, office, feeds, database_url):
    programme = make_programme(OUTLETS)
    settings = office(programme, database_url)
    for outlet in OUTLETS:
        items = "".join(ITEM.format(n=n, o=outlet, day=10 + n % 9) for n in range(18, 48))
        feeds.bodies[f"/{outlet}.xml"] = FEED.format(items=items).encode()
    engine = make_engine(settings)
    migrate(engine)
    yield programme, settings, engine
    engine.dispose()


def tail(settings):
    """Cell → row, as the example prints them."""
    account = BrokerFiles.of(settings).reader
    ran = subprocess.run([sys.executable, TAIL, account], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return {row["cell"]: row for row in map(json.loads, ran.stdout.splitlines())}


def stored(engine):
    with reading(engine) as connection:
        return {row["key"]: of_cell(row) for row in connection.execute(cell_figures()).mappings()}


def figures_of(row):
    return {name: row[name] for name in (
        "items", "stories", "outlets", "activities", "participants", "points", "invited", "attendance_rate", "waiting", "flagged",
    )}  # fmt: skip


def test_the_topic_ends_with_the_cells_of_the_database(world):
    programme, settings, engine = world
    with open_runtime(settings, silent) as running:
        ingest(running, programme, None, on_result=silent, on_remaining=silent)
        assert wait_until_published(settings, running.bus.admin, 20)
        first = tail(settings)
        assert {cell: figures_of(row) for cell, row in first.items()} == stored(engine)
        assert len(first) > 100
        year = first["test|2024|"]
        assert (year["programme"], year["period"], year["values"], year["items"]) == ("test", "2024", {}, 60)
        assert first["test|2024-05|outlet=o1,resolution=NQ-29-TW-XIII"]["values"] == {
            "outlet": "o1",
            "resolution": "NQ-29-TW-XIII",
        }
        assert year["catalogue_version"]
        assert year["rules_version"]

        with reading(engine) as connection:
            item = table_of(ItemRow)
            ids = list(connection.execute(select(item.c.id).where(item.c.outlet == "o1")).scalars())
        with open_publisher(settings, running.bootstrap) as publisher:
            out = [make_correction(i, "cán bộ", "không thuộc tỉnh", in_scope=False) for i in ids]
            publisher.publish_messages(CORRECTIONS, out, "/test")
        wait_until_counted(running.bus.admin, settings.counting_patience, publisher.ends, silent)
        assert wait_until_published(settings, running.bus.admin, 20)
        second = tail(settings)
    assert {cell: figures_of(row) for cell, row in second.items()} == stored(engine)
    assert "test|2024|outlet=o1" in first
    assert "test|2024|outlet=o1" not in second  # a tombstone


@pytest.mark.slow
def test_eight_kills_of_the_worker_leave_the_topic_equal(world, feeds):
    """SIGKILL at any moment: between commit and telling, between reading a row and publishing it."""
    programme, settings, engine = world
    rng = random.Random(5)
    kills = 0
    with open_runtime(settings, silent) as running:
        for round_ in range(8):
            for outlet in OUTLETS:  # every piece says another resolution and so moves to other cells
                items = "".join(
                    ITEM.format(n=n, o=outlet, day=10 + n % 9).replace(
                        f"số {n}-", f"số {18 + (n + round_) % 30}-"
                    )
                    for n in range(18, 48)
                )
                feeds.bodies[f"/{outlet}.xml"] = FEED.format(items=items).encode()
            with open_dependencies(settings, running.bootstrap) as dependencies:
                poll(programme, dependencies, on_result=silent)
            time.sleep(rng.uniform(0.2, 2.5))
            kills += kill_worker()
        ingest(running, programme, None, on_result=silent, on_remaining=silent)
        assert wait_until_published(settings, running.bus.admin, 30)
        told = tail(settings)
    assert kills == 8
    assert {cell: figures_of(row) for cell, row in told.items()} == stored(engine)
    assert told["test|2024|"]["items"] == 60


def kill_worker():
    """1 when one was there to be killed within some seconds."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error, IndexError):
                if process.cmdline()[1:4] == ["-m", "lantoa", "worker"]:
                    process.kill()
                    return 1
        time.sleep(0.05)
    return 0
