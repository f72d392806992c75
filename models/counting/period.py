"""Periods as counting.md writes them: `2024`, `2024-Q3`, `2024-07`, `2024-07-15`, `2024-01-01..2024-06-30`."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from config.errors import UsageError

SHAPE = re.compile(
    r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?", re.ASCII
)
EXPECTED = "2024, 2024-Q3, 2024-07, 2024-07-15 or 2024-01-01..2024-06-30"


@dataclass(frozen=True, slots=True)
class Period:
    """Both ends are included. `kept` says whether the tallies of such a period are stored."""

    name: str
    first: date
    last: date
    kept: bool


def parse_period(text: str) -> Period:
    """Raises UsageError."""
    start, dots, end = text.partition("..")
    try:
        if not dots:
            return _single(text)
        first, last = date.fromisoformat(start), date.fromisoformat(end)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a period. Expected {EXPECTED}") from error
    if last < first:
        raise UsageError(f"the period {text!r} ends before it begins")
    return Period(text, first, last, kept=False)


def year_of(day: date) -> str:
    return f"{day.year:04d}"


def quarter_of(day: date) -> str:
    return f"{day.year:04d}-Q{(day.month + 2) // 3}"


def month_of(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def kept_periods(day: date) -> tuple[str, str, str]:
    """The periods whose cells an item of that day touches."""
    return year_of(day), quarter_of(day), month_of(day)


def _single(text: str) -> Period:
    shape = SHAPE.fullmatch(text)
    if shape is None:
        raise ValueError(text)
    year = int(shape["year"])
    if shape["day"]:
        day = date.fromisoformat(text)
        return Period(text, day, day, kept=False)
    first_month, last_month = _months(shape)
    last_day = monthrange(year, last_month)[1]
    return Period(text, date(year, first_month, 1), date(year, last_month, last_day), kept=True)


def _months(shape: re.Match[str]) -> tuple[int, int]:
    if shape["quarter"]:
        last = 3 * int(shape["quarter"])
        return last - 2, last
    if shape["month"]:
        return int(shape["month"]), int(shape["month"])
    return 1, 12


ALWAYS = parse_period("0001-01-01..9999-12-31")
