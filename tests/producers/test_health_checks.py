"""What is an alarm and what is a quiet day; each day of a row is written as a number of new entries."""

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest

from models.store.source_days import DayCounts
from producers.state.health_checks import SourceHealth, changes, expected_before, judge

MONDAY = date(2026, 6, 1)
DAY = timedelta(days=1)
STEADY = [10, 12, 8, 11, 9, 10, 10] * 5
RESTS_ON_SUNDAYS = [20, 22, 18, 21, 20, 10, 0] * 5
UNSTEADY = [4, 16, 9, 12, 7, 14, 8] * 5
FEW = [0, 1, 0, 0, 1, 0, 1] * 5


def days(volumes, start=MONDAY):
    """A number is what was new; `x` a day on which every fetch failed, `d` one of drifted selectors, `.` none at all."""
    made = {
        "x": DayCounts(MONDAY, fetches=2, failed=2),
        "d": DayCounts(MONDAY, drifted=1),
    }
    found = []
    for number, volume in enumerate(volumes):
        if volume != ".":
            counts = made.get(volume) or DayCounts(MONDAY, entries=30 + volume, known=30)
            found.append(
                DayCounts(
                    start + number * DAY,
                    counts.fetches,
                    counts.failed,
                    counts.drifted,
                    counts.entries,
                    counts.known,
                )
            )
    return found


def judged(volumes):
    return judge(days(volumes), MONDAY + len(volumes) * DAY)


@pytest.mark.parametrize(
    ("volumes", "problem"),
    [
        ([], None),
        ([50], None),
        ([50, 0, 0, 0, 0, 0], None),  # nothing is expected yet
        (STEADY, None),
        ([*STEADY, 9], None),
        ([*STEADY, 3], "silent"),
        ([*STEADY, 0], "silent"),
        ([*UNSTEADY, 3], None),  # one day in sixteen
        ([*UNSTEADY, 3, 12], None),
        ([*UNSTEADY, 3, 3], "silent"),
        ([*STEADY, 40], None),
        ([*STEADY, 0, 11], None),
        ([*STEADY, ".", ".", 10], None),  # nobody fetched
        ([500, *STEADY[:14], 9], None),  # the first day brought what was there already
        (RESTS_ON_SUNDAYS, None),
        ([*RESTS_ON_SUNDAYS, 20, 20, 20, 20, 20, 0], None),
        ([*RESTS_ON_SUNDAYS, 20, 20, 20, 20, 20, 0, 0], "silent"),
        ([*RESTS_ON_SUNDAYS, 20, 20, 20, 20, 20, 10, 0], None),
        ([*RESTS_ON_SUNDAYS, 0], "silent"),  # Sunday and Monday
        ([*FEW, 0], None),
        ([*FEW, 0, 0], None),
        ([*FEW, *[0] * 14], "silent"),
        ([*STEADY, *[0] * 40], "silent"),
        ([*STEADY, "x"], None),
        ([*STEADY, 0, "x"], None),
        ([*STEADY, "x", "x"], None),
        ([*STEADY, "x", "x", "x"], "dead"),
        ([*STEADY, "x", ".", "x", "x"], "dead"),
        ([*STEADY, "x", "x", "x", 10], None),
        (["x", "x", "x"], "dead"),
        ([*STEADY, "d"], "drift"),
        ([*STEADY, "d", "x"], "drift"),
        ([*STEADY, "d", 10], None),
        ([*STEADY, "d", "x", "x", "x"], "dead"),
    ],
)  # fmt: skip
def test_the_problem_of_a_source(volumes, problem):
    assert judged(volumes).problem == problem


@pytest.mark.parametrize("usual", [2, 10, 50])
def test_hardly_any_night_tells_of_a_source_that_is_well(usual):
    rng = random.Random(usual)
    nights = alarms = 0
    for _ in range(10):
        volumes = days([poisson(usual, rng) for _ in range(100)])
        problems = [judge(volumes[:n], MONDAY + n * DAY).problem for n in range(35, 100)]
        nights += len(problems)
        alarms += sum(now is not None and before is None for before, now in pairwise(problems))
    assert alarms / nights < 0.015


def poisson(mean, rng):
    """Arrivals within a day."""
    number, at = 0, rng.expovariate(mean)
    while at < 1:
        number, at = number + 1, at + rng.expovariate(mean)
    return number


def test_a_day_that_is_not_over_is_no_silence_but_may_be_the_third_of_death():
    volumes = days([*STEADY, 0])
    assert judge(volumes, volumes[-1].day).problem is None
    volumes = days([*STEADY, "x", "x", "x"])
    assert judge(volumes, volumes[-1].day).problem == "dead"


def test_the_expectation_is_the_mean_and_deviation_of_28_days():
    volumes = {each.day: each.new for each in days([1000, *[4, 8] * 14])}
    expected = expected_before(volumes, MONDAY + 29 * DAY)
    assert (expected.mean, expected.deviation) == (6, 2)
    assert expected.least(1, 1.5) == 3
    assert expected.least(4, 1.5) == 24 - 1.5 * 2 * 2


def test_the_health_of_a_source_says_what_it_gave():
    health = judged([*STEADY, 5])
    assert (health.last, health.known_share) == (5, pytest.approx(210 / (210 + 65)))


def health(**problems):
    return {source: SourceHealth(problem) for source, problem in problems.items()}


@pytest.mark.parametrize(
    ("found", "already", "begun", "recovered"),
    [
        (health(a=None, b=None), {}, {}, []),
        (health(a="silent", b=None), {}, {"a": "silent"}, []),
        (health(a="silent"), {"a": "silent"}, {}, []),
        (health(a="dead"), {"a": "silent"}, {"a": "dead"}, []),
        (health(a=None), {"a": "dead"}, {}, ["a"]),
        (health(b=None), {"a": "dead"}, {}, []),  # the programme does not have it any more
        ({"a": SourceHealth(last=3)}, {"a": "silent"}, {}, ["a"]),
        ({"a": SourceHealth(last=0)}, {"a": "silent"}, {}, []),  # there is no history of what it gave
    ],
)
def test_an_event_is_what_changed(found, already, begun, recovered):
    new = changes(found, already)
    assert (new.begun, new.recovered) == (begun, recovered)
