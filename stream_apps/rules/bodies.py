"""Reads documents that are named by the body that passed them, a plenum or a congress, and not by a number of their
own."""

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace

from stream_apps.rules.numerals import FIGURE, NOT_COUNTING, ORDINAL, SPELLED, value
from stream_apps.rules.patterns import spelled
from stream_apps.rules.stated_times import Times
from stream_apps.rules.symbols import Symbol

MOST_PLENUMS = 20
FIRST_OF_FEW = 6  # the terms since this congress had no more plenums than that
OTHER_KINDS = r"(?:văn kiện|kết luận|chỉ thị|quy định|chủ trương|đường lối|điều lệ|cương lĩnh|chương trình(?:\s+hành động)?|kế hoạch|thông báo|phương hướng|mục tiêu|chiến lược)"
# "Nghị quyết, kết luận của …": one head for several documents. The groups are possessive.
COMPANY = rf"(?:\s*(?:,|;|/|&|và|cùng(?:\s+với)?)\s*(?:các\s+|những\s+)?{OTHER_KINDS}(?!\w)){{1,4}}+"
# "nghị quyết chuyên đề của …", "… vừa được …", "… của Đảng tại …": words between a head and the body.
BEHIND = (
    r"(?:\s+(?:chuyên đề|quan trọng|riêng|mới|lịch sử)(?!\w))?\s*[-/(\"]?\s*(?:(?:(?:vừa|mới|đã)\s+)?(?:của|tại|do|mà|được|từ)\s+)?"
    r"(?:đảng(?:\s+ta)?\s*\(?(?:tại\s+)?)?(?:các\s+|kỳ\s+)?"
)
LAST_OF_PLENUMS = 15  # no term since the sixth had more plenums
CENTRE_WORDS = r"(?:(?:ban chấp hành|bch)\s*(?:trung ương|tw|tư|t\.ư)|bchtw|trung ương|tw|tư|t\.ư)"
NOT_ANOTHER_BODY = r"(?!\s*(?:đoàn|hội(?!\s+nghị)|công đoàn|liên đoàn|tổng liên đoàn|mặt trận|mttq)(?!\w))"
# "Hội nghị lần thứ sáu của Đảng khóa XII": only the term shows that it is the Central Committee's.
MEETING = rf"hội nghị\s+(?:lần\s+)?(?:thứ\s+)?(?P<before>{ORDINAL})(?P<centre>(?:\s+(?:của\s+)?đảng)?)(?=[\s,]*\(?khóa)"
OF_ANOTHER = r"[\s,)]*(?:của\s+)?(?:công đoàn|đoàn|hội|đảng bộ|chi bộ|tỉnh|thành ủy|huyện|quận|xã|phường|quốc hội|hđnd|mặt trận|liên đoàn|(?:ban chấp hành|bch)(?!\s*(?:trung ương|tw|tư|t\.ư|đảng(?!\s+bộ))))(?!\w)"
# only the sixth plenum of term VIII met twice
SECOND_SESSION = r"(?:-2(?!\w)|\s*\(?lần\s+(?:thứ\s+)?(?:2|hai)(?!\w)\)?)"
PLENUM = (
    rf"(?P<meeting>hội nghị\s+|hn\s?)?(?:(?:lần\s+(?:thứ\s+)?|(?<=nghị\s))(?P<before>{ORDINAL})[\s,]*(?:của\s+)?)?"
    rf"(?P<centre>{CENTRE_WORDS})(?:\s+đảng(?:\s+cộng sản việt nam)?)?{NOT_ANOTHER_BODY}\s*[-.]?\s*"
    rf"(?:(?P<session>lần|lần\s+thứ|thứ)\s+(?P<after>{ORDINAL})|(?P<word>{SPELLED})(?=[\s,]*\(?khóa)|(?P<figures>{FIGURE}(?:-\d(?!\w))?(?:\s*(?:,|và|;)\s*{NOT_COUNTING}(?!\s*/))*))?"
)
PARTY_ITSELF = r"đảng(?!\s*(?:bộ|ủy|viên|các|đoàn|cầm quyền|dân chủ|cộng hòa))(?!\w)"
TIMES = r"(?:(?:lần|khóa|nhiệm kỳ)\s*(?:thứ\s+)?|thứ\s+)"
FEWER = r"(?!\s*[/%]|[-.]\d|\s+cấp(?!\w))"  # excludes what is not the number of a congress
CONGRESS = (
    r"(?:đại hội|đhđb|đh)\s*(?P<kind>(?:(?:đại biểu|đbtq|toàn quốc|toàn thể|(?:của\s+)?đảng(?!\s*(?:bộ|ủy|viên|các))"
    r"|cộng sản việt nam|csvn|cs việt nam|(?:của\s+)?đcs\s?(?:việt nam|vn))[\s,]*)*)"
    rf"(?P<figures>(?:{TIMES}{ORDINAL}|{NOT_COUNTING}{FEWER})(?:\s*(?:,|và)\s*{NOT_COUNTING}{FEWER})*)?"
)
COUNT = r"\s*(?:số\s+)?(?:\d{1,2}\s+)?"
OF_LOCAL = (
    r"\s*(?:của\s+)?(?:(?:tỉnh|thành|huyện|quận|thị)\s+)?"
    r"(?:đảng bộ|đảng ủy|chi bộ|đảng (?:viên\s+)?các cấp|(?:tỉnh|huyện|xã|phường|thành phố)(?!\w)|tp(?!\w))"
    r"(?:\s+(?:các cấp|cơ sở|tỉnh|thành phố|tp|huyện|quận|thị xã|xã|phường)(?!\w))?"
)
LOCAL_NUMBER = (
    rf"(?:\s+(?!(?:và|đại|toàn)(?!\w))[^\s.,;:()]{{1,20}}){{0,7}}?[\s,]+{TIMES}(?P<number>{ORDINAL})"
)
ANY_CONGRESS = r"(?<!\w)(?:đại hội|đh)(?!\w)"
# "Nghị quyết lần thứ XII của Đảng" omits the word for congress.
CONGRESS_UNSAID = rf"(?:của\s+)?(?P<kind>{PARTY_ITSELF}\s+)?lần\s+(?:thứ\s+)?(?P<figures>{ORDINAL})(?(kind)|(?=\s+(?:của\s+)?{PARTY_ITSELF}))"
# Further bodies after the first that the same head names: "và Trung ương 7", ", Đại hội XIII của Đảng".
TERM_OF_OFFICE = r"(?:[\s,(]*nhiệm kỳ\s+\d{4}\s*-\s*\d{4}\)?)?"
# The rest of the name of a local body or another organisation: its place, its number.
REST_OF_NAME = r"\s*(?:[^\s.,;:()]{1,20}(?:\s+|(?=[,;)]))){0,8}?"
FURTHER = (
    rf"{TERM_OF_OFFICE}"
    r"\s*\)?\s*(?:,\s*và|,|;|và|&|cùng(?:\s+với)?|với)\s*(?:của\s+)?(?:các\s+)?"
    r"(?=(?:hội nghị|hn|trung ương|tw|tư|t\.ư|bch|bchtw|ban chấp hành|đại hội|đh)(?![^\W\d]))"
)
OF_IT = rf"(?:\s*(?:\(?của\s+)?(?:{PARTY_ITSELF}(?:\s+cộng sản việt nam)?))?"
LIST_ENDS = rf"{OF_IT}[\s]*(?:[,.;:)\"!?]|$|(?:và|cùng|với|về|gắn|vào|trong|tại|trên|đến|gồm|nhằm|để)(?!\w)|\(?khóa|-)"
IS_HELD = rf"{OF_IT}\s*(?:đã\s+|sẽ\s+|đang\s+|vừa\s+)?(?:được tổ chức|diễn ra|thành công|khai mạc|bế mạc|họp|bầu)(?!\w)"


@dataclass(frozen=True, slots=True)
class ListedNumber:
    """One number of a list, and its own words."""

    start: int
    end: int
    number: int
    symbol: Symbol
    suffix: str = ""  # the suffix of 30a or 66.7/2025


@dataclass(frozen=True, slots=True)
class Form:
    """What is written at a key word. Positions are in the folded text."""

    shape: str  # numbered | plenum | congress | plain
    type: str
    start: int
    end: int
    members: tuple[ListedNumber, ...] = ()
    terms: tuple[int, ...] = ()
    term_spans: tuple[tuple[int, int], ...] = ()
    kind: str = ""  # the words between Đại hội and its ordinal
    joint: bool = False
    local: bool = False  # a congress that its own words call a province's, or another local body's
    partys: bool = False  # a congress that its own words call the Party's, or national
    issuer: str = ""  # the code of an issuer before the number: "Nghị quyết Trung ương số 29"

    @property
    def words(self) -> set[str]:
        """The words for the kind of congress."""
        return {*self.kind.replace(",", " ").split()}

    def is_one_of(self, congresses: Set[int]) -> bool:
        """True where the number alone identifies it, and the number is one of these."""
        return not self.partys and any(member.number in congresses for member in self.members)


class Bodies:
    """Compiled for text with marks or without."""

    def __init__(self, plain: bool, times: Times) -> None:
        self._times = times
        self._company, self._further = spelled(COMPANY, plain), spelled(FURTHER, plain)
        self._further_behind_name = spelled(REST_OF_NAME + FURTHER, plain)
        self._plenum, self._meeting = spelled(BEHIND + PLENUM, plain), spelled(BEHIND + MEETING, plain)
        self._of_another, self._any_congress = spelled(OF_ANOTHER, plain), spelled(ANY_CONGRESS, plain)
        self._congress, self._unsaid = (
            spelled(COUNT + BEHIND + CONGRESS, plain),
            spelled(r"\s*" + CONGRESS_UNSAID, plain),
        )
        self._of_local, self._local_number = spelled(OF_LOCAL, plain), spelled(LOCAL_NUMBER, plain)
        self._again_sat = spelled(SECOND_SESSION, plain)
        self._of_party = spelled(rf"[\s,]*(?:\(|của\s+)?{PARTY_ITSELF}", plain)
        self._list_ends, self._is_held = spelled(LIST_ENDS, plain), spelled(IS_HELD, plain)
        self._figure, self._ordinal = re.compile(FIGURE), spelled(r"(?<!\w)" + ORDINAL, plain)

    def read(self, text: str, start: int, after: int, type_: str) -> Form | None:
        """Reads after the key word text[start:after], or after the key word and others beside it (`nghị quyết, kết
        luận của …`)."""
        if form := self._read_body(text, start, after, type_):
            return form
        company = self._company.match(text, after)
        form = self._read_body(text, start, company.end(), type_) if company else None
        return form if form and form.members else None

    def further(self, text: str, at: int, before: Form) -> Form | None:
        """Reads `… Đại hội Đảng bộ tỉnh lần thứ XIV và Đại hội XIII của Đảng`: another body that the head of the form
        `before` names too."""
        glue = (self._further_behind_name if before.local or not before.members else self._further).match(
            text, at
        )
        if not glue:
            return None
        form = self._read_body(text, glue.end(), glue.end(), before.type)
        return form if form and (form.members or form.local) and self._belongs(text, form, glue[0]) else None

    def local_congresses(self, text: str) -> frozenset[int]:
        """Returns the numbers of congresses that a text calls a local body's, and never the Party's."""
        local: set[int] = set()
        partys: set[int] = set()
        for found in self._any_congress.finditer(text):
            form = self._read_congress(text, found.start(), found.start(), "NQ")
            if form and (form.local or form.partys):
                (local if form.local else partys).update(member.number for member in form.members)
        return frozenset(local - partys)

    def _read_body(self, text: str, start: int, after: int, type_: str) -> Form | None:
        return self._read_plenum(text, start, after, type_) or self._read_congress(text, start, after, type_)

    def _belongs(self, text: str, form: Form, glue: str) -> bool:
        """After a comma a new clause may begin (`…, Đại hội XIII đã bầu`), and after `và` another event may
        follow."""
        if "," in glue and not self._list_ends.match(text, form.end):
            return False
        return not self._is_held.match(text, form.end)

    def _read_plenum(self, text: str, start: int, after: int, type_: str) -> Form | None:
        found = self._plenum.match(text, after)
        if not found or not (spans := self._plenum_numbers(text, found)):
            return self._read_meeting(text, start, after, type_)
        members = _named(text, spans, start, found.end("centre"))
        if not members:
            return None
        again = self._again_sat.match(text, spans[-1][1])
        end = max(found.end(), again.end() if again else 0)
        terms, term_spans, end = self._times.term(text, end) or ((8,) if again else (), (), end)
        most = LAST_OF_PLENUMS if terms and min(terms) > FIRST_OF_FEW else MOST_PLENUMS
        if members[0].number > most:  # "Nghị quyết Trung ương 29" is number 29 of the Central Committee
            return Form("numbered", type_, start, found.end(), tuple(members), kind="central")
        return Form("plenum", type_, start, end, tuple(members), terms, term_spans)

    def _plenum_numbers(self, text: str, found: re.Match[str]) -> list[tuple[int, int]]:
        if not found["figures"]:
            return [found.span(name) for name in ("before", "after", "word") if found[name]]
        spans = [m.span() for m in self._figure.finditer(text, *found.span("figures"))]
        return spans[:1] if "-" in found["figures"] else spans

    def _read_meeting(self, text: str, start: int, after: int, type_: str) -> Form | None:
        found = self._meeting.match(text, after)
        told = self._times.term(text, found.end()) if found else None
        if not found or not told or min(told[0]) < FIRST_OF_FEW or self._of_another.match(text, told[2]):
            return None
        terms, term_spans, end = told
        members = _named(text, [found.span("before")], start, found.end())
        return Form("plenum", type_, start, end, tuple(members), terms, term_spans) if members else None

    def _read_congress(self, text: str, start: int, after: int, type_: str) -> Form | None:
        found = self._congress.match(text, after) or self._unsaid.match(text, after)
        if not found:
            return None
        numerals = self._ordinal.finditer(text, *found.span("figures")) if found["figures"] else ()
        members = _named(text, [numeral.span() for numeral in numerals], start, 0)
        form = Form("congress", type_, start, found.end(), tuple(members), kind=found["kind"] or "")
        local = self._of_local_body(text, form)
        partys = form.words & (PARTY_NAMES | NATIONAL) or self._of_party.match(text, form.end)
        return local or (replace(form, partys=True) if partys else form)

    def _of_local_body(self, text: str, form: Form) -> Form | None:
        """Reads `Đại hội Đảng bộ tỉnh lần thứ XIV`, `Đại hội XIV Đảng bộ tỉnh`."""
        found = self._of_local.match(text, form.end)
        if not found:
            return None
        counted = None if form.members else self._local_number.match(text, found.end())
        end = (counted or found).end()
        members = form.members
        if counted and (number := value(counted["number"])):
            members = (ListedNumber(form.start, end, number, NO_SYMBOL),)
        return replace(form, end=end, members=members, local=True)


PARTY_NAMES = frozenset({"đảng", "dang", "đcsvn", "dcsvn", "đcs", "dcs"})
NATIONAL = frozenset({"quốc", "quoc", "đbtq", "dbtq"})
NO_SYMBOL = Symbol(None, None, (), None)


def _named(text: str, spans: Iterable[tuple[int, int]], start: int, least: int) -> list[ListedNumber]:
    """Returns plenums and congresses by their numerals: the first with the name before it, which begins at `least` or
    later."""
    return [
        ListedNumber(start if i == 0 else a, max(b, least) if i == 0 else b, number, NO_SYMBOL)
        for i, (a, b) in enumerate(spans)
        if (number := value(text[a:b]))
    ]
