"""Whether a source is well: the volume it is expected to give, silence, drifted selectors, death.

Nothing here asks a clock or a database.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import fmean, pstdev

from models.source_alarms import Problem
from models.source_days import DayCounts

WINDOW = 28  # days by which a volume is expected
LEAST = 7  # of them with an answer, or nothing is expected yet
TOLERANCE = 1.5  # standard deviations, which two days running lie below the mean
CERTAIN = 3.0  # or one day
DEAD_AFTER = 3  # days on which every fetch failed
MEMORY = timedelta(days=90)  # so much of the past is looked at
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expected:
    """New entries a day."""

    mean: float
    deviation: float

    def least(self, days: int, tolerance: float) -> float:
        """What so many days together give at least: deviations of independent days add up as squares."""
        return days * self.mean - tolerance * sqrt(days) * self.deviation


@dataclass(frozen=True, slots=True)
class Health:
    """`last` is what the last whole day gave; `known_share` of the last week's entries had been shown before."""

    problem: Problem | None = None
    expected: Expected | None = None
    last: int | None = None
    known_share: float | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What of the problems is new since the last look."""

    begun: Mapping[str, Problem]
    recovered: Collection[str]


def judge(days: Sequence[DayCounts], today: date) -> Health:
    """`days` of one source, the oldest first; a day without a row is one on which nobody fetched. Volumes are judged
    by whole days, so that today's counts only tell who is dead."""
    answered = {each.day: each for each in days if each.answered and each.day < today}
    if not answered:
        return Health("dead" if _is_dead(days) else None)
    last = max(answered)
    # of the first day everything is new, whenever it was published
    volumes = {day: each.new for day, each in answered.items() if day > days[0].day}
    return Health(
        problem=_problem(days, volumes, today),
        expected=expected_before(volumes, last),
        last=answered[last].new,
        known_share=_known_share([each for day, each in answered.items() if day > last - WEEK]),
    )


def expected_before(volumes: Mapping[date, int], day: date) -> Expected | None:
    """By the 28 days before this one; None where fewer than seven of them are known."""
    known = [new for each, new in volumes.items() if day - WINDOW * DAY <= each < day]
    return Expected(fmean(known), pstdev(known)) if len(known) >= LEAST else None


def changes(found: Mapping[str, Health], open_problems: Mapping[str, Problem]) -> Changes:
    """A source has one problem at most, the gravest; another one in its place is new and no recovery. Silence ends
    with something new, not with the memory of better days."""
    problems = {source: health.problem for source, health in found.items() if health.problem}
    begun = {source: each for source, each in problems.items() if open_problems.get(source) != each}
    well = {source for source, health in found.items() if not health.problem}
    return Changes(
        begun, sorted(s for s in well & open_problems.keys() if open_problems[s] != "silent" or found[s].last)
    )


def _problem(days: Sequence[DayCounts], volumes: Mapping[date, int], today: date) -> Problem | None:
    """Silence is heard only where somebody answered: not behind a day on which every fetch failed."""
    if _is_dead(days):
        return "dead"
    if [each for each in days if each.answered][-1].drifted:
        return "drift"
    last = [each.day for each in days if each.day < today][-1]
    return "silent" if last in volumes and _is_silent(volumes) else None


def _is_dead(days: Sequence[DayCounts]) -> bool:
    latest = [each for each in days if each.fetches][-DEAD_AFTER:]
    return len(latest) == DEAD_AFTER and not any(each.answered for each in latest)


def _is_silent(volumes: Mapping[date, int]) -> bool:
    """Far too little once, or too little on two days running: one day in sixteen lies below mean − 1.5σ by chance."""
    if _is_low(volumes, CERTAIN):
        return True
    before = {day: new for day, new in volumes.items() if day != max(volumes)}
    return bool(before) and _is_low(volumes, TOLERANCE) and _is_low(before, TOLERANCE)


def _is_low(volumes: Mapping[date, int], tolerance: float) -> bool:
    """On the last day; for a source that gives little, the days without anything count together. What the same days
    of an earlier week gave no more than is not low: many papers rest on Sundays."""
    silence = _last_days(volumes)
    given = sum(volumes[day] for day in silence)
    expected = expected_before(volumes, silence[0])
    if expected is None or given >= expected.least(len(silence), tolerance):
        return False
    return all(given < earlier for earlier in _same_days_before(volumes, silence))


def _last_days(volumes: Mapping[date, int]) -> Sequence[date]:
    """The last day, with all before it that gave nothing when it gave nothing either; the oldest first."""
    newest_first = sorted(volumes, reverse=True)
    silent = next((i for i, day in enumerate(newest_first) if volumes[day]), len(newest_first))
    return newest_first[: max(silent, 1)][::-1]


def _same_days_before(volumes: Mapping[date, int], days: Sequence[date]) -> Iterator[int]:
    """Of the four weeks before, where each of the days is known and none is among the days themselves."""
    weeks = (days[-1] - days[0]) // WEEK + 1
    for back in range(weeks, weeks + WINDOW // 7):
        earlier = [day - back * WEEK for day in days]
        if all(day in volumes for day in earlier):
            yield sum(volumes[day] for day in earlier)


def _known_share(days: Collection[DayCounts]) -> float | None:
    entries = sum(each.entries for each in days)
    return sum(each.known for each in days) / entries if entries else None
