"""One host after its delay and never more than two at once, hosts side by side; back-off; Retry-After."""

import asyncio
import heapq
import itertools
from contextlib import suppress
from datetime import UTC, datetime
from random import Random

import pytest

from config.errors import FetchError
from producers.http.politeness import AT_ONE_HOST, JITTER_AFTER_429, LONGEST_REST, Pacer, retry_after, visit

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
TURNS_OF_THE_LOOP = 50  # more than anything here needs to come to its next sleep


class MovedClock:
    """Moves on to the next moment that somebody sleeps for, as soon as nobody can go on without it."""

    def __init__(self):
        self.now = 0.0
        self._sleepers, self._numbers = [], itertools.count()

    def time(self):
        return self.now

    async def sleep(self, seconds):
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), woken))
        await woken

    async def moved_until(self, work):
        """What `work` returns."""
        task = asyncio.ensure_future(work)
        while not task.done():
            for _ in range(TURNS_OF_THE_LOOP):
                await asyncio.sleep(0)
            while self._sleepers and not task.done():
                moment, _, woken = heapq.heappop(self._sleepers)
                if not woken.done():
                    self.now = moment
                    woken.set_result(None)
                    break
            else:
                assert task.done(), "everything waits, and nobody for the clock"
        return await task


def starts(urls, delay, *, connecting=0.0, answering=0.0):
    """Address → seconds after the beginning at which it was asked, and the most that were under way at once."""
    found, under_way, most = {}, set(), []
    clock = MovedClock()
    pacer = Pacer(delay, clock=clock)

    async def one(url):
        async with pacer.turn(url) as turn:
            await clock.sleep(connecting)
            turn.sent()
            found[url] = clock.now
            under_way.add(url)
            most.append(len(under_way))
            await clock.sleep(answering)
            under_way.discard(url)

    async def all_of_them():
        await asyncio.gather(*(one(url) for url in urls))

    asyncio.run(clock.moved_until(all_of_them()))
    return found, max(most)


def test_a_host_is_not_asked_twice_within_its_delay():
    found, _ = starts(["http://a/1", "http://www.a/2", "https://a:8443/3", "http://A./4", "http://b/1"], 5)
    assert found == {
        "http://a/1": 0,
        "http://www.a/2": 5,
        "https://a:8443/3": 10,
        "http://A./4": 15,
        "http://b/1": 0,
    }


def test_starts_are_apart_even_where_connecting_takes_longer_than_the_delay():
    found, _ = starts(["http://a/1", "http://a/2", "http://a/3"], 5, connecting=15)
    assert list(found.values()) == [15, 35, 55]


def test_never_more_than_two_at_once():
    _, most = starts([f"http://a/{n}" for n in range(8)], 0, answering=5)
    assert most == AT_ONE_HOST == 2


@pytest.mark.parametrize(
    ("asked_for", "apart"), [(1.0, 5), (17.0, 17), (600.0, 60), (float("nan"), 5), (-3.0, 5)]
)
def test_crawl_delay_above_our_own_but_at_most_a_minute(asked_for, apart):
    clock = MovedClock()
    pacer = Pacer(5, clock=clock)
    pacer.slow_down("https://a/x", asked_for)

    async def run():
        for _ in range(2):
            async with pacer.turn("https://a/y"):
                yielded.append(clock.now)

    yielded = []
    asyncio.run(clock.moved_until(run()))
    assert yielded == [0, apart]


def test_a_failed_turn_lets_the_next_one_in():
    async def run():
        pacer = Pacer(0)
        for _ in range(2 * AT_ONE_HOST):
            with suppress(LookupError):
                async with pacer.turn("http://a/"):
                    raise LookupError
        async with asyncio.timeout(30), pacer.turn("http://a/"):
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
    [(120, False, 120, 120), (120, True, 120, 120 + JITTER_AFTER_429), (None, True, 0, JITTER_AFTER_429),
     (1e9, False, LONGEST_REST, LONGEST_REST), (-60, False, 0, 0)],
)  # fmt: skip
def test_how_long_a_host_is_left_alone(seconds, turned_away, least, most):
    def pacer(seed):
        return Pacer(0, Random(seed), MovedClock())

    found = [pacer(seed).rest("http://a/", seconds, turned_away=turned_away) for seed in range(20)]
    assert all(least <= each <= most for each in found)
    assert (len({round(each) for each in found}) > 10) == turned_away


def test_a_long_rest_is_nothing_to_wait_for_a_short_one_is():
    clock = MovedClock()
    pacer = Pacer(0, clock=clock)
    pacer.rest("http://a/", 3000, turned_away=False)
    pacer.rest("http://b/", 20, turned_away=False)

    async def run():
        with pytest.raises(FetchError, match="50 minutes") as caught:
            async with pacer.turn("http://www.a/x"):
                pass
        assert (caught.value.reason, clock.now) == ("retry-after", 0)
        async with pacer.turn("http://b/x"):
            return clock.now

    assert asyncio.run(clock.moved_until(run())) == 20


def test_a_slow_host_delays_nobody_else():
    """The slow ones go on until the quick one's second visit has been."""
    slow, quick = [f"http://slow{n}/1" for n in range(50)], ["http://quick/1", "http://quick/2"]
    order = []

    async def run():
        been = asyncio.Event()

        async def handle(url):
            if url in slow:
                await been.wait()
            order.append(url)
            if url == quick[-1]:
                been.set()

        async with asyncio.timeout(60):
            await visit([*slow, *quick], lambda url: url, handle)

    asyncio.run(run())
    assert order[:2] == quick
    assert sorted(order) == sorted([*slow, *quick])


def test_an_error_ends_the_rest():
    ended = []

    async def handle(url):
        if url == "http://b/1":
            raise LookupError("broken")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(url)

    with pytest.raises(LookupError, match="broken"):
        asyncio.run(visit(["http://a/1", "http://b/1"], lambda url: url, handle))
    assert ended == ["http://a/1"]
