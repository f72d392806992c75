"""Processes that read pages: what one page does to its own is nothing to the others."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psutil
import pytest
from layouts import all_layouts

from config.errors import PageError
from producers.article.pool import ExtractorPool
from producers.article.read import read_article

LAYOUTS = all_layouts()
ADDRESS = "https://bao.example/1.html"
SLOW = b"<html><h1>T</h1>" + b"<p>x <b>y</b></p>" * 14_000


def read(pool, layout):
    return pool.read(layout.body, "text/html", ADDRESS, layout.selectors)


def children():
    """Those that the fork server has born."""
    found = set()
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            found |= {child.pid} if child.ppid() != os.getpid() else set()
    return found


@pytest.fixture(scope="module")
def pool():
    with ExtractorPool(2) as running:
        yield running


def test_a_pool_reads_what_a_call_reads(pool):
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda layout: read(pool, layout), LAYOUTS))
    assert found == [read_article(each.body, "text/html", ADDRESS, each.selectors) for each in LAYOUTS]


def test_errors_come_back_as_they_were(pool):
    with pytest.raises(PageError, match="no content") as caught:
        pool.read(b"", "text/html", ADDRESS, None)
    assert caught.value.reason == "empty"


def test_a_page_without_end_costs_one_process_and_is_named():
    with ExtractorPool(1, seconds=0.05) as pool:
        with pytest.raises(PageError) as caught:
            pool.read(SLOW, "text/html", ADDRESS, None)
        assert caught.value.reason == "extractor-timeout"
        with pytest.raises(PageError) as again:
            pool.read(b"", "text/html", ADDRESS, None)
        assert again.value.reason == "empty"


def test_a_page_that_eats_the_memory_is_named():
    tag = b"<div " + b" ".join(b"a%d=1" % n for n in range(600)) + b">"
    hungry = b"<html>" + tag * 900
    with ExtractorPool(1, memory=200 << 20) as pool:
        with pytest.raises(PageError) as caught:
            pool.read(hungry, "text/html", ADDRESS, None)
        assert caught.value.reason in {"extractor-memory", "extractor-failed"}
        assert read(pool, LAYOUTS[0]).text == LAYOUTS[0].text


def test_processes_are_replaced_after_so_many_pages():
    seen = set()
    with ExtractorPool(1, pages=3) as pool:
        for layout in LAYOUTS[:8]:
            read(pool, layout)
            seen |= children()
    assert len(seen) >= 3
    assert os.getpid() not in seen


def test_nothing_stays_behind():
    before = children()
    with ExtractorPool(2) as pool:
        read(pool, LAYOUTS[0])
        assert children() - before
    assert children() <= before
