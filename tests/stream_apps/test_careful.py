"""A record that ends workers without an exception is put aside alone; who is killed from outside says nothing of any."""

import json
import os
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from models.messages.dead_letter import DeadLetter
from tests.stream_apps.conftest import until
from tests.stream_apps.dying_worker import DEEDS

DYING = Path(__file__).parent / "dying_worker.py"
TURNS = 20 if os.environ.get("LANTOA_CHAOS") else 5
MARKS = "SELECT worker FROM begun_place"
EACH = 8  # sound messages on each side of the deadly one


def values(first, number):
    return [json.dumps({"id": n}).encode() for n in range(first, first + number)]


def kept_running(bench, done, *, seconds, **options):
    """As a supervisor does: the workers that there were until it was done."""
    deadline = time.monotonic() + seconds
    worker = bench.start(script=DYING, **options)
    while not done():
        assert time.monotonic() < deadline, bench.report()
        if worker.process.poll() is not None:
            worker = bench.start(script=DYING, **options)
        time.sleep(0.1)
    return len(bench.workers)


def letters_of(bench):
    found = bench.read_all("lantoa.dead-letters")
    stated = [(m, DeadLetter.from_headers(dict(m.headers()))) for m in found]
    return [(m, about) for m, about in stated if about.topic == bench.source]


@pytest.mark.slow
@pytest.mark.parametrize("deed", DEEDS)
def test_what_ends_workers_is_put_aside_alone(bench, deed):
    deadly = json.dumps({"id": -1, "do": deed}).encode()
    bench.publish([*values(0, 4 * EACH), deadly, *values(100, 4 * EACH - 1)])
    number, minutes = 8 * EACH, 0.1 if deed in {"hang", "sleep"} else 5.0

    def done():
        return bench.seen() >= number - 1 and bench.committed() >= number

    workers = kept_running(bench, done, seconds=180, watchdog_minutes=minutes)
    assert bench.committed() == number
    assert bench.seen() == number - 1
    ((letter, about),) = letters_of(bench)
    assert letter.value() == deadly
    assert about.reason == ("unexpected" if deed == "raise" else "ended-worker")
    assert workers == (1 if deed == "raise" else 3)


@pytest.mark.slow
def test_kills_from_outside_bury_nothing(bench):
    """Workers, and their children too, at one place, again and again."""
    for each in values(0, 10):
        bench.publish([each])  # all of them into one partition
    marks = set()
    for turn in range(TURNS):
        worker = bench.start(script=DYING, pause=30.0)
        until(lambda: set(bench.query(MARKS)) - marks - {(0,)}, 60, bench.report)  # noqa: B023
        marks |= set(bench.query(MARKS))
        if turn > 1:
            worker.says("worker.careful")
            kill_children(psutil.Process(worker.process.pid), 1 + turn % 3)
        worker.kill()
    bench.start(script=DYING)
    bench.wait_for(10)
    assert letters_of(bench) == []


def kill_children(parent, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for child in parent.children():
            with suppress(psutil.NoSuchProcess):
                child.kill()
        time.sleep(0.05)


@pytest.mark.slow
def test_rolling_restarts_are_no_ends_without_a_word(bench):
    """Each time the other one takes the partitions over, and gives them back."""
    bench.publish(values(0, 400))
    older = bench.start(script=DYING, pause=0.2)
    older.ready()
    for _ in range(2):
        newer = bench.start(script=DYING, pause=0.2)
        newer.ready()
        assert older.terminate() == 0, older.output
        older = newer
    bench.wait_for(400)
    assert older.terminate() == 0, older.output
    assert bench.query("SELECT DISTINCT worker, ends FROM begun_place") == [("", 0)]
    assert letters_of(bench) == []
