"""Nights go on whatever fails: an exception at every outgoing call in turn, and answers that are made to hurt."""

from collections import deque
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta

import pytest
from kafka.errors import KafkaTimeoutError
from rich.errors import MarkupError
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

import lantoa.daemon.scheduler
import producers.crawl
import producers.ingest
from config.errors import BrokerError
from config.programme_watcher import ProgrammeFiles
from lantoa.cli.output import err
from lantoa.daemon.scheduler import FetchScheduler
from lantoa.runtime.bus import Bus
from lantoa.runtime.due_queue import DueSources
from lantoa.runtime.services import Runtime, open_runtime
from models import loops
from models.database import make_engine, migrate, reading, writing
from models.queries.loop_states import states
from models.sql import table_of
from models.tables.sources import SourceSchedule, SourceState
from producers.state.schedule import Schedule

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>A</title><item><title>Hậu Giang, tin {n}</title>
<link>https://o1.vn/{n}</link><pubDate>Tue, 14 May 2024 08:00:00 +0700</pubDate></item></channel></rss>"""
PATIENCE = timedelta(seconds=240)
# every call that leads out of a round: to the files, the database, Kafka, the network, the mail, the terminal
CALLS = [
    (ProgrammeFiles, "changed"),
    (Schedule, "claim"),
    (Schedule, "settle"),
    (DueSources, "_open"),
    (DueSources, "take"),
    (DueSources, "_fetched_at"),
    (DueSources, "done"),
    (Runtime, "wait_for_everything"),
    (producers.crawl, "first_request"),
    (producers.ingest, "plan_document"),
    (producers.ingest, "publish_batch"),
    (producers.ingest, "finish"),
    (Bus, "publish"),
    (lantoa.daemon.scheduler, "one_at_a_time"),
    (lantoa.daemon.scheduler, "ingest"),
    (lantoa.daemon.scheduler, "watch"),
    (lantoa.daemon.scheduler, "summary"),
]
ERRORS = [
    ValueError("không ai ngờ"),
    MarkupError("closing tag '[/caption]' doesn't match any open tag"),
    OperationalError("SELECT 1", {}, Exception("server closed the connection unexpectedly")),
    KafkaTimeoutError(),
    BrokerError("no Kafka answers"),
    RecursionError("maximum recursion depth exceeded"),
]
HURTING = ["[/caption] not found", "[/x]\x1b]8;;http://evil.example\x07", "\x1b[2J\x9b31m", "", "\u202e[b]"]


@pytest.fixture
def town(make_programme, office, feeds):
    programme = make_programme(["o1", "o2"])
    settings = office(programme)
    migrate(make_engine(settings))
    feeds.bodies["/o1.xml"] = FEED.format(n=0).encode()
    feeds.bodies["/o2.xml"] = FEED.format(n=0).encode()
    return programme, settings


@contextmanager
def raising_once(monkeypatch, owner, name, error):
    """Gives the calls of which one raised."""
    real, calls = getattr(owner, name), []

    def wrapped(*args, **kwargs):
        calls.append(name)
        if len(calls) == 1:
            raise error
        return real(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, wrapped)
        yield calls


def make_due(engine):
    table = table_of(SourceSchedule)
    past = datetime.now(UTC) - timedelta(days=3)
    with writing(engine) as connection:
        connection.execute(update(table).values(night=past, claimed_until=past, next_at=past, given_up=False))


def settled_since(engine, moment):
    table = table_of(SourceSchedule)
    with engine.connect() as connection:
        rows = connection.execute(table.select()).all()
    return bool(rows) and all(moment <= row.claimed_until <= datetime.now(UTC) for row in rows)


def look_until(nights, done, what=""):
    deadline = datetime.now(UTC) + PATIENCE
    while not done():
        assert datetime.now(UTC) < deadline, what
        nights.look()


@pytest.mark.timeout(900)  # seventeen calls, a night each
def test_an_exception_at_every_outgoing_call_ends_nothing(town, feeds, monkeypatch, capfd):
    programme, settings = town
    monkeypatch.setattr(loops, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(lantoa.daemon.scheduler, "NAME_EVERY", timedelta(0))
    engine, errors = make_engine(settings), deque(ERRORS)
    with (
        open_runtime(settings, lambda _text: None) as running,
        FetchScheduler(running, programme, time(2, 0), err().print, at_once=True) as nights,
    ):
        look_until(nights, lambda: settled_since(engine, datetime.now(UTC) - timedelta(hours=1)))
        for number, (owner, name) in enumerate(CALLS, 1):
            for outlet in ("o1", "o2"):
                feeds.bodies[f"/{outlet}.xml"] = FEED.format(n=number).encode()
            errors.rotate(1)
            since = datetime.now(UTC)
            if name == "_open":
                nights._close_reader()
            with raising_once(monkeypatch, owner, name, errors[0]) as calls:
                make_due(engine)
                look_until(nights, lambda since=since: settled_since(engine, since), name)
                look_until(nights, lambda calls=calls: len(calls) > 0, name)
            look_until(nights, lambda: nights._due and not nights._taken)
            assert calls, name
        for each in HURTING:
            feeds.bodies["/o1.xml"] = each.encode()
            since = datetime.now(UTC)
            make_due(engine)
            look_until(nights, lambda since=since: settled_since(engine, since))
    said = capfd.readouterr().err
    assert "\x1b" not in said
    assert "[/caption] not found" in said
    with reading(engine) as connection:
        state = table_of(SourceState)
        last = {row.source_id: row.status for row in connection.execute(state.select())}
        failed = {each.name: each.failed_rounds for each in states(connection)}
        still = {each.name: each.failures for each in states(connection)}
    engine.dispose()
    assert last == {"o1-feed": "failed", "o2-feed": "not-modified"}
    assert {name for name, count in failed.items() if count} >= {
        "programme",
        "schedule",
        "due",
        "fetch",
        "alarms",
    }
    assert not any(still.values())


def test_who_is_started_again_and_again_asks_no_outlet_again(town, feeds):
    """`--fetch` is the default: what was fetched just before is left alone."""
    programme, settings = town
    engine = make_engine(settings)
    with open_runtime(settings, lambda _text: None) as running:
        for _ in range(3):
            with FetchScheduler(running, programme, time(2, 0), lambda _text: None, at_once=True) as nights:
                look_until(nights, lambda: settled_since(engine, datetime.now(UTC) - timedelta(hours=1)))
                for _ in range(5):
                    nights.look()
    engine.dispose()
    assert feeds.hits == 3  # robots.txt, and each feed once
