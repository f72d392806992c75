"""How Vietnamese papers write the Party's and the state's documents: surface forms over folded text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from models.mention import Family
from stream_apps.rules.text import without_marks

Shape = Literal["symbol", "plenum", "congress"]
ROMAN = {
    name: number
    for number, name in enumerate(
        ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"], 1
    )
}
SPELLED = {
    "nhất": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mười một": 11, "mười hai": 12, "mười ba": 13, "mười bốn": 14, "mười lăm": 15,
}  # fmt: skip
NUMERAL = (
    r"(?:\d{1,2}|[ivx]+|mười(?: (?:một|hai|ba|bốn|lăm))?|nhất|hai|ba|tư|bốn|năm|sáu|bảy|bẩy|tám|chín)(?!\w)"
)
LIST = r"(?:\s*(?:,|;|và|-)\s*)"
TERMS = rf"\(?\s*khóa\s+(?P<terms>{NUMERAL}(?:{LIST}(?:khóa\s+)?(?:[ivx]+|\d{{1,2}})(?!\w))*)\s*\)?"
CENTRAL = r"(?:tw|tư|t\.\s?ư|t\.\s?w|trung ương)"
SYMBOL = rf"(?<![\w/])(?P<numbers>\d{{1,3}}(?:{LIST}\d{{1,3}})*)\s?-?\s?(?P<type>nq|ct|kl|qđ)\s?/\s?(?P<body>{CENTRAL}|tu)(?!\w)"
PLENUM = (
    rf"(?:nghị quyết|(?<!\w)nq)\s*(?:của\s+)?(?:hội nghị\s+)?(?:lần thứ\s+(?P<first>{NUMERAL})\s+)?(?:của\s+)?"
    rf"(?:ban chấp hành\s+|bch\s*)?{CENTRAL}(?:\s+đảng)?\s*(?:lần thứ\s+)?(?P<second>{NUMERAL})?\s*,?\s*"
    rf"(?:của\s+)?(?:ban chấp hành trung ương\s*)?(?:đảng\s*)?,?\s*{TERMS}"
)
CONGRESS = rf"nghị quyết\s+(?:của\s+)?đại hội\s+(?:đại biểu\s+)?(?:toàn quốc\s+)?(?:đảng\s+)?(?:toàn quốc\s+)?(?:lần thứ\s+)?(?P<number>{NUMERAL})"
STATE = r"(?<![\w/])\d{1,4}[a-z]?(?:/\d{4})?/(?:nq-(?:cp|hđnd|ubtvqh\d*|hđtp)|qh\d{1,2}|nqlt)(?!\w)"
LOCAL_CONGRESS = r"nghị quyết\s+(?:của\s+)?đại hội\s+(?:đại biểu\s+)?đảng bộ(?!\w)"
DATE = r"^\s*,?\s*\(?\s*(?:ban hành\s+)?ngày\s+(\d{1,2})\s*(?:[/.-]|\s+tháng\s+)\s*(\d{1,2})\s*(?:[/.-]|,?\s+năm\s+)\s*(\d{4})"
TERM_AFTER = rf"^[^.;\n]{{0,60}}?{TERMS}"
ISSUERS = {
    "politburo": (r"^[^.;\n]{0,40}?bộ chính trị"),
    "secretariat": (r"^[^.;\n]{0,40}?ban bí thư"),
    "central_committee": (r"^[^.;\n]{0,40}?(?:ban chấp hành|bch|hội nghị)"),
}
KEY_WORDS = r"nghị quyết|nq|ct|kl|qđ|qh"
AHEAD = 120  # characters behind a symbol in which date, term and issuer are looked for


@dataclass(frozen=True, slots=True)
class Form:
    """Words that name documents. `numbers` of documents, plenums or a congress; what they say of term and issuer."""

    start: int
    end: int
    shape: Shape
    family: Family
    numbers: tuple[int, ...]
    type: str = "NQ"
    terms: tuple[int, ...] = ()
    issued: date | None = None
    issuer: str | None = None
    symbol: str | None = None


class Grammar:
    """The patterns in one spelling: as written, or for text that was typed without marks."""

    def __init__(self, spell: Callable[[str], str]) -> None:
        def compiled(source: str) -> re.Pattern[str]:
            return re.compile(spell(source))

        self._symbol, self._plenum, self._congress = compiled(SYMBOL), compiled(PLENUM), compiled(CONGRESS)
        self._state, self._local_congress = compiled(STATE), compiled(LOCAL_CONGRESS)
        self._date, self._term_after = compiled(DATE), compiled(TERM_AFTER)
        self._issuers = {name: compiled(source) for name, source in ISSUERS.items()}
        self._numerals = {spell(word): number for word, number in SPELLED.items()} | ROMAN
        self._words = re.compile(spell(KEY_WORDS))

    def forms(self, text: str) -> Iterator[Form]:
        """In order of their places; `text` is folded."""
        if self._words.search(text):
            found = (*self._symbols(text), *self._plenums(text), *self._congresses(text), *self._others(text))
            yield from sorted(found, key=lambda form: form.start)

    def _symbols(self, text: str) -> Iterator[Form]:
        for found in self._symbol.finditer(text):
            after = text[found.end() : found.end() + AHEAD]
            start, end, kind = found.start(), found.end(), found["type"].upper().replace("QD", "QĐ")
            numbers = tuple(map(int, re.findall(r"\d+", found["numbers"])))
            if found["body"] == "tu":
                yield Form(
                    start, end, "symbol", "local_party", numbers, kind, symbol=f"{numbers[0]:02d}-{kind}/TU"
                )
                continue
            term = self._term_after.search(after)
            issuer = next((name for name, words in self._issuers.items() if words.search(after)), None)
            terms = self._numbers(term["terms"]) if term else ()
            yield Form(start, end, "symbol", "party", numbers, kind, terms, self._stated_date(after), issuer)

    def _plenums(self, text: str) -> Iterator[Form]:
        for found in self._plenum.finditer(text):
            if number := self._number(found["first"] or found["second"] or ""):
                terms = self._numbers(found["terms"])
                yield Form(found.start(), found.end(), "plenum", "party", (number,), terms=terms)

    def _congresses(self, text: str) -> Iterator[Form]:
        for found in self._congress.finditer(text):
            if number := self._number(found["number"]):
                yield Form(found.start(), found.end(), "congress", "party", (number,))

    def _others(self, text: str) -> Iterator[Form]:
        for found in self._state.finditer(text):
            yield Form(found.start(), found.end(), "symbol", "state", (), symbol=found[0].upper())
        for found in self._local_congress.finditer(text):
            yield Form(found.start(), found.end(), "congress", "local_party", ())

    def _number(self, numeral: str) -> int | None:
        """Of `8`, `viii` or `tám`; None for what is no numeral."""
        return int(numeral) if numeral.isdigit() else self._numerals.get(numeral)

    def _numbers(self, text: str) -> tuple[int, ...]:
        found = (self._number(word) for word in re.findall(r"[^\s,;()-]+", text))
        return tuple(number for number in found if number)

    def _stated_date(self, after: str) -> date | None:
        if found := self._date.search(after):
            try:
                return date(int(found[3]), int(found[2]), int(found[1]))
            except ValueError:
                return None
        return None


@cache
def grammar(*, marked: bool) -> Grammar:
    """For text with marks, or for text without any."""
    return Grammar(str if marked else without_marks)
