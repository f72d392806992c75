"""The messages of a year late, twice and in any order, while a second worker comes and goes."""

import random
import time
from contextlib import closing

import pytest
from checks import check, stored
from province import LOOK_SECONDS, Province

from lantoa.broker import running_bootstrap
from lantoa.runtime.bus import Bus
from lantoa.runtime.consumer_lag import wait_until_counted
from lantoa.runtime.services import ignore
from models.messages.topics import ACTIVITIES, ITEMS
from producers.publish import open_publisher
from tests.read_topic import read_all

TWICE = 0.3  # of the messages
COMINGS = 4
KILLED = 1  # once: after two kills near one place records are tried one by one, see tests/stream_apps/test_careful.py
READY_SECONDS = 120


@pytest.mark.slow
@pytest.mark.timeout(1800)  # beside other tests
def test_everything_late_and_twice_while_a_second_worker_comes_and_goes(make_province, kept_demo):
    province, rng = make_province("sqlite", kept_demo), random.Random(7)
    bootstrap = running_bootstrap(province.settings)
    messages = shuffled(province, bootstrap, rng)
    assert len(messages) > 4000
    assert stored(province) == {}
    with open_publisher(province.settings, bootstrap) as publisher:
        for coming in range(COMINGS):
            second = ready_worker(province)
            publisher.publish_bytes(messages[coming::COMINGS])
            time.sleep(rng.uniform(0.0, 1.0))
            end(second, kill=coming == KILLED)
    with closing(Bus(province.settings, lambda: bootstrap)) as bus:
        wait_until_counted(bus.admin, province.settings.counting_patience, publisher.ends, ignore)
    check(province)


def shuffled(province: Province, bootstrap: str, rng: random.Random):
    """What the topics hold, and a part of it once more."""
    sent = [
        (topic, record.key, record.value, list(record.headers))
        for topic in (ITEMS, ACTIVITIES)
        for record in read_all(province.settings, bootstrap, topic)
    ]
    sent += rng.sample(sent, int(TWICE * len(sent)))
    rng.shuffle(sent)
    return sent


def ready_worker(province: Province):
    """One more, which has its share of the partitions."""
    before, deadline = province.ready_workers(), time.monotonic() + READY_SECONDS
    worker = province.worker_apart()
    while province.ready_workers() == before:
        assert worker.poll() is None, province.said()
        assert time.monotonic() < deadline, province.said()
        time.sleep(LOOK_SECONDS)
    return worker


def end(process, *, kill):
    process.kill() if kill else process.terminate()
    process.wait(60)
