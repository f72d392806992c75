"""robots.txt is read once a day, obeyed, and its absence told from its silence (RFC 9309)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from feed_server import FeedServer, redirect, silent, status
from fetching import Names, fetch, now, reason, request, web_settings

from models.store.robots_copies import RobotsCopy
from producers.http.fetch import Fetcher
from producers.http.robots import AGAIN, FRESH, RobotsMemory
from producers.state.robots_cache import DatabaseRobots

PAGE = b"<p>Tin</p>"
CLOSED = b"User-agent: *\nDisallow: /\n"
PARTS = b"""\xef\xbb\xbf# Bao Hau Giang
User-agent: *
Crawl-delay: 3
Disallow: /tim-kiem
Disallow: /*?trang=
Allow: /tim-kiem/huong-dan

User-agent: Lantoa
Disallow: /rieng/
Disallow: /*.pdf$
Crawl-delay: 0.2

Sitemap: https://bao.example/sitemap.xml
"""
PATHS = ("/tin/1.html", "/rieng/1.html", "/tap/1.pdf", "/tap/1.pdf?x", "/tim-kiem")


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [(PARTS, [True, False, False, True, True]), (CLOSED, [False] * 5), (b"", [True] * 5),
     (b"User-agent: KhacBot\nDisallow: /\n", [True] * 5), (b"<html>Disallow: /</html>", [True] * 5),
     (b"User-agent: lantoa\nDisallow: /\n\nUser-agent: *\nDisallow:\n", [False] * 5),
     (b"\xff\xfe\x00\x01" * 50, [True] * 5), (redirect("/other.txt"), [True, False, True, True, True])],
)  # fmt: skip
def test_it_is_obeyed(server, robots, allowed):
    server.answers |= dict.fromkeys(PATHS, PAGE)
    server.answers |= {"/robots.txt": robots, "/other.txt": b"User-agent: *\nDisallow: /rieng\n"}
    found = fetch(*(server.url(path) for path in PATHS))
    assert [reason(each) for each in found] == ["" if each else "robots" for each in allowed]
    asked = [each.path for each in server.asked if "robots" not in each.path and "other" not in each.path]
    assert asked == [path for path, each in zip(PATHS, allowed, strict=True) if each]
    assert len(server.times("/robots.txt")) == 1


@pytest.mark.parametrize(
    ("robots", "name"),
    [(status(404), ""), (status(403), ""), (status(401), ""), (status(410), ""), (redirect("/robots.txt"), ""),
     (status(500), "robots-unavailable"), (status(503), "robots-unavailable"), (silent, "timeout"),
     (redirect("http://10.0.0.1/robots.txt"), "private-address")],
)  # fmt: skip
def test_a_host_without_rules_and_one_that_does_not_say(server, robots, name):
    server.answers |= {"/robots.txt": robots, "/a": PAGE}
    found = fetch(server.url("/a"), server.url("/a"), settings=web_settings(fetch_timeout=0.6))
    assert [reason(each) for each in found] == [name, name]
    assert len(server.times("/a")) == (0 if name else 2)
    assert all("/robots.txt: " in str(each.error) for each in found if name)


def test_it_holds_on_every_address_of_a_redirect(server):
    with FeedServer() as other:
        server.answers["/a"] = redirect(other.url("/b"))
        other.answers |= {"/robots.txt": CLOSED, "/b": PAGE}
        (found,) = fetch(request(server.url("/a"), ports=(server.port, other.port)))
    assert reason(found) == "robots"
    assert [asked.path for asked in other.asked] == ["/robots.txt"]


def test_only_the_first_half_megabyte_counts(server):
    filler = b"#" * 99 + b"\n"
    server.answers["/robots.txt"] = b"User-agent: *\nDisallow: /a\n" + filler * 6000 + b"Disallow: /b\n"
    server.answers |= {"/a": PAGE, "/b": PAGE}
    a, b = fetch(server.url("/a"), server.url("/b"))
    assert (reason(a), reason(b)) == ("robots", "")


def test_crawl_delay_and_sitemaps(server):
    server.answers["/robots.txt"] = PARTS

    async def run():
        async with Fetcher(web_settings(), lambda: NOW) as fetcher:
            url, ports = server.url("/x"), (server.port,)
            delay = await fetcher.robots.crawl_delay(url, ports)
            allowed = [await fetcher.robots.allows(server.url(path), ports) for path in PATHS]
            return delay, allowed

    assert asyncio.run(run()) == (0.2, [True, False, False, True, True])


NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class Days:
    """A clock that a test moves on; one Fetcher over the days, or one for each."""

    def __init__(self, server, cache):
        self.moment = NOW
        self._url, self._port, self._cache = server.url("/a"), server.port, cache

    def fetch(self, *waits):
        """The reasons of fetches of which each is made so long after the one before."""

        async def run():
            async with Fetcher(web_settings(), lambda: self.moment, robots=self._cache) as fetcher:
                for wait in waits:
                    self.moment += wait
                    yielded.append(reason(await fetcher.fetch(request(self._url))))

        yielded = []
        asyncio.run(run())
        return yielded


@pytest.fixture
def days(server, engine):
    server.answers |= {"/robots.txt": b"", "/a": PAGE}
    return Days(server, DatabaseRobots(engine))


SECOND = timedelta(seconds=1)


def test_it_is_asked_for_once_a_day_across_runs(server, days):
    for _ in range(2):
        assert days.fetch(timedelta(), FRESH / 2 - SECOND) == ["", ""]
    assert len(server.times("/robots.txt")) == 1
    server.answers["/robots.txt"] = CLOSED
    assert days.fetch(2 * SECOND, FRESH / 2) == ["robots", "robots"]
    assert len(server.times("/robots.txt")) == 2


def test_an_old_copy_serves_while_the_host_is_ill(server, days):
    server.answers["/robots.txt"] = CLOSED
    assert days.fetch(timedelta()) == ["robots"]
    server.answers["/robots.txt"] = status(502)
    assert days.fetch(2 * FRESH) == ["robots"]
    server.answers["/robots.txt"] = b""
    assert days.fetch(timedelta()) == [""]


def test_an_ill_host_is_asked_again_soon_but_not_each_time(server, days):
    server.answers["/robots.txt"] = status(500)
    assert days.fetch(timedelta(), AGAIN / 2) == ["robots-unavailable"] * 2
    assert len(server.times("/robots.txt")) == 1
    server.answers["/robots.txt"] = status(404)
    assert days.fetch(AGAIN) == [""]


def test_many_at_once_ask_for_it_once(server):
    server.answers |= {"/robots.txt": b"", "/a": PAGE}
    fetch(*[server.url("/a")] * 5, at_once=True)
    assert len(server.times("/robots.txt")) == 1


def test_http_https_and_ports_have_rules_of_their_own():
    cache = RobotsMemory()
    cache.put("https://bao.example", RobotsCopy(now(), 200, CLOSED.decode()))
    found = fetch("https://bao.example/a", "http://bao.example/a", robots=cache, resolve=Names())
    assert [reason(each) for each in found] == ["robots", "dns"]
