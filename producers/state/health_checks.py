"""Judges the health of a source by its expected volume: silence, drifted selectors, a dead source.

Nothing here reads a clock or a database.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import fmean, pstdev

from models.store.source_days import DayCounts
from models.tables.sources import Problem

WINDOW = 28  # days from which the expected volume is computed
LEAST = 7  # of these, days with an answer; with fewer, nothing is expected yet
TOLERANCE = 1.5  # standard deviations below the mean, on two days in a row
CERTAIN = 3.0  # or on one day
DEAD_AFTER = 3  # days on which every fetch failed
MEMORY = timedelta(days=90)  # how far back the days are read
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expected:
    """New entries a day: mean and deviation."""

    mean: float
    deviation: float

    def least(self, days: int, tolerance: float) -> float:
        """Returns the least that this many days give together: the variances of independent days add up."""
        return days * self.mean - tolerance * sqrt(days) * self.deviation


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """`last` is the volume of the last whole day; `known_share` is the share of last week's entries that had been
    shown before."""

    problem: Problem | None = None
    expected: Expected | None = None
    last: int | None = None
    known_share: float | None = None


@dataclass(frozen=True, slots=True)
class ProblemChanges:
    """Problems that appeared or ended since the last look."""

    begun: Mapping[str, Problem]
    recovered: Collection[str]


def judge(days: Sequence[DayCounts], today: date) -> SourceHealth:
    """Judges one source by its days, the oldest first; a day without a row is one without a fetch. Volumes are judged
    by whole days, so today's counts only show whether the source is dead."""
    answered = {each.day: each for each in days if each.answered and each.day < today}
    if not answered:
        return SourceHealth("dead" if _is_dead(days) else None)
    last = max(answered)
    # on the first day every entry is new, whenever it was published
    volumes = {day: each.new for day, each in answered.items() if day > days[0].day}
    return SourceHealth(
        problem=_problem(days, volumes, today),
        expected=expected_before(volumes, last),
        last=answered[last].new,
        known_share=_known_share([each for day, each in answered.items() if day > last - WEEK]),
    )


def expected_before(volumes: Mapping[date, int], day: date) -> Expected | None:
    """Returns what the 28 days before this one lead us to expect; None where fewer than seven of them are known."""
    known = [new for each, new in volumes.items() if day - WINDOW * DAY <= each < day]
    return Expected(fmean(known), pstdev(known)) if len(known) >= LEAST else None


def changes(found: Mapping[str, SourceHealth], open_problems: Mapping[str, Problem]) -> ProblemChanges:
    """A source has at most one problem, the gravest. Another problem in its place is new, and no recovery. Silence
    ends with new entries, not when the better days drop out of the window."""
    problems = {source: health.problem for source, health in found.items() if health.problem}
    begun = {source: each for source, each in problems.items() if open_problems.get(source) != each}
    well = {source for source, health in found.items() if not health.problem}
    return ProblemChanges(
        begun, sorted(s for s in well & open_problems.keys() if open_problems[s] != "silent" or found[s].last)
    )


def _problem(days: Sequence[DayCounts], volumes: Mapping[date, int], today: date) -> Problem | None:
    """A source is silent only where it answered: a day on which every fetch failed proves nothing."""
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
    """True for far too little on one day, or too little on two days in a row: one day in sixteen lies below mean −
    1.5σ by chance."""
    if _is_low(volumes, CERTAIN):
        return True
    before = {day: new for day, new in volumes.items() if day != max(volumes)}
    return bool(before) and _is_low(volumes, TOLERANCE) and _is_low(before, TOLERANCE)


def _is_low(volumes: Mapping[date, int], tolerance: float) -> bool:
    """Judges the last day; for a source that gives little, days without entries are judged together. A volume that
    the same weekdays of an earlier week did not exceed is not low: many papers rest on Sundays."""
    silence = _last_days(volumes)
    given = sum(volumes[day] for day in silence)
    expected = expected_before(volumes, silence[0])
    if expected is None or given >= expected.least(len(silence), tolerance):
        return False
    return all(given < earlier for earlier in _same_days_before(volumes, silence))


def _last_days(volumes: Mapping[date, int]) -> Sequence[date]:
    """Returns the last day and, where it gave nothing, all empty days before it; the oldest first."""
    newest_first = sorted(volumes, reverse=True)
    silent = next((i for i, day in enumerate(newest_first) if volumes[day]), len(newest_first))
    return newest_first[: max(silent, 1)][::-1]


def _same_days_before(volumes: Mapping[date, int], days: Sequence[date]) -> Iterator[int]:
    """Yields the volumes of the same weekdays in the four weeks before, where all of them are known and none is among
    the days themselves."""
    weeks = (days[-1] - days[0]) // WEEK + 1
    for back in range(weeks, weeks + WINDOW // 7):
        earlier = [day - back * WEEK for day in days]
        if all(day in volumes for day in earlier):
            yield sum(volumes[day] for day in earlier)


def _known_share(days: Collection[DayCounts]) -> float | None:
    entries = sum(each.entries for each in days)
    return sum(each.known for each in days) / entries if entries else None
