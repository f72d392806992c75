"""Every night for every source, missed nights too; oftener for those that show more than they hold."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from producers.state.schedule import CLAIM, DAY, FetchOutcome, Schedule, next_interval

NIGHT = datetime(2026, 7, 19, 19, 0, tzinfo=UTC)  # two o'clock in Hanoi
HOSTS = {"nhandan-home": "nhandan.vn", "vov-home": "vov.vn"}
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def schedule(engine):
    return Schedule(engine, HOUR, Random(3))


def named(due):
    return {each.source: each.reason for each in due}


def settle_all(schedule, at, night):
    schedule.settle([FetchOutcome(s, at, known_share=0.5) for s in HOSTS], night)


def test_a_night_names_every_source_once(schedule):
    due = schedule.claim(HOSTS, NIGHT, NIGHT + MINUTE)
    assert named(due) == dict.fromkeys(HOSTS, "nightly")
    assert {each.key() for each in due} == {"nhandan.vn", "vov.vn"}
    assert schedule.claim(HOSTS, NIGHT, NIGHT + 2 * MINUTE) == []
    settle_all(schedule, NIGHT + 3 * MINUTE, NIGHT)
    assert schedule.claim(HOSTS, NIGHT, NIGHT + 12 * HOUR) == []
    assert named(schedule.claim(HOSTS, NIGHT + DAY, NIGHT + DAY)) == dict.fromkeys(HOSTS, "nightly")


def test_what_was_claimed_and_never_fetched_is_named_again(schedule):
    schedule.claim(HOSTS, NIGHT, NIGHT)
    assert schedule.claim(HOSTS, NIGHT, NIGHT + CLAIM - MINUTE) == []
    assert named(schedule.claim(HOSTS, NIGHT, NIGHT + CLAIM)) == dict.fromkeys(HOSTS, "nightly")


def test_missed_nights_are_caught_up_with_one_fetch(schedule):
    settle_all(schedule, NIGHT, NIGHT)
    later = NIGHT + 5 * DAY
    assert named(schedule.claim(HOSTS, later, later + 7 * HOUR)) == dict.fromkeys(HOSTS, "nightly")
    settle_all(schedule, later + 7 * HOUR, later)
    assert schedule.claim(HOSTS, later, later + 8 * HOUR) == []


def test_a_source_that_shows_only_news_is_polled_oftener_to_the_limit(schedule):
    at, waits = NIGHT, []
    for _ in range(6):
        schedule.settle([FetchOutcome("vov-home", at, known_share=0.1)], NIGHT)
        due_at = next(
            at + n * MINUTE
            for n in range(1, 3000)
            if schedule.claim({"vov-home": "vov.vn"}, NIGHT, at + n * MINUTE)
        )
        waits.append(due_at - at)
        at = due_at
    assert waits == [
        DAY,
        12 * HOUR,
        6 * HOUR,
        3 * HOUR,
        1.5 * HOUR,
        HOUR,
    ]  # of the first fetch nothing can be said


def test_a_failure_is_tried_again_later_and_later_and_given_up_after_a_month(schedule):
    one, at, waits = {"vov-home": "vov.vn"}, NIGHT, []
    for _ in range(80):
        schedule.settle([FetchOutcome("vov-home", at, reason="http-503")], NIGHT)
        due_at = next(
            (t for n in range(1, 150) if schedule.claim(one, NIGHT, t := at + n * 10 * MINUTE)), None
        )
        if due_at is None:
            break
        waits.append(due_at - at)
        at = due_at
    assert 50 * MINUTE <= waits[0] <= HOUR
    assert waits[0] < waits[1] < waits[2]
    assert max(waits) <= DAY
    assert 29 * DAY < at - NIGHT < 32 * DAY
    assert named(schedule.claim(one, NIGHT, at + 2 * DAY, everything=True)) == {"vov-home": "nightly"}
    schedule.settle([FetchOutcome("vov-home", at + 2 * DAY, known_share=0.5)], NIGHT)
    assert named(schedule.claim(one, NIGHT + 40 * DAY, NIGHT + 40 * DAY)) == {"vov-home": "nightly"}


def test_a_host_that_wants_rest_has_it(schedule):
    schedule.settle([FetchOutcome("vov-home", NIGHT, reason="retry-after", rest_seconds=7200)], NIGHT)
    assert schedule.claim({"vov-home": "vov.vn"}, NIGHT, NIGHT + 119 * MINUTE) == []
    assert set(named(schedule.claim({"vov-home": "vov.vn"}, NIGHT, NIGHT + 2 * HOUR))) == {"vov-home"}


@pytest.mark.parametrize(
    ("last", "share", "expected"),
    [
        (DAY, None, DAY),
        (DAY, 0.0, 12 * HOUR),
        (DAY, 0.33, 12 * HOUR),
        (DAY, 0.34, DAY),
        (6 * HOUR, 0.5, 6 * HOUR),
        (6 * HOUR, 0.67, 12 * HOUR),
        (18 * HOUR, 1.0, DAY),
        (HOUR, 0.0, HOUR),
        (90 * MINUTE, 0.0, HOUR),
    ],
)
def test_the_interval_follows_the_share_of_what_was_known(last, share, expected):
    assert next_interval(last, share, HOUR) == expected
