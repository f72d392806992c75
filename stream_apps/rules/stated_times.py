"""Reads the term of office and the date after a name, as far as they are stated."""

from dataclasses import dataclass

from stream_apps.rules.numerals import FIGURE, NOT_COUNTING, value
from stream_apps.rules.patterns import spelled

TERM = (
    r"[\s,\-/()\[\"]*(?:của\s+)?(?:(?:ban chấp hành|bch)\s+(?:trung ương|tw|tư|t\.ư)[\s,]*)?(?:đảng\s+(?:cộng sản việt nam\s+)?)?[\s,]*"
    r"(?:nhiệm kỳ\s+)?(?:(?:các\s+)?(?:khóa|khoa|k\.?(?=\s?(?:\d|[ivx])))\s*(?:thứ\s+)?|(?<=[\dwư])\s?[-/(]\s?(?=[ivx]))"
    rf"(?P<terms>{FIGURE}(?:\)?\s*(?:,|và|;|/(?=[ivx]))\s*\(?(?:khóa\s+)?{NOT_COUNTING}(?!\s*(?:[/%]|\(?khóa)))*)[)\]\"]?"
)
DATE = (
    r"[\s,\"]*\(?\s*(?:(?:được\s+)?(?:ban hành|ký(?:\s+ban hành)?|ra đời|ra|thông qua)\s+)?(?:(?:vào|từ)\s+)?(?:(?:ngày\s+|(?=\d{1,2}[/.\-]\d{1,2}[/.\-](?:19|20)\d\d))(?P<day>\d{1,2})\s*(?:[/.\-]|\s+tháng\s+)\s*(?P<month>\d{1,2})(?:\s*(?:[/.\-]|,?\s*năm\s+)\s*(?P<year>(?:19|20)\d\d))?"
    r"|tháng\s+(?P<month2>\d{1,2})\s*(?:[/.\-]|\s*năm\s+)\s*(?P<year2>(?:19|20)\d\d)|\(?(?:(?:ra|ban hành)\s+)?năm\s+(?P<year3>(?:19|20)\d\d)"
    r"|(?<=\()(?:(?P<month4>\d{1,2})/)?(?P<year4>(?:19|20)\d\d)(?=\)))(?!\d)\s*\)?"
)


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date as far as it is stated."""

    year: int | None
    month: int | None
    day: int | None


class Times:
    """Compiled for text with marks or without."""

    def __init__(self, plain: bool) -> None:
        self._term, self._date = spelled(TERM, plain), spelled(DATE, plain)
        self._figure = spelled(FIGURE, plain)

    def term(self, text: str, at: int) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...], int] | None:
        found = self._term.match(text, at)
        if not found:
            return None
        spans = [(m.start(), m.end()) for m in self._figure.finditer(text, *found.span("terms"))]
        values = [value(text[a:b]) for a, b in spans]
        if not spans or any(v is None or v > 30 for v in values):
            return None
        return tuple(v for v in values if v), tuple(spans), found.end()

    def date(self, text: str, at: int) -> tuple[StatedDate, int] | None:
        found = self._date.match(text, at)
        if not found:
            return None
        year = found["year"] or found["year2"] or found["year3"] or found["year4"]
        month = found["month"] or found["month2"] or found["month4"]
        return StatedDate(
            int(year) if year else None,
            int(month) if month else None,
            int(found["day"]) if found["day"] else None,
        ), found.end()
