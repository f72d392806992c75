"""How often the press meant a document by a form at a time: `Nghị quyết 57` in 2025."""

from collections.abc import Iterable, Mapping
from datetime import date
from math import log

from stream_apps.rules.weighing.case import OTHER, Option

# form → document ("" for none) → half-year → articles
Counts = Mapping[str, Mapping[str, Mapping[int, float]]]
NEAR = 2  # half-years on either side that also count
SMOOTH = 1.0


def half_year(day: date) -> int:
    return 2 * day.year + (day.month > 6)


class Habits:
    """Counts of articles. For a text without a date, those of all times count, half as much."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def add(self, options: Iterable[Option], form: str, day: date | None) -> None:
        """Adds the feature `habit` to every option that is one of the counted documents, or none of them."""
        for option in options:
            if (option.document or option.name == OTHER) and (
                log_odds := self.log_odds(form, option.name, day)
            ):
                option.say("habit", *log_odds)

    def log_odds(self, form: str, document: str, day: date | None) -> tuple[float, str] | None:
        """Returns the log-odds that the document is meant, smoothed towards zero where few articles were counted; and
        `18/19`."""
        if not (known := self._counts.get(form)):
            return None
        counts = {name: _near(by_time, day) for name, by_time in known.items()}
        total, mine = sum(counts.values()), counts.get(document, 0.0)
        if total <= 0:
            return None
        odds = log((mine + SMOOTH / 2) / (total - mine + SMOOTH / 2))
        trust = total / (total + SMOOTH) * (1.0 if day else 0.5)
        return trust * odds, f"{mine:g}/{total:g}"


def _near(by_time: Mapping[int, float], day: date | None) -> float:
    if day is None:
        return sum(by_time.values())
    now = half_year(day)
    return sum(count for time, count in by_time.items() if abs(time - now) <= NEAR)
