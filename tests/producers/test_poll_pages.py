"""The pages behind entries: asked for once, at the host's pace, tried again on later nights when they fail."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from feed_server import silent, status, with_headers
from feed_text import entry, rss
from page_text import SENTENCE, page
from small_programme import outlet_of
from sqlalchemy import select

from config.errors import BrokerError
from models.database import make_engine
from models.sql import table_of
from models.tables.sources import PendingPage
from producers import page_fetcher

NOON = datetime(2026, 8, 1, 5, 0, tzinfo=UTC)
MENTION = "Huyện triển khai Nghị quyết số 57-NQ/TW của Bộ Chính trị."


@pytest.fixture
def nightly(ingest, server, topics):
    """`nightly(n)`: the n-th night's fetch of the sources `a`, `b`…, as (result by source, items published so far)."""

    def run(night=0, *names, **of_outlet):
        names = names or ("a",)
        sources = [{"id": name, "kind": "feed", "url": server.url(f"/{name}.xml")} for name in names]
        outlet = outlet_of("bao", "", sources=sources, **of_outlet)
        moments = (NOON + timedelta(days=night, microseconds=n) for n in itertools.count())
        found = ingest({}, outlets=[outlet], now=lambda: next(moments))
        return {result.source.id: result for result in found.results}, topics(found, "lantoa.items")

    return run


@pytest.fixture
def link(server):
    """The address of a page on the server, as an entry links to it."""
    return lambda number: server.url(f"/tin-{number}.html")


def html(body: bytes):
    return with_headers(body, Content_Type="text/html; charset=utf-8")


def waiting(settings):
    engine = make_engine(settings)
    with engine.connect() as connection:
        found = list(connection.execute(select(table_of(PendingPage))).mappings())
    engine.dispose()
    return found


def test_an_item_carries_the_text_of_its_page(nightly, server, link):
    server.answers["/a.xml"] = rss(entry(1, link=link(1), title="Tin của nguồn", description="Hai dòng."))
    server.answers["/tin-1.html"] = html(
        page("Tin của trang", MENTION, lead="Dẫn của trang.", column="Thời sự")
    )
    results, (item,) = nightly()
    assert (results["a"].status, results["a"].new, results["a"].pages, results["a"].missing) == (
        "ok",
        1,
        1,
        0,
    )
    assert item["title"] == "Tin của nguồn"
    assert MENTION in item["text"]
    assert "98-NQ/TW" not in item["text"], "a related article"
    assert "99-NQ/TW" not in item["text"], "the menu"
    assert (item["text_from"], item["text_flag"]) == ("page", None)
    assert item["served_by"] in {"json-ld", "trafilatura"}
    assert "Thời sự" in item["categories"]


def test_the_outlets_selectors_serve_first_and_drift_is_counted(nightly, server, link):
    server.answers["/a.xml"] = rss(entry(1, link=link(1)), entry(2, link=link(2)))
    server.answers["/tin-1.html"] = html(page("Một", MENTION))
    server.answers["/tin-2.html"] = html(page("Hai", MENTION).replace(b'class="content"', b'class="moi"'))
    results, items = nightly(page={"body": "div.content"})
    assert sorted(item["served_by"] for item in items) == ["selectors", "trafilatura"]
    assert (results["a"].drifted, results["a"].missing) == (1, 0)


def test_what_is_unchanged_is_never_asked_for_again(nightly, server, link):
    server.conditional = False
    server.answers["/a.xml"] = rss(entry(1, link=link(1)))
    server.answers["/tin-1.html"] = html(page("Một", MENTION))
    nightly(0)
    server.answers["/a.xml"] = rss(entry(1, link=link(1)), entry(2, link=link(2)))
    server.answers["/tin-2.html"] = html(page("Hai", MENTION))
    results, items = nightly(1)
    assert len(server.times("/tin-1.html")) == 1
    assert (results["a"].new, results["a"].unchanged) == (1, 1)
    assert len(items) == 2


def test_a_changed_entry_asks_for_its_page_again(nightly, server, link):
    server.answers["/a.xml"] = rss(entry(1, link=link(1), title="Cũ"))
    server.answers["/tin-1.html"] = html(page("Cũ", MENTION))
    nightly(0)
    server.answers["/a.xml"] = rss(entry(1, link=link(1), title="Mới"))
    server.answers["/tin-1.html"] = html(page("Mới", "Toàn văn đã được sửa lại."))
    results, items = nightly(1)
    assert results["a"].changed == 1
    assert [item["title"] for item in items] == ["Cũ", "Mới"]
    assert "đã được sửa" in items[1]["text"]


def test_a_second_feed_of_the_outlet_asks_for_nothing(nightly, server, link):
    server.answers["/a.xml"] = rss(entry(1, link=link(1), title="Dài và đủ"))
    server.answers["/b.xml"] = rss(entry(1, link=link(1), title="Ngắn"))
    server.answers["/tin-1.html"] = html(page("Dài và đủ", MENTION))
    results, items = nightly(0, "a", "b")
    assert len(server.times("/tin-1.html")) == 1
    assert [item["title"] for item in items] == ["Dài và đủ"]
    assert (results["b"].new, results["b"].changed, results["b"].unchanged) == (0, 0, 1)
    nightly(1, "a", "b")
    assert len(server.times("/tin-1.html")) == 1


@pytest.mark.parametrize(
    "answer",
    [status(500), status(404), silent, html(b"<html><body><p>1</p></body></html>"), html(b"")],
    ids=["500", "404", "silent", "no article", "empty"],
)
def test_a_page_that_fails_is_published_with_the_feeds_text_and_tried_again(
    nightly, server, link, quick_settings, answer
):
    server.answers["/a.xml"] = rss(entry(1, link=link(1), description="Hai dòng của nguồn."))
    server.answers["/tin-1.html"] = answer
    results, (item,) = nightly(0)
    assert (item["text_flag"], item["text_from"]) == ("text-missing", "feed")
    assert item["lead"] == "Hai dòng của nguồn."
    assert (results["a"].status, results["a"].missing) == ("ok", 1)
    (row,) = waiting(quick_settings)
    assert (row["item_id"], row["attempts"]) == (item["id"], 1)

    results, items = nightly(1)
    assert len(items) == 1, "the same failure is no news"
    assert waiting(quick_settings)[0]["attempts"] == 2

    server.answers["/tin-1.html"] = html(page("Một", MENTION))
    results, items = nightly(2)
    assert results["a"].status == "not-modified"
    assert (results["a"].changed, results["a"].missing) == (1, 0)
    assert (items[-1]["text_flag"], items[-1]["text_from"]) == (None, "page")
    assert MENTION in items[-1]["text"]
    assert waiting(quick_settings) == []
    nightly(3)
    assert len(server.times("/tin-1.html")) == 3


def test_an_entry_that_has_left_its_feed_is_tried_again_all_the_same(nightly, server, link):
    server.answers["/a.xml"] = rss(entry(1, link=link(1)))
    nightly(0)
    server.answers["/a.xml"] = rss(entry(2, link=link(2)))
    server.answers["/tin-1.html"] = html(page("Một", MENTION))
    server.answers["/tin-2.html"] = html(page("Hai", SENTENCE))
    results, items = nightly(1)
    assert (results["a"].new, results["a"].changed, results["a"].unchanged) == (1, 1, 0)
    assert sum(MENTION in item["text"] for item in items) == 1


def test_a_page_is_tried_for_a_week(nightly, server, link, quick_settings):
    server.answers["/a.xml"] = rss(entry(1, link=link(1)))
    for night in range(10):
        nightly(night)
    assert len(server.times("/tin-1.html")) == 7
    assert waiting(quick_settings) == []


def test_a_failing_page_takes_no_text_away(nightly, server, link, quick_settings):
    server.answers["/a.xml"] = rss(entry(1, link=link(1), title="Cũ"))
    server.answers["/tin-1.html"] = html(page("Cũ", MENTION))
    nightly(0)
    server.answers["/a.xml"] = rss(entry(1, link=link(1), title="Mới"))
    server.answers["/tin-1.html"] = status(503)
    results, items = nightly(1)
    assert len(items) == 1
    assert (results["a"].missing, results["a"].unchanged) == (1, 1)
    server.answers["/tin-1.html"] = html(page("Mới", MENTION))
    results, items = nightly(2)
    assert [item["title"] for item in items] == ["Cũ", "Mới"]
    assert waiting(quick_settings) == []


def test_a_host_that_fails_is_left_alone_after_three_pages(nightly, server, link, quick_settings):
    server.answers["/a.xml"] = rss(*(entry(n, link=link(n)) for n in range(8)))
    server.answers |= {f"/tin-{n}.html": status(502) for n in range(8)}
    results, _ = nightly(0)
    asked = [each.path for each in server.asked if each.path.startswith("/tin-")]
    assert len(asked) == page_fetcher.MOST_HOST_FAILURES
    assert (results["a"].new, results["a"].missing) == (8, 8)
    assert sorted(row["reason"] for row in waiting(quick_settings)) == ["host-failed"] * 5 + ["http-502"] * 3


def test_robots_are_obeyed_for_pages(nightly, server, link):
    server.answers["/robots.txt"] = with_headers(b"User-agent: *\nDisallow: /tin-", Content_Type="text/plain")
    server.answers["/a.xml"] = rss(entry(1, link=link(1)))
    server.answers["/tin-1.html"] = html(page("Một", MENTION))
    _, (item,) = nightly()
    assert item["text_flag"] == "text-missing"
    assert server.times("/tin-1.html") == []


def test_audio_and_sources_of_whole_texts_ask_for_no_page(ingest, server, topics):
    server.answers["/a.xml"] = rss(
        entry(1, link=server.url("/tin-1.html"), enclosure="https://bao.example/1.mp3", guid="so-1")
    )
    found = ingest(
        {}, outlets=[outlet_of("a", "", sources=[{"id": "a", "kind": "feed", "url": server.url("/a.xml")}])]
    )
    (item,) = topics(found, "lantoa.items")
    assert (item["text_flag"], item["text_from"]) == (None, "feed")
    assert server.times("/tin-1.html") == []


def test_a_page_gives_the_date_that_its_entry_lacks(nightly, server, link):
    server.answers["/a.xml"] = rss(entry(1, link=link(1), pubDate=None))
    server.answers["/tin-1.html"] = html(page("Một", MENTION, date="2026-07-30T08:00:00+07:00"))
    _, (item,) = nightly()
    assert (item["claimed"], item["date_flag"]) == ("2026-07-30T01:00:00Z", None)


def test_a_title_that_the_list_cut_short_is_taken_from_the_page(nightly, server, link):
    server.answers["/a.xml"] = rss(entry(1, link=link(1), title="Phụng Hiệp triển khai Nghị quyết số…"))
    server.answers["/tin-1.html"] = html(page("Phụng Hiệp triển khai Nghị quyết số 57-NQ/TW", MENTION))
    _, (item,) = nightly()
    assert item["title"] == "Phụng Hiệp triển khai Nghị quyết số 57-NQ/TW"


def test_many_new_pages_are_remembered_bit_by_bit(nightly, server, link, quick_settings, monkeypatch):
    """A fetch that is ended in the middle does not begin from the start."""
    server.answers["/a.xml"] = rss(*(entry(n, link=link(n)) for n in range(30)))
    server.answers |= {f"/tin-{n}.html": html(page(f"Tin {n}", f"Ấp {n}: {MENTION}")) for n in range(30)}
    asked = itertools.count()
    fetch_page = page_fetcher.PageFetcher.fetch_page

    async def ended(self, *arguments):
        if next(asked) == 27:
            raise BrokerError("the disk is full")
        return await fetch_page(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(page_fetcher.PageFetcher, "fetch_page", ended)
        with pytest.raises(BrokerError, match="the disk is full"):
            nightly(0)
    assert len([each for each in server.asked if each.path.startswith("/tin-")]) == 27
    results, items = nightly(1)
    assert (results["a"].new, results["a"].unchanged) == (5, 25)
    assert len(items) == 30
    assert len([each for each in server.asked if each.path.startswith("/tin-")]) == 27 + 5
