"""The flow against a real broker: what is published, once, and what is remembered."""

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from feed_server import status
from feed_text import entry, rss
from small_programme import outlet_of, programme_of
from sqlalchemy import select

from config.errors import BrokerError
from config.programme import load_programme
from config.settings import as_environment
from lantoa.broker import ensure_topics, start_broker
from models.database import make_engine
from models.sql import table_of
from models.tables.sources import SeenEntry, SeenItem, SourceState
from producers.parse import readers
from producers.parse.kinds import read
from producers.poll import open_dependencies, poll
from producers.publish import Publisher

REPOSITORY = Path(__file__).parents[2]


def figures(found):
    return {r.source.id: (r.status, r.new, r.changed, r.unchanged, r.rejected) for r in found.results}


def rows(settings, model):
    engine = make_engine(settings)
    with engine.connect() as connection:
        found = [dict(row) for row in connection.execute(select(table_of(model))).mappings()]
    engine.dispose()
    return found


def test_an_entry_becomes_an_item_with_cloudevents_headers(ingest, server, topics):
    server.answers["/a.xml"] = rss(entry(7, title="Nghị quyết <b>số 7</b>", category="Chính trị"))
    found = ingest({"a": "/a.xml"})
    assert figures(found) == {"a": ("ok", 1, 0, 0, 0)}
    (item,) = topics(found, "lantoa.items")
    assert item["identity"] == "url:bao.example/tin-7.html"
    assert item["title"] == "Nghị quyết số 7"
    assert item["claimed"] == "2026-07-28T11:50:00Z"
    assert item["date_flag"] is None
    assert item["outlet"] == item["source"] == "a"
    assert item["categories"] == ["Chính trị"]
    assert item["headers"]["ce_type"] == b"vn.lantoa.item.v1"
    assert item["headers"]["ce_source"] == b"/lantoa/ingest"
    (fetched,) = topics(found, "lantoa.sources.fetched")
    assert (fetched["source"], fetched["status"], fetched["new"]) == ("a", "ok", 1)
    ends = {topic for topic, _ in found.published}
    assert ends == {"lantoa.items", "lantoa.sources.fetched"}


def test_a_second_run_asks_conditionally_and_publishes_nothing(ingest, server, topics):
    server.answers["/a.xml"] = rss(entry(1), entry(2))
    assert figures(ingest({"a": "/a.xml"})) == {"a": ("ok", 2, 0, 0, 0)}
    found = ingest({"a": "/a.xml"})
    assert figures(found) == {"a": ("not-modified", 0, 0, 0, 0)}
    assert "If-None-Match" in server.asked[-1].headers
    assert len(topics(found, "lantoa.items")) == 2


def test_a_server_that_ignores_conditions_changes_nothing(ingest, server, topics):
    server.conditional = False
    server.answers["/a.xml"] = rss(entry(1), entry(2))
    ingest({"a": "/a.xml"})
    assert figures(ingest({"a": "/a.xml"})) == {"a": ("not-modified", 0, 0, 0, 0)}
    server.answers["/a.xml"] = rss(entry(2), entry(1))
    found = ingest({"a": "/a.xml"})
    assert figures(found) == {"a": ("ok", 0, 0, 2, 0)}
    assert len(topics(found, "lantoa.items")) == 2


def test_a_corrected_piece_is_a_revision_of_the_same_item(ingest, server, topics):
    server.answers["/a.xml"] = rss(entry(1))
    ingest({"a": "/a.xml"})
    server.answers["/a.xml"] = rss(entry(1, title="Tin đã sửa"))
    found = ingest({"a": "/a.xml"})
    assert figures(found) == {"a": ("ok", 0, 1, 0, 0)}
    one, other = topics(found, "lantoa.items")
    assert one["id"] == other["id"]
    assert one["revision"] != other["revision"]


def test_two_feeds_of_one_outlet_do_not_flap(ingest, server, topics):
    outlet = outlet_of(
        "bao",
        "",
        sources=[{"id": name, "kind": "feed", "url": server.url(f"/{name}.xml")} for name in ("one", "two")],
    )
    server.conditional = False
    server.answers |= {"/one.xml": rss(entry(1)), "/two.xml": rss(entry(1, description="khác"), entry(2))}
    found = ingest({}, outlets=[outlet])
    assert sum(r.new for r in found.results) == 2
    assert sum(r.changed for r in found.results) == 1
    for _ in range(2):
        again = ingest({}, outlets=[outlet])
        assert [(r.new, r.changed) for r in again.results] == [(0, 0), (0, 0)]
    assert len(topics(again, "lantoa.items")) == 3
    server.answers["/one.xml"] = server.answers["/two.xml"]
    last = ingest({}, outlets=[outlet])
    assert sum(r.new for r in last.results) == 0
    winner = max(
        topics(last, "lantoa.items"),
        key=lambda i: (i["identity"] == "url:bao.example/tin-1.html", i["fetched_at"], i["revision"]),
    )
    assert winner["lead"] == "khác"


def test_with_a_clock_that_stands_still_the_greatest_revision_wins_everywhere(
    ingest, server, quick_settings, topics
):
    sources = [{"id": name, "kind": "feed", "url": server.url(f"/{name}.xml")} for name in ("one", "two")]
    server.answers |= {"/one.xml": rss(entry(1, title="A")), "/two.xml": rss(entry(1, title="B"))}
    clock = datetime(2026, 7, 29, tzinfo=UTC)
    found = ingest({}, outlets=[outlet_of("bao", "", sources=sources)], now=lambda: clock)
    greatest = max(item["revision"] for item in topics(found, "lantoa.items"))
    assert [row["revision"] for row in rows(quick_settings, SeenItem)] == [greatest]


def test_what_cannot_be_an_item_is_a_dead_letter_once(ingest, server, topics):
    server.conditional = False
    server.answers["/a.xml"] = rss(entry(1), entry(2, link=None))
    assert figures(ingest({"a": "/a.xml"})) == {"a": ("ok", 1, 0, 0, 1)}
    server.answers["/a.xml"] += b"\n"
    found = ingest({"a": "/a.xml"})
    assert figures(found) == {"a": ("ok", 0, 0, 1, 1)}
    (letter,) = topics(found, "lantoa.dead-letters")
    assert letter["title"] == "Tin số 2"
    assert letter["headers"]["lantoa_reason"] == b"no-identity"
    assert letter["headers"]["lantoa_topic"] == b"lantoa.items"


def test_a_failure_leaves_what_was_known_of_the_source(ingest, server, quick_settings):
    server.answers["/a.xml"] = rss(entry(1))
    ingest({"a": "/a.xml"})
    (before,) = rows(quick_settings, SourceState)
    server.answers["/a.xml"] = status(503)
    ingest({"a": "/a.xml"})
    (afterwards,) = rows(quick_settings, SourceState)
    assert (afterwards["status"], afterwards["reason"]) == ("failed", "http-503")
    assert (afterwards["etag"], afterwards["body_hash"]) == (before["etag"], before["body_hash"])
    server.answers["/a.xml"] = rss(entry(1))
    assert figures(ingest({"a": "/a.xml"})) == {"a": ("not-modified", 0, 0, 0, 0)}


def test_a_truncated_feed_is_asked_for_in_full_again(ingest, server):
    server.answers["/a.xml"] = rss(entry(1), entry(2))[:-60]
    assert figures(ingest({"a": "/a.xml"})) == {"a": ("failed", 1, 0, 0, 0)}
    assert figures(ingest({"a": "/a.xml"})) == {"a": ("failed", 0, 0, 1, 0)}
    server.answers["/a.xml"] = rss(entry(1), entry(2))
    assert figures(ingest({"a": "/a.xml"})) == {"a": ("ok", 1, 0, 1, 0)}


def breaking(source, document):
    """Runs in the process that reads, where nothing is patched."""
    if document.address.endswith("/b.xml"):
        raise KeyError("a surprise")
    return read(source, document)


def test_a_bug_of_ours_costs_one_source(ingest, server, monkeypatch, caplog):
    monkeypatch.setattr(readers, "_read_listing", breaking)
    server.answers |= {"/a.xml": rss(entry(1)), "/b.xml": rss(entry(2))}
    found = ingest({"a": "/a.xml", "b": "/b.xml"})
    assert {r.source.id: r.reason for r in found.results} == {"a": "", "b": "unreadable"}


def test_without_a_broker_nothing_is_remembered(quick_settings, server, tmp_path):
    server.answers["/a.xml"] = rss(entry(1))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    programme = programme_of(tmp_path, outlet_of("a", server.url("/a.xml")))
    with (
        pytest.raises(BrokerError, match="no Kafka answers"),
        open_dependencies(quick_settings, f"127.0.0.1:{port}") as dependencies,
    ):
        poll(programme, dependencies)
    assert server.asked == []
    assert rows(quick_settings, SourceState) == []


def test_what_was_not_acknowledged_is_not_remembered(ingest, server, quick_settings):
    class Refusing(Publisher):
        def publish(self, source, items, dead):
            titles = ", ".join(item.title for item in items)
            raise BrokerError(f"no room for {titles} of {source}, nor for {len(dead)} dead letters")

    server.answers["/a.xml"] = rss(entry(1), entry(2), entry(3))
    refused = "^no room for Tin số 1, Tin số 2, Tin số 3 of a, nor for 0 dead letters$"
    with pytest.raises(BrokerError, match=refused):
        ingest({"a": "/a.xml"}, publisher=Refusing(None))
    assert rows(quick_settings, SeenEntry) == rows(quick_settings, SourceState) == []
    assert figures(ingest({"a": "/a.xml"})) == {"a": ("ok", 3, 0, 0, 0)}


@pytest.mark.slow
def test_a_broker_that_goes_away_in_the_middle(quick_settings, server, tmp_path):
    """It ends within the time of delivery, and the next run completes what this one began. In a process of its own:
    kafka-python leaves refused connections open until the end."""
    settings = quick_settings.model_copy(update={"programme": tmp_path})
    write_programme(tmp_path, {name: server.url(f"/{name}.xml") for name in ("a", "b")})
    with start_broker(quick_settings) as broker:
        ensure_topics(quick_settings, broker.bootstrap)

        def last_minute(handler):
            broker.stop()
            handler.send(rss(entry(2)))

        server.answers |= {"/a.xml": rss(entry(1)), "/b.xml": last_minute}
        command = [sys.executable, str(Path(__file__).with_name("poll_alone.py")), broker.bootstrap, "2000"]
        environment = os.environ | as_environment(settings)
        environment |= {"PYTHONPATH": str(REPOSITORY), "LANTOA_FETCH_TIMEOUT": "30"}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 1
    assert "BrokerError: Kafka did not take what b gave" in ran.stderr
    assert [row["source_id"] for row in rows(quick_settings, SourceState)] == ["a"]
    server.answers["/b.xml"] = rss(entry(2))
    with (
        start_broker(quick_settings) as broker,
        open_dependencies(quick_settings, broker.bootstrap) as dependencies,
    ):
        found = poll(load_programme(tmp_path), dependencies)
    assert figures(found) == {"a": ("not-modified", 0, 0, 0, 0), "b": ("ok", 1, 0, 0, 0)}


def write_programme(folder, addresses):
    (folder / "programme.yaml").write_text("{id: thu, name: Tỉnh thử}", "utf-8")
    outlets = [
        outlet_of(name, url).model_dump(mode="json", exclude_defaults=True) for name, url in addresses.items()
    ]
    for outlet in outlets:
        for source in outlet["sources"]:
            del source["outlet"]
    (folder / "outlets.yaml").write_text(json.dumps(outlets), "utf-8")
