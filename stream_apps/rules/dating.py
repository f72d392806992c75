"""When a text was written: its publication date, else what the text itself lets know."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from stream_apps.rules.numerals import value
from stream_apps.rules.spelling import spelled

YEAR = re.compile(r"20[0-3]\d")
PART_OF_A_NUMBER = frozenset("0123456789")
AHEAD = re.compile(r"(?:đến|tới|tầm nhìn|den|toi|tam nhin|vào|-)\s*(?:hết\s*)?(?:cuối\s*)?(?:năm|nam)?\s*$")
CONGRESS_HELD = (
    r"nghị quyết\s+(?:của\s+)?đại hội\s+(?:(?:đại biểu|toàn quốc|đảng|lần|thứ)\s+)*(?P<term>[ivx]{1,5})(?!\w)"
)
SLACK = 2  # years: a text may name no date of its own and only older ones
RECENT = timedelta(days=366)
TERM_UNDER_WAY = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Writing:
    """`latest`: a document issued after that day cannot be meant. `stated` is false for a day read from the text."""

    day: date | None
    latest: date | None
    stated: bool = False


def shifted(day: date, by: timedelta) -> date:
    """The day that lies so far away; at either end of the calendar, its last one."""
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta() else date.min


def writing(
    published: date | None, texts: Iterable[str], plain: bool, began: Callable[[int], date | None]
) -> Writing:
    """`began` gives the day on which a term began: a congress whose resolution is carried out was held."""
    if published:
        return Writing(published, published, True)
    texts = list(texts)
    if years := [year for text in texts for year in _years(text)]:
        return Writing(date(max(years), 12, 31), date(max(years) + SLACK, 12, 31))
    held = [value(m["term"]) for t in texts for m in spelled(CONGRESS_HELD, plain).finditer(t)]
    started = [day for term in held if term and (day := began(term))]
    return Writing(shifted(max(started), TERM_UNDER_WAY) if started else None, None)


def _years(text: str) -> Iterable[int]:
    """Years of this century; older ones are history."""
    for found in YEAR.finditer(text):
        start, end = found.span()
        around = text[start - 1 : start], text[end : end + 1]
        if PART_OF_A_NUMBER.isdisjoint(around) and not AHEAD.search(text, max(0, start - 16), start):
            yield int(found[0])
