"""Reads the words around a form: its issuer, date and term, and what is said about it."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from stream_apps.rules import symbols
from stream_apps.rules.bodies import COMPANY, PLENUM, Form, ListedNumber
from stream_apps.rules.grammar import Grammar
from stream_apps.rules.issuers import ANY_ISSUER, BY_CODE, Issuer
from stream_apps.rules.numerals import FIGURE, value
from stream_apps.rules.patterns import spelled
from stream_apps.rules.stated_times import StatedDate

BEFORE, AFTER = 220, 420
# It begins with the characters that it seeks: one of two alternatives is twice as slow.
SENTENCE_END = re.compile(r"[.!?…\n](?:(?<=\n)|[\"')]*(?=\s|$))")
ABBREVIATED = re.compile(r"(?<!\w)(?:tp|ts|gs|pgs|ths|t|v\.v)$")
OF = r"[\s,)]*\(?(?:của|do)\s+(?:các\s+|chính\s+)?"
# "nghị quyết mới ban hành của …", "nghị quyết quan trọng này do …": words between a key word and its date, term or issuer.
SORT = (
    r"(?:\s+(?:(?:mới|vừa|đã)\s+(?:được\s+)?(?:ban hành|thông qua|công bố)|này|đó|trên|nói trên|nêu trên|mới nhất|mới đây|mới ra|mới|gần đây|vừa qua"
    r"|quan trọng|lịch sử|đầu tiên|riêng|chuyên đề|đột phá|rất|hết sức|đặc biệt|lớn)(?!\w)){1,4}+"
)
ISSUED_BY_IT = r"\s+(?:(?:vừa|mới|đã)\s+)?(?:ban hành|thông qua|công bố|ký|ra)(?!\w)"
BESIDE = r"\s*\(?(?:hội nghị\s+)?(?=(?:phiên họp|ban chấp hành|bch|bchtw|trung ương|tw|tư|t\.ư|bộ chính trị|bct|ban bí thư|bbt|quốc hội|(?:ủy ban )?thường vụ|chính phủ|thủ tướng|hđnd|ubtvqh|ubnd|hội đồng (?:bảo an|nhân dân)|hđba|ban thường vụ|(?:tỉnh|thành|huyện|quận|thị|đảng) ủy|liên hợp quốc|liên hiệp quốc|lhq|đảng bộ|chi bộ)(?!\w))"
PASSIVE = r"[\s,]*(?:vừa|mới|đã)?\s*(?:được|vừa được|mới được)\s+"
PASSED = r"[^.;\n]{0,40}?(?:thông qua|ban hành|ký|ra(?!\w)|công bố)"
ABOUT_OF = r"[^.;:!?\n]{0,160}?\s(?:của|do)\s+"
OTHER_DOCUMENT = r"nghị định|chương trình hành động|kế hoạch|quyết định|luật|chỉ thị|kết luận|thông tư|báo cáo|đề án|nghị quyết"
OTHER_MATTER = rf"(?<!\w)(?:{OTHER_DOCUMENT}|chủ trương|chỉ đạo|ý kiến|quan điểm|quy định|thẩm quyền|lãnh đạo|yêu cầu|văn bản|hướng dẫn|thông báo|đề nghị|tinh thần)(?!\w)"
SUBJECT_ENDS = r"\s*(?:[.,;:()\"!?]|$|(?:khóa|và|đã|vừa|mới|được|ban hành|tại|năm|ngày|đang|sẽ|là|có|nêu|đề ra|xác định|yêu cầu)(?!\w))"
CLAUSE_END = re.compile(r"[.;:!?\n]")
LONGEST_SUBJECT = 220
NO_PLENUM = ("numbered", "plain")  # shapes that may belong to a plenum
CENTRAL_ISSUERS = ("politburo", "secretariat", "central_committee")
CENTRAL_BODIES = ("central_committee", "centre", "party")
ISSUING = (
    r"(?P<between>(?:\s*\(?\s*khóa\s+(?P<term>\d{1,2}|[ivx]{1,5})\)?)?(?P<adverbs>(?:\s+[^\s.,;:!?]{1,20}){0,6}?))"
    r"\s+(?:ban hành|thông qua|ra|có|ký|ký ban hành|đưa ra|công bố|biểu quyết thông qua|xây dựng và ban hành)"
    r"(?:\s+(?:liên tiếp|liên tục|thêm|các|những|một số|dự thảo|toàn văn|bộ|nhiều|hàng chục|hai|ba|bốn|năm|\d{1,3}|luật,?))*\s*$"
)
ON_BEHALF = r",\s+[^.;:!?\n]{3,60}\s+(?:đã\s+|vừa\s+)?ký(?:\s+ban hành)?\s*(?:các\s+)?$"
# "11-NQ/TW 2017": the number may also count something, so it can link a document but never prove that the catalogue lacks it.
YEAR_BESIDE = r"(?<=tw|tư|.ư|.w),?\s+(?P<year>(?:19|20)\d\d)(?![\d%]|[-./,]\d)"
DATE_BEFORE = (
    r"(?:ngày\s+(?P<day>\d{1,2})\s*(?:[/.\-]|\s+tháng\s+)\s*(?P<month>\d{1,2})(?:\s*(?:[/.\-]|\s*năm\s+)\s*(?P<year>(?:19|20)\d\d))?"
    r"|năm\s+(?P<year2>(?:19|20)\d\d))\s*(?:,|\))*\s*(?:thay mặt\s+|thì\s+)?$"
)
How = Literal["", "after", "passive", "before", "about", "list"]  # the position of the issuer


@dataclass(slots=True)
class Reference:
    """A form and its evidence. `about` is the clause after its name, `near` the window that contains it, and `around`
    the text that may be about its subject: for a title, the opening below it."""

    form: Form
    near: str
    plain: bool = False
    tail: int = 0  # the end of its name and of all that belongs to it
    issuer: Issuer | None = None
    how: How = ""
    terms: tuple[int, ...] = ()
    term_spans: tuple[tuple[int, int], ...] = ()
    stated: StatedDate | None = None
    lent: bool = False  # `stated` was read at the last document of a list, and need not apply to this one
    plenum: int | None = None
    plenum_at: int = 0
    local: bool = False  # a congress of a local body of the Party, by its own words or by its sentence
    # the text elsewhere calls a congress of this number a local one, and none the Party's
    local_around: bool = False
    about: str = ""
    sentence: str = ""
    around: str = ""


class Surroundings:
    """Compiled for text with marks or without."""

    def __init__(self, grammar: Grammar) -> None:
        plain = grammar.plain
        self._grammar, self._times = grammar, grammar.times
        self._of, self._beside = spelled(OF + ANY_ISSUER, plain), spelled(BESIDE + ANY_ISSUER, plain)
        self._centre = spelled(r"(?:ban chấp hành|bch)", plain)
        self._sort, self._issued_by_it = (
            spelled(rf"(?:{COMPANY}(?:{SORT})?|{SORT})", plain),
            spelled(ISSUED_BY_IT, plain),
        )
        self._which = spelled(r"\s+mà\s+" + ANY_ISSUER + ISSUED_BY_IT, plain)
        self._of_any, self._closed = spelled(r"\s(?:của|do)\s", plain), spelled(SUBJECT_ENDS, plain)
        self._other_matter, self._said_of = spelled(OTHER_MATTER, plain), spelled(r"[\s,\"(]*về(?!\w)", plain)
        self._passive = spelled(PASSIVE + ANY_ISSUER + PASSED, plain)
        self._about_of = spelled(ABOUT_OF + ANY_ISSUER, plain)
        self._other = spelled(OTHER_DOCUMENT, plain)
        self._any = spelled(r"(?<!\w)" + ANY_ISSUER + r"(?!\w)", plain)
        self._issuing, self._on_behalf = spelled(ISSUING, plain), spelled(ON_BEHALF, plain)
        self._verb = spelled(r"(?<!\w)(?:ban hành|thông qua|ra|có|ký|công bố)(?!\w)", plain)
        self._year_beside = spelled(YEAR_BESIDE, plain)
        self._date_before = spelled(DATE_BEFORE, plain)
        self._plenum = spelled(r"[\s,(]*(?:(?:của|tại|do|được)\s+)?(?:các\s+)?(" + PLENUM + ")", plain)
        self._about = spelled(
            r"[\s,(\"]*(?:về|với|là|xác định|đề ra|quy định|nêu|yêu cầu|đặt ra|chỉ rõ|khẳng định|định hướng)(?!\w)",
            plain,
        )

    def read(self, form: Form, text: str) -> Reference:
        """`text` is the window that contains the form; positions are in it."""
        ref = Reference(
            form,
            text,
            self._grammar.plain,
            form.end,
            terms=form.terms,
            term_spans=form.term_spans,
            local=form.local,
        )
        self._read_after(ref)
        end = min(_sentence_end(text, ref.tail), ref.tail + AFTER)
        begin = _sentence_begin(text, form.start)
        ref.about, ref.sentence, ref.around = text[ref.tail : end], text[begin:end], text
        if form.shape == "congress" and not ref.local:
            ref.local = form.is_one_of(self._grammar.bodies.local_congresses(ref.sentence))
        if ref.issuer is None:
            self._read_before(ref, begin)
        if ref.issuer is None:
            self._read_later(ref)
        if ref.how == "after" and ref.issuer and ref.issuer.code in CENTRAL_ISSUERS:
            ref.form = replace(ref.form, members=tuple(map(_of_centre, form.members)))
        return ref

    def _read_after(self, ref: Reference) -> None:
        """Reads dates, terms and issuers that follow directly, in any order."""
        if ref.form.issuer:
            ref.issuer, ref.how = BY_CODE[ref.form.issuer], "after"
        if ref.form.shape == "numbered" and (year := self._year_beside.match(ref.near, ref.tail)):
            ref.stated, ref.lent, ref.tail = StatedDate(int(year["year"]), None, None), True, year.end()
        sort = self._sort.match(ref.near, ref.tail) if ref.form.shape == "plain" else None
        if sort and (self._read_next(ref, sort.end()) or self._said_of.match(ref.near, sort.end())):
            ref.tail = max(ref.tail, sort.end())
        for _ in range(5):
            if not self._read_next(ref, ref.tail):
                return

    def _read_next(self, ref: Reference, at: int) -> bool:
        """Reads one of them, if it begins at that place."""
        text = ref.near
        if not ref.terms and (term := self._times.term(text, at)):
            ref.terms, ref.term_spans, ref.tail = term
            if ref.issuer is None and self._centre.search(text, at, ref.tail):
                ref.issuer, ref.how = BY_CODE["central_committee"], "after"
        elif ref.stated is None and (dated := self._times.date(text, at)):
            ref.stated, ref.tail = dated
        elif ref.plenum is None and ref.form.shape in NO_PLENUM and (of := self._of_plenum(text, at)):
            ref.plenum, ref.plenum_at, ref.tail = of
            ref.issuer, ref.how = BY_CODE["central_committee"], "after"
        elif ref.issuer is None:
            return self._read_issuer(ref, at)
        else:
            return False
        return True

    def _read_issuer(self, ref: Reference, at: int) -> bool:
        text = ref.near
        if by := self._of.match(text, at) or self._beside.match(text, at):
            issued = self._issued_by_it.match(text, by.end())
            ref.issuer, ref.how, ref.tail = _issuer(by), "after", (issued or by).end()
        elif by := self._which.match(text, at):
            ref.issuer, ref.how, ref.tail = _issuer(by), "after", by.end()
        elif by := self._passive.match(text, at):
            ref.issuer, ref.how, ref.tail = _issuer(by), "passive", by.end()
        return by is not None

    def _of_plenum(self, text: str, at: int) -> tuple[int, int, int] | None:
        found = self._plenum.match(text, at)
        if not found:
            return None
        figures = re.match(FIGURE, found["figures"] or "")
        number = (
            value(found["before"] or found["after"] or (figures[0] if figures else ""))
            if (found["before"] or found["after"] or figures)
            else None
        )
        return (number, found.start(1), found.end()) if number and number < 20 else None

    def _read_before(self, ref: Reference, begin: int) -> None:
        """Reads `Bộ Chính trị khóa IX đã ra Nghị quyết …`: an issuer, and a verb of issuing before the form."""
        before = ref.near[max(begin, ref.form.start - 130) : ref.form.start]
        if not self._verb.search(before, max(0, len(before) - 60)):
            return
        for by in reversed(list(self._any.finditer(before))):
            if ref.plain and by["party"]:
                continue  # without marks, Đảng may be đang
            verb = self._issuing.match(before, by.end())
            if verb or ("thay mặt" in before[: by.start()] and self._on_behalf.match(before, by.end())):
                ref.issuer, ref.how = _issuer(by), "before"
                if verb and not ref.terms and verb["term"] and (term := value(verb["term"])):
                    ref.terms = (term,)
                if ref.issuer.code in CENTRAL_BODIES:
                    self._read_plenum_before(ref, before)
                if not ref.stated and (dated := self._date_before.search(before, 0, by.start())):
                    ref.stated = _stated(dated)
                return

    def _read_plenum_before(self, ref: Reference, before: str) -> None:
        """Reads `Hội nghị Trung ương 6 khóa XII đã thông qua nghị quyết …`."""
        for found in self._plenum.finditer(before):
            if self._of_plenum(before, found.start()) and (term := self._times.term(before, found.end())):
                ref.terms = ref.terms or term[0]
                if ref.form.shape == "plain" and (of := self._of_plenum(before, found.start())):
                    ref.plenum = of[0]

    def _read_behind_subject(self, ref: Reference) -> None:
        """Reads `nghị quyết về công tác dân số của Hội nghị Trung ương 6 khóa XII`: a body of the Party at the end of
        the clause."""
        about = ref.about
        ends = CLAUSE_END.search(about)
        limit = min(LONGEST_SUBJECT, ends.start() if ends else len(about))
        for of in self._of_any.finditer(about, 0, limit):
            if self._other_matter.search(about, 0, of.start()):
                return
            plenum, by = self._of_plenum(about, of.start()), self._of.match(about, of.start())
            end = plenum[2] if plenum else by.end() if by else 0
            term = self._times.term(about, end) if end else None
            issuer = BY_CODE["central_committee"] if plenum else _issuer(by) if by else None
            if (
                issuer
                and self._closed.match(about, end)
                and (issuer.code in CENTRAL_ISSUERS or (issuer.code == "centre" and term))
            ):
                ref.issuer, ref.how, ref.plenum = issuer, "about", plenum[0] if plenum else None
                ref.terms = ref.terms or (term[0] if term else ())
                dated = None if ref.stated else self._times.date(about, term[2] if term else end)
                ref.stated = dated[0] if dated else ref.stated
                return

    def _read_later(self, ref: Reference) -> None:
        """Reads `Nghị quyết 54 về thí điểm cơ chế đặc thù của Quốc hội`."""
        if ref.form.shape == "plain" and self._said_of.match(ref.about):
            self._read_behind_subject(ref)
        if ref.form.shape != "numbered" or not self._about.match(ref.about):
            return
        by = self._about_of.match(ref.about)
        if by and not self._other.search(ref.about, 0, by.end()):
            issuer = _issuer(by)
            if issuer.code not in {"party", "centre"}:
                ref.issuer, ref.how = issuer, "about"
            if issuer.family == "party" and not ref.terms and (term := self._times.term(ref.about, by.end())):
                ref.terms = term[0]


def _of_centre(member: ListedNumber) -> ListedNumber:
    """Reads `29-NQ/TU của Ban Chấp hành Trung ương` as the centre's: TƯ has lost its mark there."""
    symbol = member.symbol
    return replace(member, symbol=symbols.central(symbol)) if symbol.agencies == ("tu",) else member


def _stated(dated: re.Match[str]) -> StatedDate:
    year = dated["year"] or dated["year2"]
    month, day = dated["month"], dated["day"]
    return StatedDate(int(year) if year else None, int(month) if month else None, int(day) if day else None)


def _sentence_end(text: str, at: int) -> int:
    for found in SENTENCE_END.finditer(text, at):
        if not ABBREVIATED.search(text, max(at, found.start() - 5), found.start()):
            return found.start()
    return len(text)


def _sentence_begin(text: str, before: int) -> int:
    begin = 0
    for found in SENTENCE_END.finditer(text, 0, before):
        if not ABBREVIATED.search(text, max(0, found.start() - 5), found.start()):
            begin = found.end()
    return begin


def _issuer(found: re.Match[str]) -> Issuer:
    return next(issuer for code, issuer in BY_CODE.items() if found[code] is not None)
