"""How Vietnamese papers write the Party's and the state's documents: surface forms over folded text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.mention import Family

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
SYMBOL = re.compile(
    rf"(?<![\w/])(?P<numbers>\d{{1,3}}(?:{LIST}\d{{1,3}})*)\s?-?\s?(?P<type>nq|ct|kl|qđ)\s?/\s?(?P<body>{CENTRAL}|tu)(?!\w)"
)
PLENUM = re.compile(
    rf"(?:nghị quyết|(?<!\w)nq)\s*(?:của\s+)?(?:hội nghị\s+)?(?:lần thứ\s+(?P<first>{NUMERAL})\s+)?(?:của\s+)?"
    rf"(?:ban chấp hành\s+|bch\s*)?{CENTRAL}(?:\s+đảng)?\s*(?:lần thứ\s+)?(?P<second>{NUMERAL})?\s*,?\s*"
    rf"(?:của\s+)?(?:ban chấp hành trung ương\s*)?(?:đảng\s*)?,?\s*{TERMS}"
)
CONGRESS = re.compile(
    rf"nghị quyết\s+(?:của\s+)?đại hội\s+(?:đại biểu\s+)?(?:toàn quốc\s+)?(?:đảng\s+)?(?:toàn quốc\s+)?(?:lần thứ\s+)?(?P<number>{NUMERAL})"
)
STATE = re.compile(
    r"(?<![\w/])\d{1,4}[a-z]?(?:/\d{4})?/(?:nq-(?:cp|hđnd|ubtvqh\d*|hđtp)|qh\d{1,2}|nqlt)(?!\w)"
)
LOCAL_CONGRESS = re.compile(r"nghị quyết\s+(?:của\s+)?đại hội\s+(?:đại biểu\s+)?đảng bộ(?!\w)")
DATE = re.compile(
    r"^\s*,?\s*\(?\s*(?:ban hành\s+)?ngày\s+(\d{1,2})\s*(?:[/.-]|\s+tháng\s+)\s*(\d{1,2})\s*(?:[/.-]|,?\s+năm\s+)\s*(\d{4})"
)
TERM_AFTER = re.compile(rf"^[^.;\n]{{0,60}}?{TERMS}")
ISSUERS = {
    "politburo": re.compile(r"^[^.;\n]{0,40}?bộ chính trị"),
    "secretariat": re.compile(r"^[^.;\n]{0,40}?ban bí thư"),
    "central_committee": re.compile(r"^[^.;\n]{0,40}?(?:ban chấp hành|bch|hội nghị)"),
}
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


def forms(text: str) -> Iterator[Form]:
    """In order of their places; `text` is folded."""
    yield from sorted(
        (*_symbols(text), *_plenums(text), *_congresses(text), *_others(text)), key=lambda f: f.start
    )


def number_of(numeral: str) -> int | None:
    """`8`, `viii` or `tám`; None for what is no numeral."""
    if numeral.isdigit():
        return int(numeral)
    return SPELLED.get(numeral) or ROMAN.get(numeral)


def _symbols(text: str) -> Iterator[Form]:
    for found in SYMBOL.finditer(text):
        after = text[found.end() : found.end() + AHEAD]
        kind = found["type"].upper()
        numbers = tuple(map(int, re.findall(r"\d+", found["numbers"])))
        if found["body"] == "tu":
            yield Form(
                found.start(),
                found.end(),
                "symbol",
                "local_party",
                numbers,
                kind,
                symbol=f"{numbers[0]:02d}-{kind}/TU",
            )
            continue
        term = TERM_AFTER.search(after)
        issuer = next((name for name, words in ISSUERS.items() if words.search(after)), None)
        terms = _numbers(term["terms"]) if term else ()
        yield Form(found.start(), found.end(), "symbol", "party", numbers, kind, terms, _date(after), issuer)


def _plenums(text: str) -> Iterator[Form]:
    for found in PLENUM.finditer(text):
        number = number_of(found["first"] or found["second"] or "")
        if number:
            yield Form(
                found.start(), found.end(), "plenum", "party", (number,), terms=_numbers(found["terms"])
            )


def _congresses(text: str) -> Iterator[Form]:
    for found in CONGRESS.finditer(text):
        if number := number_of(found["number"]):
            yield Form(found.start(), found.end(), "congress", "party", (number,))


def _others(text: str) -> Iterator[Form]:
    for found in STATE.finditer(text):
        yield Form(found.start(), found.end(), "symbol", "state", (), symbol=found[0].upper())
    for found in LOCAL_CONGRESS.finditer(text):
        yield Form(found.start(), found.end(), "congress", "local_party", ())


def _numbers(text: str) -> tuple[int, ...]:
    found = (number_of(word) for word in re.findall(r"[^\s,;()-]+", text))
    return tuple(number for number in found if number)


def _date(after: str) -> date | None:
    if found := DATE.search(after):
        try:
            return date(int(found[3]), int(found[2]), int(found[1]))
        except ValueError:
            return None
    return None
