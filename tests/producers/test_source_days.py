"""What a poll leaves of each source and day."""

from datetime import UTC, date, datetime

from feed_server import status
from feed_text import entry, rss
from small_programme import outlet_of

from models.database import make_engine, writing
from models.store.source_days import DayCounts, add, days_since

EVENING = datetime(2026, 8, 1, 16, 0, tzinfo=UTC)  # 23:00 in Hanoi
NIGHT = datetime(2026, 8, 1, 19, 0, tzinfo=UTC)  # 02:00 of the next day


def days(settings):
    engine = make_engine(settings)
    with engine.connect() as connection:
        found = days_since(connection, date(2026, 1, 1))
    engine.dispose()
    return found


def test_fetches_of_a_day_in_hanoi_are_counted_together(ingest, server, quick_settings):
    server.answers["/a.xml"] = rss(entry(1), entry(2))
    ingest({"a": "/a.xml"}, now=lambda: EVENING)
    server.answers["/a.xml"] = rss(entry(2, title="Tin số 2, sửa"), entry(3))
    ingest({"a": "/a.xml"}, now=lambda: EVENING)
    ingest({"a": "/a.xml"}, now=lambda: EVENING)  # not modified
    server.answers["/a.xml"] = status(503)
    ingest({"a": "/a.xml"}, now=lambda: EVENING)
    server.answers["/a.xml"] = rss(entry(3), entry(4))
    ingest({"a": "/a.xml"}, now=lambda: NIGHT)
    assert days(quick_settings) == {
        "a": [
            DayCounts(date(2026, 8, 1), fetches=4, failed=1, entries=4, known=1),
            DayCounts(date(2026, 8, 2), fetches=1, entries=2, known=1),
        ]
    }


def test_what_another_source_showed_first_is_new_for_this_one(ingest, server, quick_settings):
    """Else the second feed of a paper would look silent for ever."""
    server.answers["/a.xml"] = rss(entry(1), entry(2))
    server.answers["/b.xml"] = rss(entry(1))
    sources = [
        {"id": name, "kind": "feed", "url": server.url(f"/{name}.xml"), "text": "feed"} for name in "ab"
    ]
    found = ingest({}, outlets=[outlet_of("bao", "", sources=sources)], now=lambda: NIGHT)
    assert sum(result.new for result in found.results) == 2
    assert {source: [day.new for day in each] for source, each in days(quick_settings).items()} == {
        "a": [2],
        "b": [1],
    }


def test_counts_add_up_in_both_databases(engine):
    first, second = DayCounts(date(2026, 8, 1), entries=5, known=2), DayCounts(date(2026, 8, 1), 1, 1, 1)
    with writing(engine) as connection:
        for counts in (first, second, DayCounts(date(2026, 7, 1))):
            add(connection, "a", counts)
        assert days_since(connection, date(2026, 8, 1)) == {
            "a": [DayCounts(date(2026, 8, 1), fetches=2, failed=1, drifted=1, entries=5, known=2)]
        }
