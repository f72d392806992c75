"""A year in which a second worker comes and goes, and then the same messages late, twice and in any order."""

import random
import time

import pytest
from checks import check, stored
from province import Province

from lantoa.broker import running_bootstrap
from lantoa.progress import wait_until_counted
from models.topics import ACTIVITIES, ITEMS
from producers.publish import open_publisher
from tests.read_topic import read_all

TWICE = 0.3  # of the messages


@pytest.mark.slow
@pytest.mark.timeout(1800)  # a year, and then its messages once more, beside other tests
def test_a_second_worker_and_then_everything_late_and_twice(make_province):
    province = make_province("sqlite")
    comings = with_a_second_worker_that_comes_and_goes(province, random.Random(7))
    assert comings >= 4
    check(province)
    counted = stored(province)

    bootstrap = running_bootstrap(province.settings)
    messages = {topic: read_all(province.settings, bootstrap, topic) for topic in (ITEMS, ACTIVITIES)}
    assert len(messages[ITEMS]) > 3000
    province.start_with_an_empty_database()
    assert stored(province) == {}
    publish_shuffled(province, messages, random.Random(8))
    assert stored(province) == counted
    check(province)


def with_a_second_worker_that_comes_and_goes(province: Province, rng: random.Random) -> int:
    """The number of times that it came; it leaves by SIGTERM, and by SIGKILL every other time."""
    comings, second, until = 0, None, 0.0
    for step in province.steps():
        province.begin(step)
        while not province.tend():
            if time.monotonic() > until:
                if second is None:
                    second, comings = province.worker_apart(), comings + 1
                else:
                    end(second, kill=comings % 2 == 0)
                    second = None
                until = time.monotonic() + rng.uniform(1.0, 6.0)
            time.sleep(0.05)
    if second is not None:
        end(second, kill=False)
    return comings


def end(process, *, kill):
    process.kill() if kill else process.terminate()
    process.wait(60)


def publish_shuffled(province: Province, messages, rng: random.Random) -> None:
    bootstrap = running_bootstrap(province.settings)
    sent = [(topic, r.key, r.value, list(r.headers)) for topic, records in messages.items() for r in records]
    sent += rng.sample(sent, int(TWICE * len(sent)))
    rng.shuffle(sent)
    with open_publisher(province.settings, bootstrap) as publisher:
        publisher.publish_bytes(sent)
    wait_until_counted(province.settings, bootstrap, publisher.ends, lambda _remaining: None)
