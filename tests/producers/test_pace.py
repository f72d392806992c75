"""One host after its delay and never more than two at once, hosts side by side; back-off; Retry-After."""

import asyncio
import itertools
import time
from contextlib import suppress
from datetime import UTC, datetime
from random import Random

import pytest

from config.errors import FetchError
from producers.pace import AT_ONE_HOST, JITTER_AFTER_429, LONGEST_REST, Pacer, retry_after, visit

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
ROUNDING = 0.01


def starts(urls, delay, *, connecting=0.0, answering=0.0, pacer=None):
    """Address → seconds after the beginning at which it was asked, and the most that were under way at once."""
    found, under_way, most = {}, set(), []

    async def one(pacer, url, began):
        async with pacer.turn(url) as turn:
            await asyncio.sleep(connecting)
            turn.sent()
            found[url] = time.monotonic() - began
            under_way.add(url)
            most.append(len(under_way))
            await asyncio.sleep(answering)
            under_way.discard(url)

    async def run():
        own, began = pacer or Pacer(delay), time.monotonic()
        await asyncio.gather(*(one(own, url, began) for url in urls))

    asyncio.run(run())
    return found, max(most)


def test_a_host_is_not_asked_twice_within_its_delay():
    found, _ = starts(["http://a/1", "http://www.a/2", "https://a:8443/3", "http://A./4", "http://b/1"], 0.1)
    of_a = sorted(moment for url, moment in found.items() if url != "http://b/1")
    assert all(later - earlier >= 0.1 - ROUNDING for earlier, later in itertools.pairwise(of_a))
    assert len(of_a) == 4
    assert found["http://b/1"] < of_a[1]


def test_starts_are_apart_even_where_connecting_takes_longer_than_the_delay():
    found, _ = starts(["http://a/1", "http://a/2", "http://a/3"], 0.05, connecting=0.15)
    moments = sorted(found.values())
    assert all(b - a >= 0.2 - ROUNDING for a, b in itertools.pairwise(moments))


def test_never_more_than_two_at_once():
    _, most = starts([f"http://a/{n}" for n in range(8)], 0, answering=0.05)
    assert most == AT_ONE_HOST == 2


def test_crawl_delay_above_our_own_but_at_most_a_minute():
    async def run():
        pacer = Pacer(5)
        for seconds in (1.0, 17.0, 600.0, float("nan"), -3.0):
            pacer.slow_down("https://a/x", seconds)
            async with pacer.turn("https://a/y"):
                began = asyncio.get_running_loop().time()
            yielded.append(pacer._gates["a"].opens(5) - began)
            pacer._gates["a"].last = 0

    yielded = []
    asyncio.run(run())
    assert yielded == pytest.approx([5, 17, 60, 5, 5], abs=0.05)


def test_a_failed_turn_lets_the_next_one_in():
    async def run():
        pacer = Pacer(0)
        for _ in range(2 * AT_ONE_HOST):
            with suppress(LookupError):
                async with pacer.turn("http://a/"):
                    raise LookupError
        async with asyncio.timeout(1), pacer.turn("http://a/"):
            return True

    assert asyncio.run(run())


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), (" 0 ", 0), ("Fri, 20 Nov 2026 08:00:00 GMT", 3600), ("Fri, 20 Nov 2026 06:59:00 GMT", -60),
     ("99999999999999999999", 9999999999), ("", None), ("mai", None), ("-5", None), ("١٢", None), ("1.5", None)],
)  # fmt: skip
def test_retry_after_in_both_forms(value, seconds):
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("seconds", "turned_away", "least", "most"),
    [(120, False, 119, 120), (120, True, 120, 120 + JITTER_AFTER_429), (None, True, 0, JITTER_AFTER_429),
     (1e9, False, LONGEST_REST - 1, LONGEST_REST), (-60, False, 0, 0)],
)  # fmt: skip
def test_how_long_a_host_is_left_alone(seconds, turned_away, least, most):
    async def run():
        return [
            Pacer(0, Random(seed)).rest("http://a/", seconds, turned_away=turned_away) for seed in range(20)
        ]

    found = asyncio.run(run())
    assert all(least <= each <= most for each in found)
    assert (len({round(each) for each in found}) > 10) == turned_away


def test_a_long_rest_is_nothing_to_wait_for_a_short_one_is():
    async def run():
        pacer, began = Pacer(0), time.monotonic()
        pacer.rest("http://a/", 3000, turned_away=False)
        pacer.rest("http://b/", 0.2, turned_away=False)
        with pytest.raises(FetchError, match="50 minutes") as caught:
            async with pacer.turn("http://www.a/x"):
                pass
        async with pacer.turn("http://b/x"):
            return caught.value.reason, time.monotonic() - began

    reason, waited = asyncio.run(run())
    assert (reason, waited >= 0.2 - ROUNDING) == ("retry-after", True)


def visited(urls, seconds):
    began, found = time.monotonic(), {}

    async def handle(url):
        found[url] = time.monotonic() - began
        await asyncio.sleep(seconds.get(url, 0))

    asyncio.run(visit(urls, lambda url: url, handle))
    return found


def test_a_slow_host_delays_nobody_else():
    slow = {f"http://slow{n}/1": 2.0 for n in range(50)}
    found = visited([*slow, "http://quick/1", "http://quick/2"], slow)
    assert found["http://quick/2"] < 2.0


def test_an_error_ends_the_rest():
    async def handle(url):
        if url == "http://b/1":
            raise LookupError("broken")
        await asyncio.sleep(30)

    began = time.monotonic()
    with pytest.raises(LookupError, match="broken"):
        asyncio.run(visit(["http://a/1", "http://b/1"], lambda url: url, handle))
    assert time.monotonic() - began < 25
