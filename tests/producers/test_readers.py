"""Processes that read what comes from outside: what one document does to its own is nothing to the others."""

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

sys.path.append(str(Path(__file__).parent / "article"))  # its pages

from config.errors import FeedError, LimitError, PageError
from config.programme import Source
from producers import limited
from producers.limited import LimitedProcesses
from producers.parse.article.read import read_article
from producers.parse.documents import FetchedDocument
from producers.parse.kinds import read as read_kind
from producers.parse.readers import Readers
from tests.producers.parse.article.layouts import all_layouts

LAYOUTS = all_layouts()
ADDRESS = "https://bao.example/1.html"
SLOW = b"<html><h1>T</h1>" + b"<p>x <b>y</b></p>" * 120_000
RSS = """<rss version="2.0"><channel><title>Báo Hậu Giang</title><link>https://bao.example/</link>{}</channel></rss>"""
ENTRY = (
    "<item><title>Phụng Hiệp học Nghị quyết {n}</title><link>https://bao.example/{n}.html</link>{more}</item>"
)


def source(kind="feed", **more):
    return Source(id="bao", kind=kind, url="https://bao.example/rss", outlet="bao", **more)


def document(text):
    return FetchedDocument(text.encode(), "", "https://bao.example/rss")


def page(readers, layout):
    return readers.page(layout.body, "text/html", ADDRESS, layout.selectors)


def children():
    """Those that the fork server has born."""
    found = set()
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            found |= {child.pid} if child.ppid() != os.getpid() else set()
    return found


@pytest.fixture(scope="module")
def readers():
    with Readers(2) as running:
        yield running


def test_pages_are_read_as_a_call_reads_them(readers):
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda layout: page(readers, layout), LAYOUTS))
    assert found == [read_article(each.body, "text/html", ADDRESS, each.selectors) for each in LAYOUTS]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("feed", RSS.format("".join(ENTRY.format(n=n, more="<category>Chính trị</category>") for n in range(9)))),
        ("feed", RSS.format(ENTRY.format(n=1, more="") * 2001)),  # with a problem beside its entries
        ("feed", '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "Tin"}]}'),
        ("podcast", RSS.format(ENTRY.format(n=1, more='<enclosure url="/1.mp3" type="audio/mpeg" length="9"/>'))),
        ("sitemap", "<urlset><url><loc>https://bao.example/1.html</loc></url></urlset>"),
    ],
)  # fmt: skip
def test_documents_are_read_as_a_call_reads_them(readers, kind, text):
    found, expected = readers.listing(source(kind), document(text)), read_kind(source(kind), document(text))
    assert found.entries == expected.entries != ()
    assert str(found.problem) == str(expected.problem)


def test_errors_come_back_as_they_were(readers):
    with pytest.raises(PageError, match="no content") as caught:
        readers.page(b"", "text/html", ADDRESS, None)
    assert caught.value.reason == "empty"
    with pytest.raises(FeedError, match="neither RSS nor Atom") as caught:
        readers.listing(source(), document("<html><h1>Báo</h1></html>"))
    assert caught.value.reason == "not-a-feed"


def test_a_page_without_end_costs_one_process_and_is_named():
    with Readers(1, page_seconds=0.4) as readers:
        with pytest.raises(PageError) as caught:
            readers.page(SLOW, "text/html", ADDRESS, None)
        assert caught.value.reason == "extractor-timeout"
        with pytest.raises(PageError) as again:
            readers.page(b"", "text/html", ADDRESS, None)
        assert again.value.reason == "empty"


HOSTILE = {
    "categories of one entry": ("feed", RSS.format(ENTRY.format(n=1, more="".join(f"<category>{n}</category>" for n in range(40_000))))),
    "contributors": ("feed", RSS.format(ENTRY.format(n=1, more="".join(f"<category>{n}</category><author>{n}</author>" for n in range(20_000))))),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), HOSTILE.values(), ids=HOSTILE)
def test_a_document_without_end_costs_its_time_and_the_others_go_on(kind, text):
    """1 MB for which feedparser takes half a minute. In a night it has a minute."""
    with Readers(1, document_seconds=1.5) as readers:
        with pytest.raises(FeedError, match="ask the outlet") as caught:
            readers.listing(source(kind), document(text))
        assert caught.value.reason == "document-timeout"
        assert readers.listing(source(), document(RSS.format(ENTRY.format(n=1, more="")))).entries


def test_what_eats_the_memory_is_named():
    tag = b"<div " + b" ".join(b"a%d=1" % n for n in range(600)) + b">"
    hungry = b"<html>" + tag * 900
    with Readers(1, memory=200 << 20) as readers:
        with pytest.raises(PageError) as caught:
            readers.page(hungry, "text/html", ADDRESS, None)
        assert caught.value.reason in {"extractor-memory", "extractor-failed"}
        assert page(readers, LAYOUTS[0]).text == LAYOUTS[0].text


def test_what_the_libraries_take_is_not_the_documents():
    """rensa sets a gigabyte of addresses aside when it is imported. In a process of its own: the first user of a fork
    server says what it imports."""
    asks = (
        "from lantoa.commands.limited_rules import *; from producers.parse.readers import Readers; import sys"
    )
    reads = "print(Readers(1, memory=200 << 20).page(sys.stdin.buffer.read(), 'text/html', sys.argv[1], None).text)"
    ran = subprocess.run(
        [sys.executable, "-c", f"{asks}\nlimited_processes().run(len, '')\n{reads}", ADDRESS],
        input=LAYOUTS[0].body,
        capture_output=True,
        timeout=120,
    )
    assert ran.stdout.decode().strip() == LAYOUTS[0].text.strip(), ran.stderr.decode()


def test_memory_is_looked_at_where_the_system_does_not_limit_it(monkeypatch):
    """As on macOS and Windows: four times a second, from outside."""
    monkeypatch.setattr(limited, "SYSTEM_LIMITS", False)
    with LimitedProcesses(seconds=60, memory=400 << 20) as processes:
        with pytest.raises(LimitError) as caught:
            processes.run(eat, 300 << 20, wait=30.0)
        assert caught.value.reason == "memory"
        assert processes.run(eat, 1 << 20) == 1 << 20


def eat(size, wait=0.0):
    held = b"x" * size
    if wait:
        held += b"y" * size
        time.sleep(wait)
    return len(held)


def test_an_error_that_is_not_ours_is_named_and_the_process_goes_on():
    with LimitedProcesses(seconds=20) as processes:
        with pytest.raises(LimitError, match="ZeroDivisionError") as caught:
            processes.run(divmod, 1, 0)
        assert caught.value.reason == "failed"
        with pytest.raises(LimitError) as caught:
            processes.run(os.abort)
        assert caught.value.reason == "failed"
        assert processes.run(divmod, 7, 2) == (3, 1)


def test_so_many_wait_at_most():
    with LimitedProcesses(1, seconds=20, waiting=1) as processes, ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(processes.run, time.sleep, 1) for _ in range(6)]
        errors = [each.exception() for each in asked]
    assert [error.reason for error in errors if error] == ["busy"] * 4


def test_what_is_at_work_ends_with_its_owner():
    processes = LimitedProcesses(1, seconds=60)
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(processes.run, time.sleep, 60)
        while not children():
            time.sleep(0.05)
        processes.close()
        assert asked.exception(timeout=20).reason == "failed"


def test_an_event_loop_goes_on_meanwhile(readers):
    async def both():
        reading = asyncio.ensure_future(readers.aside(readers.listing, source(), document(HOSTILE_BUT_SHORT)))
        turns = 0
        while not reading.done():
            await asyncio.sleep(0.01)
            turns += 1
        return await reading, turns

    found, turns = asyncio.run(both())
    assert len(found.entries[0].categories) == 4000
    assert turns > 3


HOSTILE_BUT_SHORT = RSS.format(
    ENTRY.format(n=1, more="".join(f"<category>{n}</category>" for n in range(4000)))
)


def test_processes_are_replaced_after_so_many_documents():
    seen = set()
    with Readers(1, jobs=3) as readers:
        for layout in LAYOUTS[:8]:
            page(readers, layout)
            seen |= children()
    assert len(seen) >= 3
    assert os.getpid() not in seen


def test_nothing_stays_behind():
    before = children()
    with Readers(2) as readers:
        page(readers, LAYOUTS[0])
        assert children() - before
    assert children() <= before
