"""Dates a text: by its publication date, else by what the text itself shows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from stream_apps.rules.almanac import Almanac, Span, Spans
from stream_apps.rules.numerals import ORDINAL, value
from stream_apps.rules.patterns import spelled

YEAR = re.compile(r"20[0-3]\d")
PART_OF_A_NUMBER = frozenset("0123456789")
MONTH_BEFORE = re.compile(
    r"(?:(?<!\d)(?P<day>\d{1,2})\s?(?:[/.-]|tháng|thang)\s?)?(?<!\d)(?P<month>\d{1,2})\s?(?:[/.-]|năm|nam)\s?$"
)
AHEAD = re.compile(
    r"(?:đến|tới|tầm nhìn|den|toi|tam nhin|vào|trước|truoc|sau|sang|dự kiến|du kien|-)"
    r"\s*(?:(?:hết|het)\s*)?(?:(?:cuối|cuoi)\s*)?(?:năm|nam)?\s*$"
)
PLANNED = re.compile(
    r"(?:giai đoạn|giai doan|nhiệm kỳ|nhiem ky|năm học|nam hoc|world cup|kế hoạch|ke hoach)\s*(?:năm|nam)?\s*\(?$"
)
OF_A_LAW = re.compile(
    r"(?:luật|luat|hiến pháp|hien phap|pháp lệnh|phap lenh|cương lĩnh|cuong linh|sinh|sn)(?!\w)[^.,;:\n\d]{0,40}$"
)
OF_TIME = re.compile(r"(?:(?:năm|nam|qu[ýy] [ivx\d]+|mùa hè|mua he|cuối|cuoi|đầu|dau|[/.(-])\s?|,\s)$")
IN_A_SYMBOL = re.compile(r"[/-](?:[a-z]|đ)")  # 01/2003/NQ-HĐTP
FROM_THEN = re.compile(
    r"(?:đến|tới|từ|trước|sau|vào|hạn|kiến|den|toi|tu|truoc|vao|han|kien)\s+(?:(?:hết|het)\s+)?(?:ngày|ngay|tháng|thang)?\s*$"
)  # words for a day that may lie ahead, as when a law comes into force
CONGRESS_HELD = (
    r"nghị quyết\s+(?:của\s+)?đại hội\s+(?:(?:đại biểu|toàn quốc|đảng|lần|thứ)\s+)*(?P<term>[ivx]{1,5})(?!\w)"
)
DRAFT = ("dự thảo ", "du thao ")
TERM = r"khóa\s+(?P<term>[ivx]{1,5}|1\d)(?!\w)"
PLENUM_BEFORE = rf"(?:trung ương|tw|tư)\s+(?:lần thứ\s+)?(?P<number>{ORDINAL})[\s,(]+$"
SYMBOL = re.compile(r"nq/t[wư](?!\w)")
NUMBER_BEFORE = re.compile(r"(?<!\d)(?P<number>\d{1,3})\s?-\s?$")
LONGEST_PLENUM = 40  # characters
SLACK = 2  # years; a text may name no date of its own and only older ones
AFTERWARDS = timedelta(days=60)  # for this long a person may still be called the holder of an office
NEXT_YEAR = 1  # plans for the next year are written as if the year had come
EARLY = timedelta(days=60)  # and days that are close ahead
REST_OF_MONTH = timedelta(days=27)
RECENT = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Writing:
    """The text was written between `earliest` and `latest`: a document issued later cannot be meant. Both are wide
    rather than wrong, and None where nothing is known. `day` is the best guess between them, None where there is
    none. `stated` is false for days read from the text, and true for a known publication date, which is all three
    then."""

    day: date | None
    latest: date | None
    earliest: date | None = None
    stated: bool = False


class NamedTime(NamedTuple):
    """A year named in a text, or a day or month of it. `dates` is false for a year that only belongs to a name."""

    first: date
    last: date
    exact: bool
    dates: bool


def shifted(day: date, by: timedelta) -> date:
    """Returns the day at this distance; at either end of the calendar, its last day."""
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta() else date.min


def writing(published: date | None, text: str, plain: bool, almanac: Almanac) -> Writing:
    """Dates a folded text. Where its dates contradict each other, the older ones are history."""
    if published:
        return Writing(published, published, published, True)
    named = list(_named(text, almanac.horizon))
    begun = [*_held(text, plain, almanac), *map(_floor, named)]
    spans = list(
        dict.fromkeys([*almanac.times_of_writing(text, plain), *((Span(day, None),) for day in begun)])
    )
    if not spans:
        return Writing(None, None)
    earliest, possible = _narrowed(spans)
    named = [each for each in named if each.last >= earliest]  # the others are history
    ends = [*map(_end, possible), _last_named(named)]
    latest = min((end for end in ends if end and end >= earliest), default=None)
    return Writing(_guess(named, earliest, latest), latest, earliest)


def _narrowed(found: Sequence[Spans]) -> tuple[date, list[Spans]]:
    """Returns the greatest lower bound, and the spans of each that are possible then."""
    earliest, possible = date.min, list(found)
    while (later := max(min(span.first for span in spans) for spans in possible)) > earliest:
        earliest = later
        kept = (tuple(s for s in spans if _may_last(s, earliest)) for spans in possible)
        possible = [spans for spans in kept if spans]
    return earliest, possible


def _may_last(span: Span, day: date) -> bool:
    return span.last is None or shifted(span.last, AFTERWARDS) >= day


def _end(spans: Spans) -> date | None:
    ends = [span.last for span in spans if span.last]
    return shifted(max(ends), AFTERWARDS) if len(ends) == len(spans) else None


def _last_named(named: Sequence[NamedTime]) -> date | None:
    """A single year is too often one long past."""
    dating = [each for each in named if each.dates]
    enough = len(dating) > 1 or any(each.exact for each in dating)
    return date(max(each.last.year for each in dating) + SLACK, 12, 31) if enough else None


def _floor(named: NamedTime) -> date:
    if named.exact:
        return shifted(named.first, -EARLY)
    return named.first.replace(year=named.first.year - NEXT_YEAR)


def _guess(named: Sequence[NamedTime], earliest: date, latest: date | None) -> date:
    if named:
        day = max(each.last for each in [each for each in named if each.dates] or named)
    else:
        day = earliest + (latest - earliest) / 2 if latest else shifted(earliest, RECENT)
    return min(max(day, earliest), latest or date.max)


def _held(text: str, plain: bool, almanac: Almanac) -> Iterator[date]:
    """Yields when the documents were passed that the text says are carried out: resolutions of congresses and
    plenums, and documents whose symbol is unambiguous."""
    for found in SYMBOL.finditer(text):
        before = NUMBER_BEFORE.search(text, max(0, found.start() - 6), found.start())
        if before and (day := almanac.highest(int(before["number"]))):
            yield day
    for found in spelled(CONGRESS_HELD, plain).finditer(text):
        term = None if text.endswith(DRAFT, 0, found.start()) else value(found["term"])
        if term and (day := almanac.began(term)):
            yield day
    for found in spelled(TERM, plain).finditer(text):
        near = text[max(0, found.start() - LONGEST_PLENUM) : found.start()]
        if plenum := spelled(PLENUM_BEFORE, plain).search(near):
            number, term = value(plenum["number"]), value(found["term"])
            if number and term and (day := almanac.plenum(number, term) or almanac.began(term)):
                yield day


def _named(text: str, horizon: int) -> Iterator[NamedTime]:
    """Yields years of this century; older ones are history, and those after the `horizon` are plans."""
    for found in YEAR.finditer(text):
        start, end = found.span()
        around = text[start - 1 : start], text[end : end + 1]
        if not PART_OF_A_NUMBER.isdisjoint(around) or AHEAD.search(text, max(0, start - 16), start):
            continue
        if int(found[0]) > horizon or PLANNED.search(text, max(0, start - 20), start):
            continue
        yield _dated(int(found[0]), text, start, end)


def _dated(year: int, text: str, start: int, end: int) -> NamedTime:
    dates = OF_TIME.search(text, max(0, start - 12), start) is not None and not (
        IN_A_SYMBOL.match(text, end) or OF_A_LAW.search(text, max(0, start - 60), start)
    )
    before = MONTH_BEFORE.search(text, max(0, start - 18), start)
    if before and not FROM_THEN.search(text, max(0, before.start() - 16), before.start()):
        month, day = int(before["month"]), int(before["day"] or 0)
        if first := _day(year, month, day or 1):
            return NamedTime(first, first if day else shifted(first, REST_OF_MONTH), True, dates)
    return NamedTime(date(year, 1, 1), date(year, 12, 31), False, dates)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
