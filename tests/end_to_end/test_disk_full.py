"""The database has no room left: the worker waits or ends, says why, and goes on when there is room, with nothing lost
and nothing put aside."""

import resource
import time
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select, text

from lantoa.commands.ingesting import ingest
from lantoa.runtime.consumer_lag import wait_until_counted
from lantoa.runtime.services import open_runtime
from models.database import make_engine, migrate, reading, writing
from models.messages.topics import DEAD_LETTERS
from models.queries.recount import recount
from models.sql import table_of
from models.tables.items import ItemRow
from producers.poll import open_dependencies, poll
from tests.read_topic import read_all

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>A</title>{items}</channel></rss>"""
ITEM = """<item><title>Hậu Giang, tin {n}: {words}</title><link>https://o1.vn/{n}</link>
<pubDate>Tue, 14 May 2024 08:00:00 +0700</pubDate></item>"""
FIRST, ALL = 20, 600
FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON item EXECUTE FUNCTION no_room();
"""
ROOM = "DROP TRIGGER no_room ON item; DROP FUNCTION no_room()"
MORE_ROOM = 256 << 10  # bytes: less than the items need, more than a log line


def silent(_anything):
    pass


def fill(engine, worker):
    """SQLite: no file of the worker's may grow further. PostgreSQL: the answer of a server whose disk is full."""
    if engine.dialect.name == "postgresql":
        with writing(engine) as connection:
            connection.execute(text(FULL))
        return
    largest = max(path.stat().st_size for path in worker_files(worker))
    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (largest + MORE_ROOM, resource.RLIM_INFINITY))


def make_room(engine, worker):
    if engine.dialect.name == "postgresql":
        with writing(engine) as connection:
            connection.execute(text(ROOM))
        return
    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def worker_files(worker):
    return [Path(file.path) for file in worker.open_files()]


def the_worker():
    for process in psutil.Process().children(recursive=True):
        if process.cmdline()[1:4] == ["-m", "lantoa", "worker"]:
            return process
    raise LookupError("no worker")


def counted(engine):
    with reading(engine) as connection:
        return len(connection.execute(select(table_of(ItemRow).c.id)).all())


@pytest.mark.timeout(180)
def test_a_full_disk_loses_nothing(make_programme, office, feeds, database_url):
    programme = make_programme(["o1"])
    settings = office(programme, database_url)
    engine = make_engine(settings)
    migrate(engine)

    def show(number):
        items = "".join(ITEM.format(n=n, words=f"chữ {n} " * 40) for n in range(number))
        feeds.bodies = {"/o1.xml": FEED.format(items=items).encode()}

    with open_runtime(settings, silent) as running:
        show(FIRST)
        ingest(running, programme, None, on_result=silent, on_remaining=silent)
        worker, log = the_worker(), settings.data_dir / "logs" / "worker.log"
        fill(engine, worker)
        show(ALL)
        with open_dependencies(settings, running.bootstrap) as dependencies:
            found = poll(programme, dependencies)
        deadline = time.monotonic() + 60
        while not any(said in log.read_text() for said in ("database.away", "make room")):
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        assert FIRST <= counted(engine) < ALL
        make_room(engine, worker)
        wait_until_counted(running.bus.admin, settings.counting_patience, found.published, silent)
        assert counted(engine) == ALL
        assert read_all(settings, running.bootstrap, DEAD_LETTERS) == []
    with reading(engine) as connection:
        assert recount(connection, programme).differences == ()
    engine.dispose()
