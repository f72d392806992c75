"""Sources of several documents: what a night reads of them, and walking back to a day."""

from datetime import date, timedelta

import pytest
from feed_server import status, with_headers
from feed_text import entry, rss
from page_text import SENTENCE, page
from small_programme import outlet_of
from test_poll_pages import html

from lantoa.daemon.scheduler import summary
from producers.result import PollResult

LISTING = {"item": "li", "link": "a", "date": "time", "next": "a.next"}
FIRST = date(2026, 7, 28)


def listed(server, number: int, day: date, following: str = "") -> bytes:
    following = f'<a class="next" href="{following}">Trang sau</a>' if following else ""
    rows = "".join(
        f'<li><a href="{server.url(f"/tin-{number}{n}.html")}">Tin {number}{n}</a><time>{day:%d/%m/%Y}</time></li>'
        for n in range(3)
    )
    return f"<html><body><h1>Thời sự</h1><ul>{rows}</ul>{following}</body></html>".encode()


@pytest.fixture
def listing(server):
    """Ten pages of three pieces, each a month older than the one before."""
    for number in range(10):
        day = FIRST - timedelta(days=30 * number)
        following = f"/list-{number + 1}" if number < 9 else ""
        server.answers[f"/list-{number}"] = html(listed(server, number, day, following))
        for n in range(3):
            server.answers[f"/tin-{number}{n}.html"] = html(
                page(f"Tin {number}{n}", f"Tin {number}{n}: {SENTENCE}")
            )
    return {"id": "a", "kind": "listing", "url": server.url("/list-0"), "listing": LISTING}


@pytest.fixture
def run(ingest):
    def fetch(source, **more):
        (result,) = ingest({}, outlets=[outlet_of("bao", "", sources=[source])], **more).results
        return result

    return fetch


def lists(server):
    return [int(each.path.rpartition("-")[2]) for each in server.asked if each.path.startswith("/list-")]


@pytest.mark.parametrize(("pages", "new"), [(1, 3), (3, 9), (50, 30)])
def test_a_night_follows_a_list_as_deep_as_the_source_states(run, listing, server, pages, new):
    result = run(listing | {"pages": pages})
    assert (result.status, result.new, result.pages, result.missing) == ("ok", new, new, 0)
    assert lists(server) == list(range(new // 3))


def test_a_walk_goes_back_to_its_day_and_no_further(run, listing, server):
    result = run(listing, since=date(2026, 4, 1))
    assert result.new == 3 * 4  # of 28 July, 28 June, 29 May and 29 April
    assert lists(server) == [0, 1, 2, 3, 4, 5], "two pages in a row are too old"
    assert run(listing, since=date(2026, 4, 1)).new == 0


def test_a_walk_tells_how_many_pieces_state_no_date(run, listing, server):
    """They count where they were first seen, which is today: nobody may take them for today's news."""
    server.answers["/list-0"] = html(
        listed(server, 0, FIRST, "/list-1").replace(
            f"{FIRST:%d/%m/%Y}".encode(), "22/8 năm Giáp Thìn".encode(), 2
        )
    )
    result = run(listing, since=date(2026, 4, 1))
    assert (result.new, result.undated) == (12, 2)
    assert "2 pieces state no date" in summary(PollResult((result,), {}))
    assert run(listing, since=date(2026, 4, 1)).undated == 0, "nothing of them is new"


def test_a_walk_that_is_ended_goes_on_where_it_stood(run, listing, server):
    good = server.answers["/list-4"]
    server.answers["/list-4"] = status(500)
    result = run(listing, since=date(2025, 1, 1))
    assert (result.status, result.reason, result.new) == ("failed", "http-500", 12)
    server.answers["/list-4"] = good
    server.asked.clear()
    result = run(listing, since=date(2025, 1, 1))
    assert (result.status, result.new) == ("ok", 18)
    assert lists(server) == [0, 4, 5, 6, 7, 8, 9]
    server.asked.clear()
    run(listing, since=date(2025, 1, 1))
    assert lists(server) == list(range(10)), "a walk that came to its end is forgotten"


def test_a_document_that_is_gone_ends_no_walk(run, sitemap, server):
    server.answers["/map-6.xml"] = status(404)
    result = run(sitemap, since=date(2026, 1, 1))
    assert (result.status, result.reason, result.new) == ("failed", "http-404", 4)


def test_a_list_that_leads_back_to_itself_ends(run, listing, server):
    server.answers["/list-2"] = html(listed(server, 2, FIRST, "/list-0"))
    assert run(listing, since=date(2025, 1, 1)).new == 9
    assert run(listing | {"id": "b", "pages": 50}).unchanged == 9


def test_late_pieces_count_on_their_own_day(run, listing, topics):
    run(listing, since=date(2026, 1, 1))
    days = {item["claimed"][:10] for item in topics(None, "lantoa.items")}
    assert "2026-01-28" in days


def urlset(*addresses: str) -> bytes:
    rows = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()


@pytest.fixture
def sitemap(server):
    """An index of three months, in which only the pages say when a piece was published."""
    rows = ""
    for month in (5, 6, 7):
        addresses = [server.url(f"/bai-{month}{n}.html") for n in range(2)]
        server.answers[f"/map-{month}.xml"] = urlset(*addresses)
        rows += f"<sitemap><loc>{server.url(f'/map-{month}.xml')}</loc><lastmod>2026-0{month}-28</lastmod></sitemap>"
        for n in range(2):
            told = page(
                f"Bài {month}{n}", f"Bài {month}{n}: {SENTENCE}", date=f"2026-0{month}-1{n}T08:00:00+07:00"
            )
            server.answers[f"/bai-{month}{n}.html"] = html(told)
    server.answers["/index.xml"] = f"<sitemapindex>{rows}</sitemapindex>".encode()
    return {"id": "a", "kind": "sitemap", "url": server.url("/index.xml")}


def test_a_night_reads_the_newest_map_of_an_index(run, sitemap, server, topics):
    result = run(sitemap)
    assert (result.status, result.new, result.missing) == ("ok", 2, 0)
    titles = {item["title"]: item["claimed"][:10] for item in topics(None, "lantoa.items")}
    assert titles == {"Bài 70": "2026-07-10", "Bài 71": "2026-07-11"}
    server.answers["/map-7.xml"] = urlset(server.url("/bai-60.html"), server.url("/bai-70.html"))
    assert run(sitemap).new == 1, "the index is the same, what it names is not"


def test_a_walk_reads_every_map(run, sitemap):
    assert run(sitemap, since=date(2026, 1, 1)).new == 6


def test_a_walk_changes_nothing_of_what_is_expected_of_a_source(run, listing, quick_settings):
    from models.database import make_engine
    from models.store.source_days import days_since

    run(listing, since=date(2026, 1, 1))
    engine = make_engine(quick_settings)
    with engine.connect() as connection:
        assert days_since(connection, date(2026, 1, 1)) == {}
    engine.dispose()


def test_a_large_map_is_read_in_several_nights(run, server, monkeypatch, topics):
    monkeypatch.setattr("producers.diff.MOST_PAGES", 3)
    rows = "".join(
        f"<url><loc>{server.url(f'/x-{n}.html')}</loc><lastmod>2026-07-{n + 10}</lastmod></url>"
        for n in range(7)
    )
    server.answers["/map.xml"] = with_headers(f"<urlset>{rows}</urlset>".encode(), ETag='"1"')
    server.answers |= {f"/x-{n}.html": html(page(f"Bài {n}", f"Bài {n}: {SENTENCE}")) for n in range(7)}
    source = {"id": "a", "kind": "sitemap", "url": server.url("/map.xml")}
    assert [run(source).new for _ in range(4)] == [3, 3, 1, 0]
    items = sorted(topics(None, "lantoa.items"), key=lambda item: item["fetched_at"])
    assert {item["title"] for item in items[:3]} == {"Bài 6", "Bài 5", "Bài 4"}, "the newest first"


def test_feeds_have_no_more_than_they_show(run, server):
    server.answers["/a.xml"] = rss(entry(1), entry(2))
    source = {"id": "a", "kind": "feed", "text": "feed", "url": server.url("/a.xml")}
    assert run(source, since=date(2026, 7, 28)).new == 2
    assert run(source, since=date(2026, 7, 28)).unchanged == 2
    assert run(source | {"id": "b"}, since=date(2026, 7, 29)).new == 0, "both are of the 28th"
