"""Politeness of whole nights with pages, measured on the server's own log: nothing too soon, nothing forbidden, nothing twice."""

import itertools
import socket
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from feed_server import redirect, status, with_headers
from feed_text import entry, rss
from page_text import page
from small_programme import outlet_of

NOON = datetime(2026, 8, 1, 5, 0, tzinfo=UTC)
DELAY, CRAWL_DELAY = 0.1, 0.3
CLOCKS = 0.05  # between the moment at which we send and that at which the server's thread notes it
SLOW, QUICK, SHARED = "bao-hau-giang.example", "dai-ptth.example", "cong-ttdt.example"


@pytest.fixture(autouse=True)
def one_machine(monkeypatch):
    """The system's resolver says that all names of the tests are here."""
    ask = socket.getaddrinfo

    def resolve(host, *more, **named):
        here = isinstance(host, str) and host.endswith(".example")
        return ask("127.0.0.1" if here else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def html(title):
    return with_headers(
        page(title, f"{title}: huyện quán triệt Nghị quyết số 57-NQ/TW."), Content_Type="text/html"
    )


@pytest.fixture
def sites(server):
    """Three hosts; two outlets link to pages of the third, one page fails, one is forbidden, one has moved to there."""

    def by_host(**answers):
        return lambda handler: answers.get(
            handler.headers["Host"].split(".")[0].replace("-", "_"), status(404)
        )(handler)

    def link(host, path):
        return server.url(path, host)

    rules = f"User-agent: *\nCrawl-delay: {CRAWL_DELAY}\nDisallow: /cam/\n".encode()
    server.answers |= {
        "/robots.txt": by_host(bao_hau_giang=lambda handler: handler.send(rules)),
        "/bao.xml": rss(
            *(entry(n, link=link(SLOW, f"/bao-{n}.html")) for n in range(4)),
            entry(8, link=link(SLOW, "/cam/8.html")),
            entry(9, link=link(SHARED, "/chung-9.html")),
        ),
        "/dai.xml": rss(
            *(entry(n, link=link(QUICK, f"/dai-{n}.html")) for n in range(4)),
            entry(5, link=link(QUICK, "/hong.html")),
            entry(6, link=link(QUICK, "/doi.html")),
            *(entry(n, link=link(SHARED, f"/chung-{n}.html")) for n in range(3)),
        ),
        "/chung.xml": rss(*(entry(n, link=link(SHARED, f"/tin-{n}.html")) for n in range(4))),
        "/hong.html": status(500),
        "/doi.html": redirect(link(SHARED, "/moi.html")),
        "/moi.html": html("Tin đã dời"),
        **{
            f"/{name}-{n}.html": html(f"Tin {name} {n}")
            for name in ("bao", "dai", "chung", "tin")
            for n in range(10)
        },
    }
    return {SLOW: "/bao.xml", QUICK: "/dai.xml", SHARED: "/chung.xml"}


@pytest.fixture
def night(ingest, server, sites, quick_settings):
    """`night(n)`: the results by source, and what was asked in that night by host."""
    settings = quick_settings.model_copy(update={"host_delay": DELAY})
    outlets = []
    for host, path in sites.items():
        name = host.partition(".")[0]
        source = {"id": name, "kind": "feed", "url": server.url(path, host)}
        outlets.append(outlet_of(name, "", sources=[source], hosts=[host]))

    def run(number):
        begun = len(server.asked)
        moments = (NOON + timedelta(hours=22 * number, microseconds=n) for n in itertools.count())
        found = ingest({}, outlets=outlets, settings=settings, now=lambda: next(moments))
        logs = defaultdict(list)
        for asked in sorted(server.asked[begun:], key=lambda asked: asked.at):
            logs[asked.headers["Host"].partition(":")[0]].append(asked)
        return {result.source.id: result for result in found.results}, logs

    return run


def test_two_nights_of_three_hosts(night, server):
    results, first = night(0)
    assert {name: (each.new, each.pages, each.missing) for name, each in results.items()} == {
        "bao-hau-giang": (6, 6, 1),
        "dai-ptth": (9, 9, 1),
        "cong-ttdt": (4, 4, 0),
    }
    results, second = night(1)
    assert {each.status for each in results.values()} == {"not-modified"}
    for log in (*first.values(), *second.values()):
        assert min((b.at - a.at for a, b in pairwise(log)), default=DELAY) >= DELAY - CLOCKS
        assert max(sum(other.at <= asked.at < other.until for other in log) for asked in log) <= 2
    assert min(b.at - a.at for a, b in pairwise(first[SLOW])) >= CRAWL_DELAY - CLOCKS
    asked = Counter((each.headers["Host"], each.path) for each in server.asked)
    assert not any(path.startswith("/cam/") for _, path in asked)
    assert {number for (_, path), number in asked.items() if path == "/robots.txt"} == {1}
    given = Counter((each.headers["Host"], each.path) for each in server.asked if each.whole)
    assert set(given.values()) == {1}, "in full twice"
    assert sorted(each.path for log in second.values() for each in log) == [
        "/bao.xml",
        "/chung.xml",
        "/dai.xml",
        "/hong.html",
    ]


def test_a_host_that_turns_us_away_is_asked_for_none_of_its_other_pages(night, server):
    server.answers["/dai-1.html"] = status(429, Retry_After="7200")
    results, logs = night(0)
    paths = [each.path for each in logs[QUICK]]
    assert paths == ["/robots.txt", "/dai.xml", "/dai-0.html", "/dai-1.html"]
    assert results["dai-ptth"].missing == 5
    assert results["cong-ttdt"].missing == 0
    assert len(logs[SHARED]) == 10
    assert results["dai-ptth"].rest_seconds > 7000
