"""What stands around a form: who issued it, when, in which term, and what is said of it."""

import re
from dataclasses import dataclass
from typing import Literal

from stream_apps.rules.grammar import PLENUM, Form, Grammar, Stated
from stream_apps.rules.issuers import ANY_ISSUER, BY_CODE, Issuer
from stream_apps.rules.numerals import FIGURE, value
from stream_apps.rules.spelling import spelled

BEFORE, AFTER = 220, 420
SENTENCE_END = re.compile(r"[.!?…][\"')]*(?=\s|$)|\n")
ABBREVIATED = re.compile(r"(?<!\w)(?:tp|ts|gs|pgs|ths|t|v\.v)$")
OF = r"[\s,)]*\(?(?:của|do)\s+(?:các\s+|chính\s+)?"
BESIDE = r"\s*\(?(?:hội nghị\s+)?(?=(?:phiên họp|ban chấp hành|bch|bchtw|trung ương|tw|tư|bộ chính trị|bct|quốc hội|chính phủ|hđnd|ubtvqh|tỉnh ủy|thành ủy|liên hợp quốc|lhq|đảng bộ)(?!\w))"
PASSIVE = r"[\s,]*(?:vừa|mới|đã)?\s*(?:được|vừa được|mới được)\s+"
PASSED = r"[^.;\n]{0,40}?(?:thông qua|ban hành|ký|ra(?!\w)|công bố)"
ABOUT_OF = r"[^.;:!?\n]{0,160}?\s(?:của|do)\s+"
OTHER_DOCUMENT = r"nghị định|chương trình hành động|kế hoạch|quyết định|luật|chỉ thị|kết luận|thông tư|báo cáo|đề án|nghị quyết"
ISSUING = (
    r"(?P<between>(?:\s*\(?\s*khóa\s+(?P<term>\d{1,2}|[ivx]{1,5})\)?)?(?P<adverbs>(?:\s+[^\s.,;:!?]{1,20}){0,6}?))"
    r"\s+(?:ban hành|thông qua|ra|có|ký|ký ban hành|đưa ra|công bố|biểu quyết thông qua|xây dựng và ban hành)"
    r"(?:\s+(?:liên tiếp|liên tục|thêm|các|những|một số|dự thảo|toàn văn|bộ|nhiều|hàng chục|hai|ba|bốn|năm|\d{1,3}|luật,?))*\s*$"
)
ON_BEHALF = r",\s+[^.;:!?\n]{3,60}\s+(?:đã\s+|vừa\s+)?ký(?:\s+ban hành)?\s*(?:các\s+)?$"
DATE_BEFORE = (
    r"(?:ngày\s+(?P<day>\d{1,2})\s*(?:[/.\-]|\s+tháng\s+)\s*(?P<month>\d{1,2})(?:\s*(?:[/.\-]|\s*năm\s+)\s*(?P<year>(?:19|20)\d\d))?"
    r"|năm\s+(?P<year2>(?:19|20)\d\d))\s*(?:,|\))*\s*(?:thay mặt\s+|thì\s+)?$"
)
How = Literal["", "after", "passive", "before", "about", "list"]  # where the issuer stands


@dataclass(slots=True)
class Reference:
    """A form and its evidence. `about` is the clause that follows its name, `near` the window in which it stands, and
    `around` where its matter may be spoken of: for a title, what stands below it."""

    form: Form
    near: str
    plain: bool = False
    tail: int = 0  # where its name and all that belongs to it ends
    issuer: Issuer | None = None
    how: How = ""
    terms: tuple[int, ...] = ()
    term_spans: tuple[tuple[int, int], ...] = ()
    stated: Stated | None = None
    lent: bool = False  # `stated` stands at the last of a list, and need not be this one's
    plenum: int | None = None
    plenum_at: int = 0
    about: str = ""
    sentence: str = ""
    around: str = ""


class Surroundings:
    """Compiled for text with marks or without."""

    def __init__(self, grammar: Grammar) -> None:
        plain = grammar.plain
        self._grammar = grammar
        self._of, self._beside = spelled(OF + ANY_ISSUER, plain), spelled(BESIDE + ANY_ISSUER, plain)
        self._centre = spelled(r"(?:ban chấp hành|bch)", plain)
        self._passive = spelled(PASSIVE + ANY_ISSUER + PASSED, plain)
        self._about_of = spelled(ABOUT_OF + ANY_ISSUER, plain)
        self._other = spelled(OTHER_DOCUMENT, plain)
        self._any = spelled(r"(?<!\w)" + ANY_ISSUER + r"(?!\w)", plain)
        self._issuing, self._on_behalf = spelled(ISSUING, plain), spelled(ON_BEHALF, plain)
        self._verb = spelled(r"(?<!\w)(?:ban hành|thông qua|ra|có|ký|công bố)(?!\w)", plain)
        self._date_before = spelled(DATE_BEFORE, plain)
        self._plenum = spelled(r"[\s,(]*(?:(?:của|tại|do|được)\s+)?(" + PLENUM + ")", plain)
        self._about = spelled(
            r"[\s,(\"]*(?:về|với|là|xác định|đề ra|quy định|nêu|yêu cầu|đặt ra|chỉ rõ|khẳng định|định hướng)(?!\w)",
            plain,
        )

    def read(self, form: Form, text: str) -> Reference:
        """`text` is the window in which the form stands; positions are in it."""
        ref = Reference(
            form, text, self._grammar.plain, form.end, terms=form.terms, term_spans=form.term_spans
        )
        self._read_after(ref)
        end = min(_sentence_end(text, ref.tail), ref.tail + AFTER)
        begin = _sentence_begin(text, form.start)
        ref.about, ref.sentence, ref.around = text[ref.tail : end], text[begin:end], text
        if ref.issuer is None:
            self._read_before(ref, begin)
        if ref.issuer is None:
            self._read_later(ref)
        return ref

    def _read_after(self, ref: Reference) -> None:
        """Dates, terms and issuers that follow directly, in any order."""
        text = ref.near
        for _ in range(5):
            at = ref.tail
            if not ref.terms and (term := self._grammar.term(text, at)):
                ref.terms, ref.term_spans, ref.tail = term
                if ref.issuer is None and self._centre.search(text, at, ref.tail):
                    ref.issuer, ref.how = BY_CODE["central_committee"], "after"
            elif ref.stated is None and (dated := self._grammar.date(text, at)):
                ref.stated, ref.tail = dated
            elif ref.plenum is None and ref.form.shape == "numbered" and (of := self._of_plenum(text, at)):
                ref.plenum, ref.plenum_at, ref.tail = of
                ref.issuer, ref.how = BY_CODE["central_committee"], "after"
            elif ref.issuer is None and (by := self._of.match(text, at) or self._beside.match(text, at)):
                ref.issuer, ref.how, ref.tail = _issuer(by), "after", by.end()
            elif ref.issuer is None and (by := self._passive.match(text, at)):
                ref.issuer, ref.how, ref.tail = _issuer(by), "passive", by.end()
            else:
                break

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
        """`Bộ Chính trị khóa IX đã ra Nghị quyết …`: an issuer, and a verb of issuing before the form."""
        before = ref.near[max(begin, ref.form.start - 130) : ref.form.start]
        if not self._verb.search(before, max(0, len(before) - 60)):
            return
        for by in reversed(list(self._any.finditer(before))):
            verb = self._issuing.match(before, by.end())
            if verb or ("thay mặt" in before[: by.start()] and self._on_behalf.match(before, by.end())):
                ref.issuer, ref.how = _issuer(by), "before"
                if verb and not ref.terms and verb["term"] and (term := value(verb["term"])):
                    ref.terms = (term,)
                if not ref.stated and (dated := self._date_before.search(before, 0, by.start())):
                    ref.stated = _stated(dated)
                return

    def _read_later(self, ref: Reference) -> None:
        """`Nghị quyết 54 về thí điểm cơ chế đặc thù của Quốc hội`."""
        if ref.form.shape != "numbered" or not self._about.match(ref.about):
            return
        by = self._about_of.match(ref.about)
        if by and not self._other.search(ref.about, 0, by.end()):
            issuer = _issuer(by)
            if issuer.code not in {"party", "centre"}:
                ref.issuer, ref.how = issuer, "about"


def _stated(dated: re.Match[str]) -> Stated:
    year = dated["year"] or dated["year2"]
    month, day = dated["month"], dated["day"]
    return Stated(int(year) if year else None, int(month) if month else None, int(day) if day else None)


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
