"""Documents of 100,000 entries, and documents whose every date is broken: bounded in time and memory, nothing lost."""

import json
import time
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import pytest

from config.programme import Outlet, Source
from producers.item.normalise import normalise
from producers.parse.contents import MOST_ENTRIES
from producers.parse.kinds import FetchedDocument, read
from producers.parse.sitemap import MOST_URLS
from producers.state.source_hints import SourceHints

MANY = 100_000
SLOWEST = 90.0  # seconds of the processor, with every allocation traced
MOST_MEMORY = 400 << 20
HANOI = timezone(timedelta(hours=7))
BROKEN = (
    "", "hôm nọ", "32/13/2026", "2026-02-30T25:61:00", "Thứ tám, 11/2026", "0000-00-00", "99999999999999999999", "-1",
    "2026-07-28T18:50:00+99:99", "Mon, 31 Feb 2026 08:00:00 +0700", "1e309", "\ufeff28/13", "28.7.2026 29.7.2026 " * 25, "{{date}}",
)  # fmt: skip


def rss(number, date=lambda _n: "Tue, 28 Jul 2026 18:50:00 +0700"):
    items = "".join(
        f"<item><title>Tin {n}</title><link>https://bao.vn/{n}.html</link><pubDate>{date(n)}</pubDate></item>"
        for n in range(number)
    )
    return f'<rss version="2.0"><channel><title>Báo</title>{items}</channel></rss>'.encode()


def json_feed(number, date=lambda _n: "2026-07-28T18:50:00+07:00"):
    items = [
        {"id": str(n), "url": f"https://bao.vn/{n}.html", "title": f"Tin {n}", "date_published": date(n)}
        for n in range(number)
    ]
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "Báo", "items": items}
    ).encode()


def sitemap(number, date=lambda _n: "2026-07-28"):
    urls = "".join(
        f"<url><loc>https://bao.vn/{n}.html</loc><n:news><n:title>Tin {n}</n:title>"
        f"<n:publication_date>{date(n)}</n:publication_date></n:news></url>"
        for n in range(number)
    )
    return f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'.encode()


def source(kind):
    return Source(id="bao", kind=kind, url="https://bao.vn/x", outlet="bao")


@pytest.mark.parametrize(
    ("kind", "make", "most"),
    [("feed", rss, MOST_ENTRIES), ("podcast", rss, MOST_ENTRIES), ("feed", json_feed, MOST_ENTRIES), ("sitemap", sitemap, MOST_URLS)],
    ids=["rss", "podcast", "json feed", "sitemap"],
)  # fmt: skip
def test_a_hundred_thousand_entries(kind, make, most):
    body = make(MANY)
    tracemalloc.start()
    began = time.process_time()
    found = read(source(kind), FetchedDocument(body, "", "https://bao.vn/x"))
    seconds, (_now, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.entries) == most
    assert found.problem.reason == "too-many-entries"
    assert (found.entries[0].url, found.entries[-1].url) == (
        "https://bao.vn/0.html",
        f"https://bao.vn/{most - 1}.html",
    )
    assert seconds < SLOWEST
    assert peak < MOST_MEMORY


@pytest.mark.parametrize(("kind", "make"), [("feed", rss), ("feed", json_feed), ("sitemap", sitemap)])
def test_every_date_is_broken(kind, make):
    number = 10 * len(BROKEN)
    body = make(number, lambda n: BROKEN[n % len(BROKEN)])
    found = read(source(kind), FetchedDocument(body, "", "https://bao.vn/x"))
    outlet = Outlet.model_validate(
        {
            "id": "bao",
            "name": "Báo",
            "level": "central",
            "medium": "newspaper",
            "sources": [source(kind).model_dump(exclude={"outlet"})],
        }
    )
    items = normalise(
        found.entries, outlet.sources[0], outlet, HANOI, datetime(2026, 8, 1, tzinfo=UTC), SourceHints()
    ).items
    assert len(items) == number
    flags = {item.date_flag for item in items}
    assert flags <= {"date-missing", "date-unreadable", "date-implausible"}
    assert None not in flags
