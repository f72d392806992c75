"""What is due is named on a topic, fetched by who reads it, and settled: nights, missed nights, and what others name."""

import re
from contextlib import closing
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from lantoa.broker import ensure_topics, start_broker
from lantoa.daemon.scheduler import FetchScheduler
from lantoa.runtime.due_queue import DueSources
from lantoa.runtime.services import Runtime, open_runtime
from models.database import make_engine, migrate, writing
from models.messages.source import NightFetched, SourceDue, SourceFetched
from models.messages.topics import DEAD_LETTERS, SOURCES_DUE, SOURCES_FETCHED
from models.sql import table_of
from models.tables.sources import SourceSchedule
from producers.publish import open_publisher
from tests.read_topic import read_all

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>A</title>{items}</channel></rss>"""
ITEM = """<item><title>Hậu Giang, tin {n}</title><link>https://{o}.vn/{n}</link>
<pubDate>Tue, 14 May 2024 08:00:00 +0700</pubDate></item>"""
OUTLETS = ["o1", "o2", "o3"]
PATIENCE = timedelta(seconds=180)


def silent(_anything):
    pass


@pytest.fixture
def town(make_programme, office, feeds):
    programme = make_programme(OUTLETS)
    settings = office(programme)
    migrate(make_engine(settings))
    for outlet in OUTLETS[:2]:  # the third is away
        feeds.bodies[f"/{outlet}.xml"] = FEED.format(
            items="".join(ITEM.format(n=n, o=outlet) for n in range(3))
        ).encode()
    return programme, settings


def until(done):
    deadline = datetime.now(UTC) + PATIENCE
    while not (found := done()):
        assert datetime.now(UTC) < deadline
    return found


def look_until(nights, condition):
    deadline = datetime.now(UTC) + PATIENCE
    while not condition():
        assert datetime.now(UTC) < deadline
        nights.look()


def test_a_night_is_named_fetched_settled_and_summed_up(town, feeds):
    programme, settings = town
    said = []
    with open_runtime(settings, silent) as running:
        with FetchScheduler(running, programme, time(2, 0), said.append, at_once=True) as nights:
            look_until(nights, lambda: any("Next run" in line or "Lần chạy" in line for line in said))
            hits = feeds.hits
            for _ in range(5):
                nights.look()
            assert feeds.hits == hits  # nothing is due
            make_due_again(settings)
            nights._name_at = datetime.now(UTC)
            said.clear()
            look_until(nights, lambda: len(said) > 1)
        due = [SourceDue.decode(r.value) for r in read_all(settings, running.bootstrap, SOURCES_DUE)]
        fetched = read_all(settings, running.bootstrap, SOURCES_FETCHED)
    assert sorted(d.source for d in due) == sorted(2 * [f"{o}-feed" for o in OUTLETS])
    assert {(d.reason, d.host) for d in due} == {("nightly", "127.0.0.1")}
    kinds = {dict(r.headers)["ce_type"].decode(): r.value for r in fetched}
    assert set(kinds) == {NightFetched.ce_type, SourceFetched.ce_type}
    night = NightFetched.decode(kinds[NightFetched.ce_type])
    assert (night.sources, night.new, night.unchanged, night.failed, night.quiet) == (
        3,
        0,
        0,
        1,
        2,
    )  # the same bytes again
    assert re.findall(r"\d+", said[0]) == ["0", "0", "0", "3", "1", "2"]  # as of the night itself
    rows = schedule_rows(settings)
    assert all(row["night"] == programme.last_night(datetime.now(UTC), time(2, 0)) for row in rows.values())
    assert rows["o3-feed"]["failures"] == 1.0  # twice a 404, which is soft
    assert rows["o1-feed"]["failures"] == 0.0


def test_what_others_name_is_fetched_once_and_what_nobody_can_read_is_buried(town, feeds):
    programme, settings = town
    named = SourceDue(source="o1-feed", host="127.0.0.1", reason="often", named_at=datetime.now(UTC))
    old = named.model_copy(update={"source": "o2-feed", "named_at": datetime.now(UTC) - timedelta(days=1)})
    unknown = named.model_copy(update={"source": "no-such-feed"})
    with (
        open_runtime(settings, silent) as running,
        open_publisher(settings, running.bootstrap) as publisher,
    ):
        said = []
        with FetchScheduler(running, programme, time(2, 0), said.append, at_once=False) as nights:
            publisher.publish_messages(SOURCES_DUE, [old], "/test")
            look_until(nights, lambda: feeds.hits == 2)  # robots.txt, and the feed
            publisher.publish_messages(SOURCES_DUE, [old, named, named, unknown], "/test")
            publisher.publish_bytes([(SOURCES_DUE, b"127.0.0.1", b"no json", [])])
            look_until(nights, lambda: feeds.hits == 3)
            for _ in range(5):
                nights.look()
        letters = read_all(settings, running.bootstrap, DEAD_LETTERS)
    assert feeds.hits == 3
    assert [(r.value, dict(r.headers)["lantoa_reason"]) for r in letters] == [(b"no json", b"not-json")]


def test_a_reader_that_gets_nothing_of_what_waits_is_replaced(town, monkeypatch):
    programme, settings = town
    monkeypatch.setattr("lantoa.runtime.due_queue.DEAF_SECONDS", 1.0)
    named = SourceDue(source="o1-feed", host="127.0.0.1", reason="often", named_at=datetime.now(UTC))
    engine = make_engine(settings)
    with start_broker(settings) as broker:
        ensure_topics(settings, broker.bootstrap)
        due = DueSources(settings, broker.bootstrap, programme, engine)
        deaf = due._consumer
        until(lambda: due.take() or deaf.assignment())
        deaf.pause(*deaf.assignment())
        begun = due._heard
        until(lambda: not due.take() and due._heard > begun)
        assert due._consumer is deaf  # nothing waits
        with open_publisher(settings, broker.bootstrap) as publisher:
            publisher.publish_messages(SOURCES_DUE, [named], "/test")
        assert until(due.take) == [named]
        assert due._consumer is not deaf
        due.done()
        due.close()
    engine.dispose()


def test_what_kafka_did_not_take_is_named_again(town):
    programme, settings = town
    said = []
    with open_runtime(settings, silent) as running:
        address = ["127.0.0.1:1"]
        away = Runtime(settings, lambda: address[-1], silent)
        with closing(away), FetchScheduler(away, programme, time(2, 0), said.append, at_once=True) as nights:
            nights.look()
            assert "127.0.0.1:1" in said[0]
            address.append(running.bootstrap)
            look_until(nights, lambda: any("Next run" in line or "Lần chạy" in line for line in said))
    assert {row["night"] for row in schedule_rows(settings).values()} == {
        programme.last_night(datetime.now(UTC), time(2, 0))
    }


def make_due_again(settings):
    """As the next night would."""
    engine, table = make_engine(settings), table_of(SourceSchedule)
    with writing(engine) as connection:
        past = datetime.now(UTC) - timedelta(days=3)
        connection.execute(update(table).values(night=past, claimed_until=past))
    engine.dispose()


def schedule_rows(settings):
    engine = make_engine(settings)
    with engine.connect() as connection:
        found = {
            r["source_id"]: dict(r) for r in connection.execute(select(table_of(SourceSchedule))).mappings()
        }
    engine.dispose()
    return found
