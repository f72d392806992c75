"""The ways in which Vietnamese names a resolution, read at a key word."""

import re
from collections.abc import Iterator
from dataclasses import replace

from stream_apps.rules import symbols
from stream_apps.rules.bodies import LAST_OF_PLENUMS, Bodies, Form, ListedNumber
from stream_apps.rules.numerals import THINGS
from stream_apps.rules.patterns import spelled
from stream_apps.rules.stated_times import StatedDate, Times
from stream_apps.rules.symbols import SYMBOL

__all__ = ["Form", "Grammar", "ListedNumber", "StatedDate"]

HIGHEST_CENTRAL = 150  # no term has issued more resolutions than this

NUMBER = r"(?P<number>\d{1,4})(?P<suffix>[a-d](?!\w)|\.\d{1,2}(?=/20\d\d/))?(?![\d%]|[.,]\d)"
OPENING = r"\s*(?:liên tịch\s*|chuyên đề\s*)?(?:từ\s+)?(?:số)?[\s:.\"'(]*(?:[-/](?=\d{1,3}[-/\s]))?"
AGAIN = r"\s*(?:[,;]|và|&|,\s*và|cùng(?:\s+với)?|đến|-)\s*(?:số\s*)?"
COUNTED = rf"\s*(?:{THINGS}|khóa)"
CLOSED = (
    r"\s*(?:[,.;:)\"!?]|$|và(?!\w)|của|về|khóa|(?:hội nghị|trung ương|tw)(?!\w)|năm\s+\d{4}|ngày\s+\d|\()"
)
CENTRAL_AGENCY = r"(?:tw|tư|t\.ư|t\.w|bct|bbt)"
# "NQ/TW số 29", "Nghị quyết Trung ương số 29": the issuer precedes the number.
TURNED = (
    rf"(?:\s*(?:(?:số\s*)?nq)?\s*[-/]\s*(?P<agency>{CENTRAL_AGENCY}|tu)\s*(?P<said>số)?[\s:.]*(?=\d{{1,3}}(?!\d))"
    r"|\s*(?:của\s+)?(?:(?P<politburo>bộ chính trị|bct)|(?P<secretariat>ban bí thư)"
    r"|(?P<centre>(?:(?:ban chấp hành|bch)\s*)?(?:trung ương|tw|t\.ư)(?:\s+đảng)?)),?\s*\(?số[\s:.]*)"
)
UNITED_NATIONS_NUMBER = re.compile(r"\d{1,2}/\d{2,3}(?!\d|/)")


class Grammar:
    """Compiled for text with marks or without."""

    def __init__(self, plain: bool) -> None:
        self.plain = plain
        self._number = spelled(OPENING + NUMBER + SYMBOL, plain)
        self._turned = spelled(TURNED + NUMBER + SYMBOL, plain)
        self._again = spelled(AGAIN + NUMBER + SYMBOL, plain)
        self._counted, self._closed = spelled(COUNTED, plain), spelled(CLOSED, plain)
        self.times = Times(plain)
        self.bodies = Bodies(plain, self.times)
        self._joint = spelled(r"\s*liên tịch", plain)

    def read(self, text: str, start: int, after: int, type_: str, plural: bool) -> Form:
        """Reads at the key word text[start:after]. `plural` is true for "các nghị quyết …", which may be followed by
        a list."""
        joint = self._joint.match(text, after) is not None
        return (
            self._read_turned(text, start, after, type_)
            or self.bodies.read(text, start, after, type_)
            or self._read_numbered(text, start, after, type_, plural, joint)
            or Form("plain", type_, start, after, joint=joint)
        )

    def _read_turned(self, text: str, start: int, after: int, type_: str) -> Form | None:
        found = self._turned.match(text, after)
        if not found:
            return None
        member = _member(found, start)
        agency, issuer = found["agency"], next((code for code in BEFORE_NUMBERS if found[code]), "")
        bare = not (member.symbol.type or member.symbol.agencies)
        if bare and agency != "tu" and not (found["said"] or issuer or self._is_numbered(text, member)):
            return None  # "NQ/TW 4" is the plenum's
        if bare and agency:
            member = replace(member, symbol=symbols.of(agency, member.symbol.year))
        members = [member, *self._more(text, member, plural=False)]
        return Form("numbered", type_, start, members[-1].end, tuple(_shared(members)), issuer=issuer)

    def _is_numbered(self, text: str, member: ListedNumber) -> bool:
        """True for `NQ/TW 29` or `NQ/TW 11 ngày 3/6/2017`: no plenum has the number, or a day is stated, as for
        documents."""
        dated = self.times.date(text, member.end)
        return member.number > LAST_OF_PLENUMS or (dated is not None and dated[0].day is not None)

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

    def _more(self, text: str, first: ListedNumber, plural: bool) -> Iterator[ListedNumber]:
        last = first
        for _ in range(12):
            found = self._again.match(text, last.end)
            if not found or (found["suffix"] and not found["type"]):
                return
            member = _member(found, found.start("number"))
            named = member.symbol.type or member.symbol.agencies
            if not named and FIRST_YEAR <= member.number < LAST_YEAR:
                return
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


FIRST_YEAR, LAST_YEAR = 1900, 2100
BEFORE_NUMBERS = ("politburo", "secretariat", "centre")


def _member(found: re.Match[str], start: int) -> ListedNumber:
    return ListedNumber(start, found.end(), int(found["number"]), symbols.read(found), found["suffix"] or "")


def _shared(members: list[ListedNumber]) -> Iterator[ListedNumber]:
    """In `18, 19-NQ/TW` and `18-NQ/TW, 19`, a symbol that is stated once applies to the numbers without one."""
    named = [i for i, m in enumerate(members) if m.symbol.type or m.symbol.agencies]
    for i, member in enumerate(members):
        later = [j for j in named if j >= i] or named[-1:]
        shares = later and i not in named and not member.symbol.year and not members[later[0]].symbol.year
        yield replace(member, symbol=members[later[0]].symbol) if shares else member
