"""What takes long waits in queues of its own, and what is asked by halves ends: neither holds up a page."""

import asyncio
import socket
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

from config.errors import Busy
from lantoa.views.attachments import MOST_WAITING, hand_in_scan, scan_of, take_scan
from lantoa.web import change_feed, server
from lantoa.web.app import make_app
from lantoa.web.office import web_state
from lantoa.web.work_queues import Queue
from tests.serving import cookie_of, owner, serving

GENEROUS = 20.0  # seconds; two cores are shared with other tests


@pytest.fixture
def database_url(tmp_path):
    """What is tried here is the same on both databases."""
    return f"sqlite:///{tmp_path / 'lantoa.db'}"


@pytest.fixture
def app(settings, engine, programme):
    return make_app(settings, engine, programme)


@pytest.fixture
def slow_reports(tmp_path, monkeypatch):
    """In place of the program that writes them: one that takes its time."""
    program = tmp_path / "python"
    program.write_text('#!/bin/sh\nfor last; do :; done\nsleep 1\necho "<p>Báo cáo</p>" > "$last"\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))


def test_a_hundred_previews_hold_up_no_page(app, slow_reports):
    async def ask(address):
        limits = httpx.Limits(max_connections=200)
        async with httpx.AsyncClient(
            base_url=address, cookies=cookie_of(app), limits=limits, timeout=120
        ) as reader:
            previews = [
                asyncio.create_task(reader.get("/reports/preview?period=2024")) for _each in range(120)
            ]
            await asyncio.wait(previews, return_when=asyncio.FIRST_COMPLETED)
            began = time.monotonic()
            page = await reader.get("/login")
            waited = time.monotonic() - began
            return page.status_code, waited, await asyncio.gather(*previews)

    with serving(app) as address:
        status, waited, answers = asyncio.run(ask(address))
    assert status == 200
    assert waited < GENEROUS
    found = Counter(answer.status_code for answer in answers)
    assert set(found) == {200, 503}
    assert 10 <= found[200] < 60  # ten at once, and who asked late found a place again
    assert all(int(each.headers["retry-after"]) > 0 for each in answers if each.status_code == 503)
    assert all("Báo cáo" in each.text for each in answers if each.status_code == 200)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_queue_is_as_long_as_it_says_and_empties():
    free, at_work = threading.Event(), Counter()

    def work():
        at_work["now"] += 1
        at_work["most"] = max(at_work["most"], at_work["now"])
        free.wait(GENEROUS)
        at_work["now"] -= 1

    queue = Queue(at_once=2, waiting=3, patience=GENEROUS, again=7)
    going = [asyncio.create_task(queue.run(work)) for _each in range(5)]
    await asyncio.sleep(0.1)
    with pytest.raises(Busy) as refused:
        await queue.run(work)
    assert refused.value.seconds == 7
    free.set()
    await asyncio.gather(*going)
    assert at_work["most"] == 2
    await queue.run(work)
    free.clear()
    impatient = Queue(at_once=1, waiting=1, patience=0.05, again=1)
    first = asyncio.create_task(impatient.run(work))
    await asyncio.sleep(0.01)
    with pytest.raises(Busy):
        await impatient.run(work)
    free.set()
    await first
    await impatient.run(work)


def test_a_database_without_a_free_connection_is_said_to_be_busy(app, settings, tmp_path, programme):
    pool = create_engine(
        settings.database, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.2
    )
    with owner(make_app(settings, pool, programme), timeout=30) as client, pool.connect():
        page = client.get("/items?period=2024")
        told = client.get("/api/v1/items")
    pool.dispose()
    assert (page.status_code, told.status_code) == (503, 503)


@pytest.fixture
def impatient(app, monkeypatch):
    """A server that waits shortly."""
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.6)
    monkeypatch.setattr(server, "PAUSE_SECONDS", 0.6)
    monkeypatch.setattr(server, "BODY_SECONDS", 2.0)
    with serving(app) as address:
        at = urlsplit(address)
        yield app, (at.hostname, at.port)


HEAD = b"GET /static/icon.svg HTTP/1.1\r\nHost: 127.0.0.1\r\n"
FORM = b"POST /try HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\nContent-Length: 1000\r\n\r\n"


@pytest.mark.parametrize(
    ("begun", "drip", "answer"),
    [
        (b"", b"", b""),
        (b"G", b"", b"HTTP/1.1 408"),
        (HEAD, b"", b"HTTP/1.1 408"),
        (HEAD, b"X-A: b\r\n", b"HTTP/1.1 408"),
        (FORM, b"", b"HTTP/1.1 408"),
        (FORM, b"x", b"HTTP/1.1 408"),
        (HEAD + b"\r\n", b"", b"HTTP/1.1 200"),
        (HEAD + b"\r\n" + HEAD, b"X-A: b\r\n", b"HTTP/1.1 200"),
    ],
)
def test_what_comes_by_halves_ends(impatient, begun, drip, answer):
    app, place = impatient
    cookie = "; ".join(f"{name}={value}" for name, value in cookie_of(app).items()).encode()
    began = time.monotonic()
    with socket.create_connection(place, 10) as connection:
        connection.sendall(begun % cookie if begun is FORM else begun)
        said = everything(connection, drip)
    assert said.startswith(answer)
    assert bool(said) == bool(answer)
    assert time.monotonic() - began < GENEROUS


def everything(connection, drip):
    """What is said until the other side ends it, while it is given a little more now and then."""
    connection.settimeout(0.2)
    said, end = b"", time.monotonic() + GENEROUS
    while time.monotonic() < end:
        try:
            got = connection.recv(65536)
        except TimeoutError:
            if drip:
                try:
                    connection.sendall(drip)
                except OSError:
                    return said
            continue
        except OSError:
            return said
        if not got:
            return said
        said += got
    raise AssertionError("it was not ended")


def test_a_head_has_a_largest_size(impatient):
    with socket.create_connection(impatient[1], 10) as connection:
        connection.sendall(HEAD + b"X-A: " + b"a" * (server.LARGEST_HEAD + 1))
        assert connection.recv(100).startswith(b"HTTP/1.1 400")


def test_one_address_has_so_many_connections(app, monkeypatch):
    monkeypatch.setattr(server, "OF_ONE_ADDRESS", 5)
    with serving(app) as address, ExitStack() as stack:
        place = urlsplit(address).hostname, urlsplit(address).port
        held = [stack.enter_context(socket.create_connection(place, 10)) for _each in range(5)]
        with socket.create_connection(place, 10) as more:
            assert more.recv(1000).startswith(b"HTTP/1.1 503")
        elsewhere = stack.enter_context(socket.create_connection(place, 10, ("127.0.0.3", 0)))
        elsewhere.sendall(HEAD + b"\r\n")
        assert elsewhere.recv(1000).startswith(b"HTTP/1.1 200")
        held.pop().close()
        end = time.monotonic() + GENEROUS
        while httpx.get(f"{address}/static/icon.svg").status_code != 200:
            assert time.monotonic() < end


def test_a_stream_ends_with_what_let_its_reader_in(app, monkeypatch):
    monkeypatch.setattr(change_feed, "HEARTBEAT_SECONDS", 0.3)
    with owner(app, timeout=GENEROUS) as client, client.stream("GET", "/events") as events:
        lines = events.iter_lines()
        assert next(lines) == "retry: 5000"
        web_state(app).access.secret.renew()
        assert [line for line in lines if "never" in line] == []  # it comes to its end


def test_a_stream_ends_after_a_while_and_one_reader_has_so_many(app, monkeypatch):
    monkeypatch.setattr(change_feed, "LONGEST_SECONDS", 0.0)
    with owner(app, timeout=GENEROUS) as client:
        assert client.get("/events").text == "retry: 5000\n\n"
        monkeypatch.setattr(change_feed, "LONGEST_SECONDS", 60.0)
        monkeypatch.setattr(change_feed, "MOST_OF_ONE", 2)
        with client.stream("GET", "/events"), client.stream("GET", "/events"):
            refused = client.get("/events")
            assert refused.status_code == 503
            assert refused.headers["retry-after"]
        end = time.monotonic() + GENEROUS
        while True:
            with client.stream("GET", "/events") as again:
                if again.status_code == 200:
                    break
            assert time.monotonic() < end


def test_scans_of_refused_forms_are_few_and_gone_in_an_hour(tmp_path):
    waiting, kept = tmp_path / "waiting", tmp_path / "kept"
    scans = [scan_of(hand_in_scan(waiting, b"%PDF-" + str(n).encode())) for n in range(MOST_WAITING + 5)]
    assert len(list(waiting.iterdir())) == MOST_WAITING
    assert not take_scan(waiting, kept, scans[0])
    assert take_scan(waiting, kept, scans[-1])
    assert not take_scan(waiting, kept, scans[-1])
    assert [path.stem for path in kept.iterdir()] == [scans[-1]]
