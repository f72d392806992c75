"""What stands around a form: who issued it, when, in which term, and what is said of it."""

import re
from dataclasses import dataclass, replace

from stream_apps.rules.grammar import PLENUM, Form, Grammar, Stated
from stream_apps.rules.issuers import ANY_ISSUER, BY_CODE, Issuer
from stream_apps.rules.numerals import FIGURE, value
from stream_apps.rules.spelling import spelled

BEFORE, AFTER = 220, 420
SENTENCE_END = re.compile(r"(?<!\btp)(?<!\bts)(?<!\bgs)(?<!\bths)(?<!\bt)[.!?…][\"')]*(?=\s|$)|\n")
OF = r"[\s,)]*\(?(?:của|do)\s+(?:các\s+|chính\s+)?"
BESIDE = r"\s*\(?(?=(?:ban chấp hành|bch|bchtw|trung ương|tw|tư|bộ chính trị|bct|quốc hội|chính phủ|hđnd|ubtvqh|tỉnh ủy|thành ủy|liên hợp quốc|lhq|đảng bộ)(?!\w))"
PASSIVE = r"[\s,]*(?:vừa|mới|đã)?\s*(?:được|vừa được|mới được)\s+"
PASSED = r"[^.;\n]{0,40}?(?:thông qua|ban hành|ký|ra(?!\w)|công bố)"
ABOUT_OF = r"[^.;:!?\n]{0,160}?\s(?:của|do)\s+"
OTHER_DOCUMENT = r"nghị định|chương trình hành động|kế hoạch|quyết định|luật|chỉ thị|kết luận|thông tư|báo cáo|đề án|nghị quyết"
ISSUING = (
    r"(?P<between>(?:\s*\(?\s*khóa\s+(?P<term>\d{1,2}|[ivx]{1,5})\)?)?(?P<adverbs>(?:\s+[^\s.,;:!?]+){0,6}?))"
    r"\s+(?:ban hành|thông qua|ra|có|ký|ký ban hành|đưa ra|công bố|biểu quyết thông qua|xây dựng và ban hành)"
    r"(?:\s+(?:các|những|một số|dự thảo|toàn văn|bộ|nhiều|hàng chục|hai|ba|bốn|năm|\d{1,3}|luật,?))*\s*$"
)
ON_BEHALF = r",\s+[^.;:!?\n]{3,60}\s+(?:đã\s+|vừa\s+)?ký(?:\s+ban hành)?\s*(?:các\s+)?$"
DATE_BEFORE = (
    r"(?:ngày\s+(?P<day>\d{1,2})\s*(?:[/.\-]|\s+tháng\s+)\s*(?P<month>\d{1,2})(?:\s*(?:[/.\-]|\s*năm\s+)\s*(?P<year>(?:19|20)\d\d))?"
    r"|năm\s+(?P<year2>(?:19|20)\d\d))\s*(?:,|\))*\s*(?:thay mặt\s+|thì\s+)?$"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A form and its evidence. `about` is the clause that follows its name, `near` the window in which it stands, and
    `around` where its matter may be spoken of: for a title, what stands below it."""

    form: Form
    issuer: Issuer | None = None
    how: str = ""  # after | passive | about | before | list
    terms: tuple[int, ...] = ()
    stated: Stated | None = None
    plenum: int | None = None
    about: str = ""
    sentence: str = ""
    near: str = ""
    around: str = ""
    plain: bool = False


class Surroundings:
    """Compiled for text with marks or without."""

    def __init__(self, grammar: Grammar) -> None:
        plain = grammar.plain
        self._grammar = grammar
        self._of, self._beside = spelled(OF + ANY_ISSUER, plain), spelled(BESIDE + ANY_ISSUER, plain)
        self._passive = spelled(PASSIVE + ANY_ISSUER + PASSED, plain)
        self._about_of = spelled(ABOUT_OF + ANY_ISSUER, plain)
        self._other = spelled(OTHER_DOCUMENT, plain)
        self._any = spelled(r"(?<!\w)" + ANY_ISSUER + r"(?!\w)", plain)
        self._issuing, self._on_behalf = spelled(ISSUING, plain), spelled(ON_BEHALF, plain)
        self._date_before = spelled(DATE_BEFORE, plain)
        self._plenum = spelled(r"[\s,(]*(?:(?:của|tại|do|được)\s+)?(?:hội nghị\s+)?" + PLENUM, plain)
        self._about = spelled(
            r"[\s,(\"]*(?:về|với|là|xác định|đề ra|quy định|nêu|yêu cầu|đặt ra|chỉ rõ|khẳng định|định hướng)(?!\w)",
            plain,
        )

    def read(self, form: Form, text: str) -> Reference:
        """`text` is the window in which the form stands; positions are in it."""
        found = self._after(Reference(form, plain=self._grammar.plain), text, form.tail)
        limit = SENTENCE_END.search(text, found.form.tail)
        end = min(limit.start() if limit else len(text), found.form.tail + AFTER)
        found = replace(found, about=text[found.form.tail : end], near=text, around=text)
        if found.issuer is None:
            found = self._before(found, text)
        if found.issuer is None:
            found = self._later_in_clause(found)
        begin = max((m.end() for m in SENTENCE_END.finditer(text, 0, form.start)), default=0)
        return replace(found, sentence=text[begin:end])

    def _after(self, ref: Reference, text: str, at: int) -> Reference:
        """Dates, terms and issuers that follow directly, in any order."""
        terms: tuple[int, ...] = ref.form.terms
        spans = ref.form.term_spans
        stated: Stated | None = None
        issuer, how, plenum = ref.issuer, ref.how, ref.plenum
        for _ in range(5):
            if not terms and (term := self._grammar.term(text, at)):
                terms, spans, at = term
            elif stated is None and (dated := self._grammar.date(text, at)):
                stated, at = dated
            elif plenum is None and ref.form.shape == "numbered" and (of := self._of_plenum(text, at)):
                plenum, at = of
                issuer, how = BY_CODE["central_committee"], "after"
            elif issuer is None and (by := self._of.match(text, at) or self._beside.match(text, at)):
                issuer, how, at = _issuer(by), "after", by.end()
            elif issuer is None and (by := self._passive.match(text, at)):
                issuer, how, at = _issuer(by), "passive", by.end()
            else:
                break
        form = replace(ref.form, terms=terms, term_spans=spans, tail=at)
        return replace(ref, form=form, terms=terms, stated=stated, issuer=issuer, how=how, plenum=plenum)

    def _of_plenum(self, text: str, at: int) -> tuple[int, int] | None:
        found = self._plenum.match(text, at)
        if not found:
            return None
        figures = re.match(FIGURE, found["figures"] or "")
        number = (
            value(found["before"] or found["after"] or (figures[0] if figures else ""))
            if (found["before"] or found["after"] or figures)
            else None
        )
        return (number, found.end()) if number and number < 20 else None

    def _before(self, ref: Reference, text: str) -> Reference:
        """`Bộ Chính trị khóa IX đã ra Nghị quyết …`: an issuer, and a verb of issuing before the form."""
        begin = max(0, ref.form.start - 130)
        before = text[begin : ref.form.start]
        if ends := list(SENTENCE_END.finditer(before)):
            before = before[ends[-1].end() :]
        for by in reversed(list(self._any.finditer(before))):
            verb = self._issuing.match(before, by.end())
            if not verb and not (
                "thay mặt" in before[: by.start()] and self._on_behalf.match(before, by.end())
            ):
                continue
            terms, stated = ref.terms, ref.stated
            if verb and not terms and verb["term"] and (term := value(verb["term"])):
                terms = (term,)
            if not stated and (dated := self._date_before.search(before, 0, by.start())):
                year = dated["year"] or dated["year2"]
                stated = Stated(
                    int(year) if year else None,
                    int(dated["month"]) if dated["month"] else None,
                    int(dated["day"]) if dated["day"] else None,
                )
            return replace(ref, issuer=_issuer(by), how="before", terms=terms, stated=stated)
        return ref

    def _later_in_clause(self, ref: Reference) -> Reference:
        """`Nghị quyết 54 về thí điểm cơ chế đặc thù của Quốc hội`."""
        if not self._about.match(ref.about):
            return ref
        by = self._about_of.match(ref.about)
        if not by or self._other.search(ref.about, 0, by.end()):
            return ref
        issuer = _issuer(by)
        return ref if issuer.code in {"party", "centre"} else replace(ref, issuer=issuer, how="about")

    def speaks_of_content(self, about: str) -> bool:
        return self._about.match(about) is not None


def _issuer(found: re.Match[str]) -> Issuer:
    return next(issuer for code, issuer in BY_CODE.items() if found[code] is not None)
