"""When a text was written: its publication date, else what the text itself lets know."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from stream_apps.rules.numerals import value
from stream_apps.rules.spelling import spelled

YEAR = re.compile(r"(?<![\d.,/-])(?:\d{1,2}[/.-])?(?:\d{1,2}[/.-])?((?:19|20)\d\d)(?![\d.,]*\d)")
AHEAD = re.compile(r"(?:đến|tới|tầm nhìn|den|toi|tam nhin|vào|-)\s*(?:hết\s*)?(?:cuối\s*)?(?:năm|nam)?\s*$")
CONGRESS_HELD = (
    r"nghị quyết\s+(?:của\s+)?đại hội\s+(?:(?:đại biểu|toàn quốc|đảng|lần|thứ)\s+)*(?P<term>[ivx]{1,5})(?!\w)"
)
SLACK = 2  # years: a text may name no date of its own and only older ones
FIRST_YEAR, LAST_YEAR = 2001, 2035  # of documents that are tracked; older years are history
RECENT = timedelta(days=366)
TERM_UNDER_WAY = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Writing:
    """`latest`: a document issued after that day cannot be meant. `stated` is false for a day read from the text."""

    day: date | None
    latest: date | None
    stated: bool = False


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
    return Writing(max(started) + TERM_UNDER_WAY if started else None, None)


def _years(text: str) -> Iterable[int]:
    for found in YEAR.finditer(text):
        year = int(found[1])
        if FIRST_YEAR <= year <= LAST_YEAR and not AHEAD.search(
            text, max(0, found.start() - 16), found.start()
        ):
            yield year
