"""Nine nights of real Vietnamese feeds, through Kafka and a worker process, are counted exactly."""

import random
import signal
import threading
from collections import Counter, defaultdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import psutil
import pytest
from lxml import etree
from sqlalchemy import select

from lantoa.commands.ingesting import ingest
from lantoa.runtime.services import open_runtime
from models.counting.period import parse_period
from models.database import make_engine, migrate
from models.queries.tally import computed_rows, read_tallies
from models.sql import table_of
from models.tables.items import ItemRow

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
ENTRIES, ITEMS = 4347, 4345  # as the README of the recorded data says


def silent(_anything):
    pass


class Office:
    """A programme of the recorded outlets, its running parts and its database."""

    def __init__(self, programme, settings, feeds):
        self.programme, self.settings, self.feeds = programme, settings, feeds
        self.engine = make_engine(settings)
        migrate(self.engine)

    def night(self, running, moment, bodies):
        self.feeds.bodies = bodies
        sources = list(self.programme.sources.values())
        return ingest(
            running, self.programme, sources, now=lambda: moment, on_result=silent, on_remaining=silent
        )

    def counts(self):
        """(outlet, day) → items, from the rows themselves."""
        item = table_of(ItemRow)
        with self.engine.connect() as connection:
            return Counter(
                (row.outlet, row.day) for row in connection.execute(select(item.c.outlet, item.c.day))
            )

    def tallies(self, *by):
        with self.engine.connect() as connection:
            return read_tallies(connection, self.programme, parse_period("2026"), by)


@pytest.fixture
def real_office(make_programme, office, feeds, nights, database_url):
    programme = make_programme(sorted(path.strip("/").removesuffix(".xml") for path in nights[0][1]))
    made = Office(programme, office(programme, database_url), feeds)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def expected(nights):
    """(outlet, day in Hanoi) → distinct items, read from the files by other means than ours."""
    pieces = defaultdict(dict)
    entries = 0
    for _, bodies in nights:
        for path, body in bodies.items():
            outlet = path.strip("/").removesuffix(".xml")
            for entry in etree.fromstring(body).iter("item"):
                entries += 1
                address = (
                    (entry.findtext("link") or "").split("?")[0].replace("https://", "http://").rstrip("/")
                )
                pieces[outlet].setdefault(address, hanoi_day(entry.findtext("pubDate")))
    assert entries == ENTRIES
    counts = Counter((outlet, day) for outlet, days in pieces.items() for day in days.values())
    assert counts.total() == ITEMS
    return counts


def hanoi_day(text):
    tidy = " ".join(text.split())
    if "/" in tidy:  # 7/28/2026 4:01:00 PM: month first, local time
        return datetime.strptime(tidy, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=HANOI).date()
    if tidy[-3] in "+-":
        tidy += "00"
    elif tidy[-3] == ":":
        tidy = tidy[:-3] + tidy[-2:]
    moment = parsedate_to_datetime(tidy)
    return (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(HANOI).date()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_night_twice_counts_every_piece_once(real_office, nights, expected):
    with open_runtime(real_office.settings, silent) as running:
        for moment, bodies in nights:
            first = real_office.night(running, moment, bodies)
            assert [r for r in first.results if r.status != "ok"] == []
            second = real_office.night(running, moment, bodies)
            assert second.published == {
                place: end for place, end in second.published.items() if "items" not in place[0]
            }
            assert sum(r.new + r.changed for r in second.results) == 0
    assert real_office.counts() == expected
    totals = real_office.tallies().totals
    assert (totals["items"], totals["outlets"], totals["flagged"]) == (ITEMS, 17, 0)
    by_outlet = {row["outlet"]: row["items"] for row in real_office.tallies("outlet").rows}
    assert sum(by_outlet.values()) == ITEMS


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_ten_kills_of_the_worker_change_nothing(real_office, nights, expected):
    rng = random.Random(20260720)
    kills = Killer(rng, 10)
    with open_runtime(real_office.settings, silent) as running:
        kills.start()
        for moment, bodies in nights:
            real_office.night(running, moment, bodies)
        while kills.left:  # the rest fall while the last night comes once more
            real_office.night(running, *nights[-1])
    kills.join()
    assert kills.done == 10
    assert real_office.counts() == expected
    assert real_office.tallies().totals["items"] == ITEMS
    with real_office.engine.connect() as connection:
        for by in ("outlet", "form", "channel"):
            rows = list(computed_rows(connection, real_office.programme, parse_period("2026"), [by]))
            assert {row[by]: row["items"] for row in rows} == {
                r[by]: r["items"] for r in real_office.tallies(by).rows
            }


class Killer(threading.Thread):
    """SIGKILL to the worker below this process, at random moments while it lives."""

    def __init__(self, rng, number):
        super().__init__(daemon=True)
        self._rng, self.left, self.done = rng, number, 0
        self._wait = threading.Event()

    def run(self):
        while self.left:
            self._wait.wait(self._rng.uniform(0.3, 2.5))
            for process in psutil.Process().children(recursive=True):
                try:
                    if process.cmdline()[1:4] == ["-m", "lantoa", "worker"]:
                        process.send_signal(signal.SIGKILL)
                        self.done, self.left = self.done + 1, self.left - 1
                        break
                except psutil.Error:
                    continue
