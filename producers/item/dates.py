"""Reads dates as outlets write them (counting.md, Date and period). Nothing here ever falls back to now."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal

from dateutil import parser

from models.messages.item import DateFlag
from producers.item.date_words import completed, in_digits, one_spelling, with_part_of_day

Order = Literal["day-first", "month-first"]
ORDERS: tuple[Order, ...] = ("day-first", "month-first")
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST_AFTER_FETCH = timedelta(hours=24)

NUMERIC = re.compile(r"(?<![\d/.\-])(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(?!\d|[/.\-]\d)")
WEEKDAY = re.compile(r"\b(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s*nhật|t[2-7]|cn)\b[,.]?", re.I)
FILLER = re.compile(
    r"\b(?:ngày (?:phát(?: hành| sóng)?|tạo|đăng)|ngày|lúc|thời gian|phát hành|sửa lần cuối|cập nhật|xuất bản|đăng|published|posted|updated)\b:?|[|•·(),]|(?<=\s)-(?=\s)",
    re.I,
)
HOURS = re.compile(r"\b(\d{1,2})\s*(?:h|giờ|g)\s*(?:(\d{2})(?![\d/.\-])\s*(?:phút|p)?)?(?!\w)", re.I)
HALF_DAY = re.compile(r"(?<=\d)\s*(SA|CH)\b")
NEEDLESS_HALF = re.compile(r"\b((?:1[3-9]|2[0-3])(?::\d\d){1,2})\s*[AP]M\b", re.I)  # 18:50 PM
COMMENT = re.compile(r"(?<=\d) \([^()\d]*\)$")  # +0700 (Indochina Time)
STATED_ZONE = re.compile(r"(?P<zone>\(?\b(?:GMT|UTC)\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?\)?)", re.I)
BARE_ZONE = re.compile(
    r":\d\d(?:[.,]\d+)?(?:\s?[AP]M)?(?P<zone>\s*([+-])(\d{1,2}):?(\d{2})?)(?=$| \d{4}$)", re.I
)
ODD_ZONE = re.compile(r":\d\d(?:[.,]\d+)?\s*[+-](?:\d{3}|\d{5,})(?!\d)")  # +070 is no zone
FARTHEST = 14  # hours from Greenwich
# a date of zeros, as some systems print it: 30 Nov -0001
BEFORE_CHRIST = re.compile(r"(?<!\d)-0{2,3}[1-9](?!\d)")
ISO = re.compile(r"\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2}(?=\D|$)")
CLOCKS = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?")
NUMBERS = re.compile(r"\d+")
BARE_NUMBER = re.compile(r"\d+(?:\.\d+)?")
ZONES = {"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "ICT": 7, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5}
ZONES |= {"MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
DEFAULTS = [  # dateutil fills what the text does not state; a part that differs between these two was not stated
    datetime(year, month, day)  # noqa: DTZ001  # the zone is found in the text, or is the outlet's own
    for year, month, day in ((2001, 1, 1), (2004, 2, 29))
]


@dataclass(frozen=True, slots=True)
class DateClaim:
    """The date that an outlet states. `moment` is in UTC; `text` is as the outlet wrote it."""

    moment: datetime | None
    text: str = ""
    flag: DateFlag | None = None


def read_claim(texts: Iterable[str], order: Order, local: tzinfo, fetched_at: datetime) -> DateClaim:
    """Returns the first readable and plausible date; without one, what is wrong with the first date."""
    claims = [_claim(text, order, local, fetched_at) for text in texts if text.strip()]
    return next(
        (c for c in claims if not c.flag), claims[0] if claims else DateClaim(None, "", "date-missing")
    )


def read_date(text: str, order: Order, local: tzinfo, near: datetime | None = None) -> datetime | None:
    """Returns the moment in UTC; None where the text is not exactly one full date. A date without a zone is in
    `local` time. `near` is the day of writing or a later one: it completes a day without a year, or `hôm qua`, where
    only one day is possible."""
    words = in_digits(one_spelling(text))
    if words is not None and near is not None:
        words = completed(words, order, local, near)
    if words is None:
        return None
    text = _plain(words)
    if BEFORE_CHRIST.search(text) or ODD_ZONE.search(text):
        return None
    if BARE_NUMBER.fullmatch(text) and len(text) not in (8, 14):
        return None  # a timestamp, which dateutil would read as digits of a date
    text, zone = _cut_zone(text)
    try:
        moment = _complete(_with_iso_date(text, order))
        return moment and moment.replace(tzinfo=moment.tzinfo or zone or local).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def proven_order(texts: Iterable[str]) -> Order | None:
    """Returns the order that the dates of a whole feed prove: 28/7 is day-first, 7/28 is month-first."""
    return _most(_proof(*pair) for pair in _pairs(texts))


def _claim(text: str, order: Order, local: tzinfo, fetched_at: datetime) -> DateClaim:
    moment = read_date(text, order, local, fetched_at)
    if moment is None:
        return DateClaim(None, text, "date-unreadable")
    plausible = EARLIEST <= moment <= fetched_at + LATEST_AFTER_FETCH
    return DateClaim(moment, text, None if plausible else "date-implausible")


def _plain(text: str) -> str:
    """Removes Vietnamese words and punctuation; digits, English names and a zone remain."""
    text = COMMENT.sub("", text)
    text = HOURS.sub(lambda m: f"{m[1]}:{m[2] or '00'} ", WEEKDAY.sub(" ", text))
    text = HALF_DAY.sub(lambda m: " AM" if m[1] == "SA" else " PM", text)
    return with_part_of_day(NEEDLESS_HALF.sub(r"\1", text)).strip()


def _cut_zone(text: str) -> tuple[str, tzinfo | None]:
    """Cuts the zone off, because dateutil reads GMT+7 with the opposite sign, and +07 not at all."""
    found = STATED_ZONE.search(text) or BARE_ZONE.search(text)
    if not found:
        return text, None
    _, sign, hours, minutes = found.groups()
    if int(hours) > FARTHEST or int(minutes or 0) >= 60:
        return text, None
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return f"{text[: found.start('zone')]} {text[found.end('zone') :]}", timezone(
        -offset if sign == "-" else offset
    )


def _with_iso_date(text: str, order: Order) -> str:
    def iso(found: re.Match[str]) -> str:
        first, second = int(found[1]), int(found[3])
        day, month = (first, second) if order == "day-first" else (second, first)
        if month > 12:
            day, month = month, day
        year = int(found[4]) + (2000 if len(found[4]) == 2 else 0)
        return f" {year:04}-{month:02}-{day:02} "

    return " ".join(FILLER.sub(" ", NUMERIC.sub(iso, text)).split())


def _complete(text: str) -> datetime | None:
    without_date = ISO.sub(" ", text, count=1)
    others = NUMBERS.findall(CLOCKS.sub(" ", without_date, count=1))
    # a day and a year are enough beside the name of a month
    if len(others) > (2 if without_date == text else 0):
        return None  # dateutil would use any other number for something
    read = [parser.parse(text, default=each, tzinfos=_zone) for each in DEFAULTS]
    return read[0] if read[0] == read[1] else None


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name is None:
        return None
    if name not in ZONES:
        raise ValueError(f"time zone {name!r} is not known")
    return timezone(timedelta(hours=ZONES[name]))


def _pairs(texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yields the first two numbers of dates such as 7/8/2026, each date once."""
    for found in map(NUMERIC.search, {_plain(one_spelling(text)) for text in texts}):
        if found:
            yield int(found[1]), int(found[3])


def _most(votes: Iterable[Order | None]) -> Order | None:
    ranked = Counter(vote for vote in votes if vote).most_common(2)
    clear = ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1])
    return ranked[0][0] if clear else None


def _proof(first: int, second: int) -> Order | None:
    if 12 < first <= 31 and 1 <= second <= 12:
        return "day-first"
    return "month-first" if 12 < second <= 31 and 1 <= first <= 12 else None
