"""The forms in which Vietnamese names a resolution, read where a key word stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from stream_apps.rules import symbols
from stream_apps.rules.numerals import FIGURE, ORDINAL, value
from stream_apps.rules.spelling import spelled
from stream_apps.rules.symbols import SYMBOL, Symbol

HIGHEST_CENTRAL = 150  # no term has issued more resolutions than this
MOST_PLENUMS = 20

NUMBER = r"(?P<number>\d{1,4})(?P<suffix>[a-d](?!\w)|\.\d{1,2}(?=/20\d\d/))?(?![\d%]|[.,]\d)"
OPENING = r"\s*(?:liên tịch\s*|chuyên đề\s*)?(?:từ\s+)?(?:số)?[\s:.\"'(]*"
AGAIN = r"\s*(?:[,;]|và|&|,\s*và|cùng(?:\s+với)?|đến|-)\s*(?:số\s*)?"
COUNTED = (
    r"\s*(?:năm(?!\s+\d{4})|tháng|ngày(?!\s+\d)|tuần|tỉnh|thành|địa phương|huyện|xã|phường|bộ(?! chính)|ngành|nghị định|đại biểu|người|%|tỷ|tỉ|triệu|nghìn|ngàn"
    r"|đồng|luật|chỉ tiêu|nhiệm vụ|nhóm|dự án|chương trình|nghị quyết|chỉ thị|kết luận|giải pháp|đề án|lần|khóa|cán bộ|đảng viên|đơn vị|văn bản|thông tư|quyết định|điều|khoản|trường|giờ|km|ha|mục|nội dung|đồng chí|doanh nghiệp|hộ|vụ|cơ quan)"
)
CLOSED = r"\s*(?:[,.;:)\"!?]|$|và(?!\w)|của|về|khóa|năm\s+\d{4}|ngày\s+\d|\()"
CENTRE_WORDS = r"(?:(?:ban chấp hành|bch)\s*(?:trung ương|tw|tư|t\.ư)|bchtw|trung ương|tw|tư|t\.ư)"
NOT_ANOTHER_BODY = r"(?!\s*(?:đoàn|hội(?!\s+nghị)|công đoàn|liên đoàn|tổng liên đoàn|mặt trận|mttq)(?!\w))"
SECOND_SESSION = (
    r"(?:-2(?!\w)|\s*\(?lần\s+(?:thứ\s+)?(?:2|hai)(?!\w)\)?)"  # only the sixth plenum of term VIII sat twice
)
PLENUM = (
    rf"\s*(?:của\s+|tại\s+)?(?:các\s+)?(?P<meeting>hội nghị\s+|hn\s?)?(?:lần\s+(?:thứ\s+)?(?P<before>{ORDINAL})[\s,]*(?:của\s+)?)?"
    rf"(?P<centre>{CENTRE_WORDS})(?:\s+đảng(?:\s+cộng sản việt nam)?)?{NOT_ANOTHER_BODY}\s*[-.]?\s*"
    rf"(?:(?P<session>lần|lần\s+thứ|thứ)\s+(?P<after>{ORDINAL})|(?P<figures>{FIGURE}(?:-\d(?!\w))?(?:\s*(?:,|và|;)\s*{FIGURE}(?!\s*/))*))?"
)
TERM = (
    r"[\s,\-(\[\"]*(?:của\s+)?(?:(?:ban chấp hành|bch)\s+(?:trung ương|tw|tư|t\.ư)[\s,]*)?(?:đảng\s+(?:cộng sản việt nam\s+)?)?[\s,]*"
    r"(?:nhiệm kỳ\s+)?(?:(?:các\s+)?(?:khóa|khoa|k\.?(?=\s?(?:\d|[ivx])))\s*(?:thứ\s+)?|(?<=\d)/(?=[ivx]))"
    rf"(?P<terms>{FIGURE}(?:\)?\s*(?:,|và|;|/(?=[ivx]))\s*\(?(?:khóa\s+)?{FIGURE}(?!\s*[/%]))*)[)\]\"]?"
)
CONGRESS = (
    r"\s*(?:số\s+)?(?:\d{1,2}\s+)?(?:của\s+)?(?:các\s+)?(?:đại hội|đh)\s*"
    r"(?P<kind>(?:(?:đại biểu|toàn quốc|toàn thể|đảng(?!\s*(?:bộ|ủy|viên|các))|cộng sản việt nam)[\s,]*)*)"
    rf"(?:(?:lần|khóa|nhiệm kỳ)\s*(?:thứ\s+)?)?(?P<figures>{ORDINAL}(?:\s*(?:,|và)\s*{FIGURE}(?!\s*[/%]))*)?"
)
DATE = (
    r"[\s,\"]*\(?\s*(?:ban hành\s+|ký\s+(?:ban hành\s+)?)?(?:ngày\s+(?P<day>\d{1,2})\s*(?:[/.\-]|\s+tháng\s+)\s*(?P<month>\d{1,2})(?:\s*(?:[/.\-]|,?\s*năm\s+)\s*(?P<year>(?:19|20)\d\d))?"
    r"|tháng\s+(?P<month2>\d{1,2})\s*(?:[/.\-]|\s*năm\s+)\s*(?P<year2>(?:19|20)\d\d)|\(?(?:(?:ra|ban hành)\s+)?năm\s+(?P<year3>(?:19|20)\d\d)"
    r"|(?<=\()(?:(?P<month4>\d{1,2})/)?(?P<year4>(?:19|20)\d\d)(?=\)))(?!\d)\s*\)?"
)
UNITED_NATIONS_NUMBER = re.compile(r"\d{1,2}/\d{2,3}(?!\d|/)")


@dataclass(frozen=True, slots=True)
class Stated:
    """A date as far as it is stated."""

    year: int | None
    month: int | None
    day: int | None


@dataclass(frozen=True, slots=True)
class Member:
    """One number of a list, and its own words."""

    start: int
    end: int
    number: int
    symbol: Symbol
    suffix: str = ""  # of 30a, of 66.7/2025


@dataclass(frozen=True, slots=True)
class Form:
    """What stands at a key word. Positions are in the folded text."""

    shape: str  # numbered | plenum | congress | plain
    type: str
    start: int
    end: int
    members: tuple[Member, ...] = ()
    terms: tuple[int, ...] = ()
    term_spans: tuple[tuple[int, int], ...] = ()
    kind: str = ""  # the words between Đại hội and its ordinal
    joint: bool = False


class Grammar:
    """Compiled for text with marks or without."""

    def __init__(self, plain: bool) -> None:
        self.plain = plain
        self._number = spelled(OPENING + NUMBER + SYMBOL, plain)
        self._again = spelled(AGAIN + NUMBER + SYMBOL, plain)
        self._counted, self._closed = spelled(COUNTED, plain), spelled(CLOSED, plain)
        self._plenum, self._congress = spelled(PLENUM, plain), spelled(CONGRESS, plain)
        self._term, self._date = spelled(TERM, plain), spelled(DATE, plain)
        self._again_sat = spelled(SECOND_SESSION, plain)
        self._figure, self._ordinal = re.compile(FIGURE), spelled(ORDINAL, plain)
        self._joint = spelled(r"\s*liên tịch", plain)

    def read(self, text: str, start: int, after: int, type_: str, plural: bool) -> Form:
        """At the key word text[start:after]. `plural`: "các nghị quyết …", which lets a list go on."""
        joint = self._joint.match(text, after) is not None
        return (
            self._read_plenum(text, start, after, type_)
            or self._read_congress(text, start, after, type_)
            or self._read_numbered(text, start, after, type_, plural, joint)
            or Form("plain", type_, start, after, joint=joint)
        )

    def term(self, text: str, at: int) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...], int] | None:
        found = self._term.match(text, at)
        if not found:
            return None
        spans = [(m.start(), m.end()) for m in self._figure.finditer(text, *found.span("terms"))]
        values = [value(text[a:b]) for a, b in spans]
        if not spans or any(v is None or v > 30 for v in values):
            return None
        return tuple(v for v in values if v), tuple(spans), found.end()

    def date(self, text: str, at: int) -> tuple[Stated, int] | None:
        found = self._date.match(text, at)
        if not found:
            return None
        year = found["year"] or found["year2"] or found["year3"] or found["year4"]
        month = found["month"] or found["month2"] or found["month4"]
        return Stated(
            int(year) if year else None,
            int(month) if month else None,
            int(found["day"]) if found["day"] else None,
        ), found.end()

    def _read_numbered(
        self, text: str, start: int, after: int, type_: str, plural: bool, joint: bool
    ) -> Form | None:
        found = self._number.match(text, after)
        if not found:
            return None
        members = [_member(found, start)]
        if not UNITED_NATIONS_NUMBER.match(text, found.start("number")):
            members += self._more(text, members[0], plural)
        end = members[-1].end
        return Form("numbered", type_, start, end, tuple(_shared(members)), joint=joint)

    def _more(self, text: str, first: Member, plural: bool) -> Iterator[Member]:
        last = first
        for _ in range(12):
            found = self._again.match(text, last.end)
            if not found or (found["suffix"] and not found["type"]):
                return
            member = _member(found, found.start("number"))
            named = member.symbol.type or member.symbol.agencies
            lone = text[last.end : found.start("number")].strip()
            if not named and (
                self._counted.match(text, member.end)
                or not (plural or self._closed.match(text, member.end))
                or lone in {"-", "đến", "den"}
            ):
                return
            if lone in {"-", "đến", "den"}:
                if not 1 < member.number - last.number < 10:
                    return
                for between in range(last.number + 1, member.number):
                    yield replace(member, number=between)
            yield member
            last = member

    def _read_plenum(self, text: str, start: int, after: int, type_: str) -> Form | None:
        found = self._plenum.match(text, after)
        if not found:
            return None
        spans = [found.span(name) for name in ("before", "after") if found[name]]
        if found["figures"]:
            spans = [m.span() for m in self._figure.finditer(text, *found.span("figures"))]
            if found["figures"].partition("-")[2]:
                spans = spans[:1]
        members = [
            Member(start if i == 0 else a, max(b, found.end("centre")) if i == 0 else b, number, NO_SYMBOL)
            for i, (a, b) in enumerate(spans)
            if (number := value(text[a:b]))
        ]
        if not members:
            return None
        if (
            members[0].number > MOST_PLENUMS
        ):  # "Nghị quyết Trung ương 29" is number 29 of the Central Committee
            return Form("numbered", type_, start, found.end(), tuple(members), kind="central")
        again = self._again_sat.match(text, spans[-1][1])
        end = max(found.end(), again.end() if again else 0)
        terms, term_spans, end = self.term(text, end) or ((8,) if again else (), (), end)
        return Form("plenum", type_, start, end, tuple(members), terms, term_spans)

    def _read_congress(self, text: str, start: int, after: int, type_: str) -> Form | None:
        found = self._congress.match(text, after)
        if not found:
            return None
        members = [
            Member(start if i == 0 else m.start(), m.end(), number, NO_SYMBOL)
            for i, m in enumerate(
                self._ordinal.finditer(text, *found.span("figures")) if found["figures"] else ()
            )
            if (number := value(m[0]))
        ]
        return Form("congress", type_, start, found.end(), tuple(members), kind=found["kind"])


NO_SYMBOL = Symbol(None, None, (), None)


def _member(found: re.Match[str], start: int) -> Member:
    return Member(start, found.end(), int(found["number"]), symbols.read(found), found["suffix"] or "")


def _shared(members: list[Member]) -> Iterator[Member]:
    """`18, 19-NQ/TW` and `18-NQ/TW, 19`: a symbol stated once stands for the members that state none."""
    named = [i for i, m in enumerate(members) if m.symbol.type or m.symbol.agencies]
    for i, member in enumerate(members):
        later = [j for j in named if j >= i] or named[-1:]
        shares = later and i not in named and not member.symbol.year and not members[later[0]].symbol.year
        yield replace(member, symbol=members[later[0]].symbol) if shares else member
