"""The date that a piece claims: readable, plausible, and never guessed to be now (counting.md, Date and period)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from dateutil import parser

from models.messages import DateFlag

Order = Literal["day-first", "month-first"]
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=24)
NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}(?!\d)")
SHORT_OFFSET = re.compile(r"(?<=[\d\s])([+-]\d{2})$")
WEEKDAY = re.compile(r"^\s*(?:thứ\s+\w+|chủ\s+nhật)\s*,?\s*", re.IGNORECASE)
ZONE_IN_WORDS = re.compile(r"\(?\b(?:GMT|UTC)\s*([+-]\d{1,2})(?::?(\d{2}))?\)?", re.IGNORECASE)
ISO = re.compile(r"^\s*\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Claim:
    """`moment` may be implausible: it is kept, and the flag says that it does not count."""

    moment: datetime | None
    flag: DateFlag | None


def read_claim(text: str, order: Order, zone: tzinfo, fetched_at: datetime) -> Claim:
    """`zone` is the programme's: a date without one is local time."""
    if not text.strip():
        return Claim(None, "date-missing")
    moment = _read(text, order, zone)
    if moment is None:
        return Claim(None, "date-unreadable")
    plausible = EARLIEST <= moment <= fetched_at + AHEAD
    return Claim(moment, None if plausible else "date-implausible")


def deduce_order(texts: Iterable[str]) -> Order | None:
    """From a whole feed: a first number above 12 can only be a day, a second one only a day of a month-first date."""
    votes: set[Order] = set()
    for text in texts:
        if found := NUMERIC.search(text):
            first, second = int(found[1]), int(found[2])
            if first > 12 >= second:
                votes.add("day-first")
            elif second > 12 >= first:
                votes.add("month-first")
    return votes.pop() if len(votes) == 1 else None


def _read(text: str, order: Order, zone: tzinfo) -> datetime | None:
    tidy = " ".join(WEEKDAY.sub("", text).split())  # U+202F and its like are white space too
    tidy = ZONE_IN_WORDS.sub(_as_offset, tidy).replace(" - ", " ")
    tidy = SHORT_OFFSET.sub(r"\g<1>00", tidy)
    try:
        day_first = order == "day-first" and not ISO.match(tidy)
        moment = parser.parse(tidy, dayfirst=day_first, default=datetime(1, 1, 1))  # noqa: DTZ001 - a zone follows
    except (ValueError, OverflowError):
        return None
    if moment.year == 1:  # the text held no date
        return None
    local = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return None


def _as_offset(found: re.Match[str]) -> str:
    hours = int(found[1])
    return f"{'-' if hours < 0 else '+'}{abs(hours):02d}{found[2] or '00'}"
