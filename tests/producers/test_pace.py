"""One host after its delay, hosts side by side."""

import asyncio
import time

import pytest
from small_programme import outlet_of

from producers.fetch import Request
from producers.pace import visit


def requests(*urls):
    return [Request(outlet_of(f"o{n}", url).sources[0]) for n, url in enumerate(urls)]


def starts(urls, delay, seconds):
    """Seconds after the beginning at which each address was started; each takes `seconds[address]`."""
    began, found = time.monotonic(), {}

    async def handle(request):
        found[request.source.url] = time.monotonic() - began
        await asyncio.sleep(seconds.get(request.source.url, 0))

    asyncio.run(visit(requests(*urls), delay, handle))
    return found


def test_a_host_is_not_asked_twice_within_its_delay():
    found = starts(["http://a/1", "http://www.a/2", "http://a:80/3", "http://b/1"], 0.2, {})
    assert found["http://www.a/2"] - found["http://a/1"] >= 0.19
    assert found["http://a:80/3"] - found["http://www.a/2"] >= 0.19
    assert found["http://b/1"] < 0.15


def test_a_slow_host_delays_nobody_else():
    slow = {f"http://slow{n}/1": 0.5 for n in range(10)}
    found = starts([*slow, "http://quick/1", "http://quick/2"], 0.05, slow)
    assert found["http://quick/2"] < 0.4


def test_an_error_ends_the_rest():
    async def handle(request):
        if request.source.url == "http://b/1":
            raise LookupError("broken")
        await asyncio.sleep(30)

    began = time.monotonic()
    with pytest.raises(LookupError, match="broken"):
        asyncio.run(visit(requests("http://a/1", "http://b/1"), 0, handle))
    assert time.monotonic() - began < 5
