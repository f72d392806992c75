"""Politeness, measured on the server's own log: starts, how many at once, rules, and nothing in full twice."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from feed_server import Asked, after, hang_up, redirect, silent, status
from feed_text import entry, rss
from fetching import Names, fetch, reason, request, web_settings
from small_programme import outlet_of

from producers.http.politeness import AT_ONE_HOST, LONGEST_REST

DELAY = 0.3
CLOCKS = 0.15  # at most, on a busy machine, between the moment at which we send and that at which the server's thread notes it
HOSTS = ("bao-hau-giang.example", "dai-ptth.example", "nhandan.example")
PAGE = "<p>Đài PT-TH</p>".encode()


def by_host(server):
    found: dict[str, list[Asked]] = {}
    for asked in server.asked:
        found.setdefault(asked.headers["Host"].partition(":")[0].removeprefix("www."), []).append(asked)
    return {host: sorted(log, key=lambda asked: asked.at) for host, log in found.items()}


def gaps(log):
    return [later.at - earlier.at for earlier, later in pairwise(log)]


def at_once(log):
    return max(sum(other.at <= asked.at < other.until - CLOCKS for other in log) for asked in log)


def names():
    return Names(
        **{each.replace(".", "_"): ["127.0.0.1"] for host in HOSTS for each in (host, f"www.{host}")}
    )


@pytest.mark.slow
def test_feeds_pages_and_robots_of_a_host_share_its_pace(server):
    server.answers |= {
        "/rss": rss(entry(1)),
        "/cham": after(3 * DELAY, PAGE),
        "/treo": silent,
        "/ngat": hang_up,
        "/sang": redirect("/rss"),
        "/500": status(500),
    }
    urls = [
        server.url(path, prefix + host)
        for host in HOSTS
        for path in (*server.answers, "/cham", "/cham", "/treo", "/khong-co")
        for prefix in ("", "www.")
    ]
    settings = web_settings(host_delay=DELAY, fetch_timeout=5)
    began = time.monotonic()
    found = fetch(*urls, settings=settings, resolve=names(), at_once=True)
    took = time.monotonic() - began
    logs = by_host(server)
    assert set(logs) == set(HOSTS)
    for log in logs.values():
        assert min(gaps(log)) >= DELAY - CLOCKS
        assert at_once(log) == AT_ONE_HOST
        assert sum(asked.path == "/robots.txt" for asked in log) == 2  # with and without www.
    assert took < sum(log[-1].at - log[0].at for log in logs.values())  # the hosts side by side
    assert sum(not each.error for each in found) == len(HOSTS) * 2 * 5


def test_crawl_delay_is_kept_above_our_own(server):
    server.answers |= {"/robots.txt": b"User-agent: *\nCrawl-delay: 0.4\n", "/a": PAGE}
    fetch(*[server.url("/a")] * 3, settings=web_settings(host_delay=0.1), at_once=True)
    first, *rest = gaps(by_host(server)["127.0.0.1"])
    assert first >= 0.4 - CLOCKS
    assert min(rest) >= 0.4 - CLOCKS


@pytest.mark.slow
def test_a_host_that_hangs_delays_no_other(server):
    """More hanging pages than a hundred, of as many hosts as that."""
    hanging = [f"treo{n}.example" for n in range(100)]
    server.answers |= {"/treo": silent, "/a": PAGE}
    resolve = Names(**{host.replace(".", "_"): ["127.0.0.1"] for host in [*hanging, "nhanh.example"]})
    urls = [server.url("/treo", host) for host in hanging for _ in range(2)]
    quick = [server.url("/a", "nhanh.example")] * 3
    settings = web_settings(fetch_timeout=8)
    found = fetch(*urls, *quick, settings=settings, resolve=resolve, at_once=True)
    assert {reason(each) for each in found[: len(urls)]} == {"timeout"}
    given_up = min(asked.until for asked in server.asked if asked.path == "/treo")
    assert by_host(server)["nhanh.example"][-1].until < given_up


def test_retry_after_of_a_busy_host_is_waited_for(server):
    busy = [status(503, Retry_After="1"), PAGE]
    server.answers["/a"] = lambda handler: busy.pop(0)(handler) if callable(busy[0]) else handler.send(PAGE)
    first, second = fetch(server.url("/a"), server.url("/a"))
    assert (reason(first), reason(second)) == ("http-503", "")
    assert 0.9 < first.rest_seconds <= 1
    assert gaps([each for each in server.asked if each.path == "/a"])[0] >= 1 - CLOCKS


def test_a_host_that_turns_us_away_is_left_alone(server):
    until = datetime.now(UTC) + timedelta(days=3)
    server.answers |= {
        "/a": status(429, Retry_After="120"),
        "/b": PAGE,
        "/c": status(429, Retry_After=format_datetime(until, usegmt=True)),
    }
    host, other = HOSTS[:2]
    a, b, c, b_of_other = fetch(
        server.url("/a", host),
        server.url("/b", f"www.{host}"),
        server.url("/c", other),
        server.url("/b", other),
        resolve=names(),
    )
    assert [reason(each) for each in (a, b, c, b_of_other)] == [
        "http-429",
        "retry-after",
        "http-429",
        "retry-after",
    ]
    assert server.times("/b") == []
    assert 119 < a.rest_seconds <= 120 + 3600
    assert 119 < b.rest_seconds <= a.rest_seconds
    assert LONGEST_REST - 1 < c.rest_seconds <= LONGEST_REST + 3600


def test_a_second_night_fetches_nothing_in_full_and_robots_not_at_all(ingest, server, quick_settings):
    """Through the whole poll: what is remembered lies in the database."""
    sources = [{"id": f"s{n}", "kind": "feed", "url": server.url(f"/{n}.xml")} for n in range(4)]
    server.answers |= {f"/{n}.xml": rss(entry(n)) for n in range(4)}
    server.answers["/robots.txt"] = b"User-agent: *\nDisallow: /3.xml\n"
    settings = quick_settings.model_copy(update={"host_delay": DELAY})
    outlets = [outlet_of("bao", "", sources=sources)]
    nights = []
    for _ in range(2):
        begun = len(server.asked)
        ingest({}, outlets=outlets, settings=settings)
        nights.append([(asked.path, asked.whole) for asked in server.asked[begun:]])
        assert min(gaps(server.asked[begun:])) >= DELAY - CLOCKS
    feeds = [f"/{n}.xml" for n in range(3)]
    assert nights == [
        [("/robots.txt", True), *((path, True) for path in feeds)],
        [(path, False) for path in feeds],
    ]


def test_a_kept_connection_that_broke_costs_no_second_start_too_soon(server):
    server.answers |= {"/a": PAGE, "/b": hang_up}
    fetch(server.url("/a"), request(server.url("/b")), settings=web_settings(host_delay=DELAY))
    assert len(server.times("/b")) == 2
    assert min(gaps(server.asked)) >= DELAY - CLOCKS
