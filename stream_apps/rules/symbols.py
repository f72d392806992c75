"""Reads the symbol after a number (`-NQ/TW`, `/2017/QH14`, `/NQ-HĐND`) and the family that it proves."""

import re
from typing import NamedTuple

from models.messages.mention import Family

CENTRAL = {"tw", "tư", "t.ư", "t.u", "t.w", "bct", "bbt", "bchtw", "bchtư"}
BODIES = {"bct", "bbt"}  # these also abbreviate ministries
# TU is the province's committee. Where a text has no marks, TU may be TƯ; it is never read as the centre.
LOCAL = re.compile(r"(?:tu|hu|qu|xu|q[uư]tw|đu\w*|du\w{0,3}|tđu|btv\w*|btvtu|bcsđ\w*|đb|tvtu|tvhu)$")
STATE = re.compile(
    r"(?:cp|qh\d*|ubtvqh\d*|hđnd\w*|hdnd\w*|nđnd|hhd|hđtp\w*|hdtp\w*|tandtc\w*|ttg|ub\w*|bộ|nđ|tt|tant\w*|h4)$"
)
OTHER = re.compile(
    r"(?:hđqt|hdqt|hđtv|hdtv|đhđcđ|dhdcd|đhcđ|dkvn|vec|bch\w*|hlgvn|tlđ|vff|evn\w*|pvn|đtn|hđt|đct\w*|mttw|hội\w*)$"
)
AGENCY = (
    r"(?:q[uư]tw|tw|tư(?!\w)|t\.ư|t\.w|tu|cp|qh\d{0,2}|ubtvqh\d{0,2}|hđnd\d{0,2}|hdnd|hđtp\w{0,8}|hđqt|hđtv|đhđcđ|đhcđ|bct|bbt|hu|đu|qu"
    r"|dkvn|vec|bch|hlgvn|btv|ttg|ubbc)(?!\w)"
)
SEPARATOR = r"\s{0,2}[-/]\s{0,2}"
YEAR = r"(?:[-/]\s?(?P<year>(?:19|20)\d\d)(?!\d))"
TYPE = r"(?P<type>nqlt|nq|ct|kl|qđi|qđ|qd|cq|nđ|nd|tb|hd|kh|qyđ)"
DATED = r"(?:\s?[-/]\s?(?P<dated>(?:19|20)\d\d)(?![\d/]))?"
SYMBOL = rf"{YEAR}?(?:(?:\s{{0,2}}[-/]?\s{{0,2}}|\.|\s?(?P<paren>\()\s?){TYPE}(?P<agencies>(?:(?:{SEPARATOR}|(?<=nq)(?=t)){AGENCY}|[-/](?![ivx]{{1,5}}(?!\w))[^\W\d_]{{1,12}}\d{{0,2}}(?![\w/])){{0,4}})(?!\w){DATED}(?(paren)\s?\))|(?P<bare>{SEPARATOR}{AGENCY}))?"
SPELLINGS = {"cq": "NQ", "nqlt": "NQ", "qd": "QĐ", "qyđ": "QĐ", "qđi": "QĐ"}  # cq: a typing error
OF_ANOTHER_CENTRE = re.compile(r"\s{0,3}(?:đoàn|doan|công đoàn|cong doan|hội|hoi)(?!\w|\s{1,3}ngh[ịi])")
PARTS = re.compile(r"[-/\s]+")


class Symbol(NamedTuple):
    """`type` is NQ, CT, KL, QĐ… `agency` is the central one (TW) where the family is the Party's."""

    type: str | None
    year: int | None
    agencies: tuple[str, ...]
    family: Family | None
    # a year that the press adds to the Party's symbols, which have none: `11-NQ/TW/2017`
    dated: int | None = None


def of(agency: str, year: int | None) -> Symbol:
    """Returns the symbol of an agency that precedes its number: `NQ/TW số 29`, `NQ/TW số 29/2013`."""
    return Symbol(None, None, (agency,), _family((agency,), None), year)


def central(symbol: Symbol) -> Symbol:
    """Returns the same symbol as one of the centre."""
    return symbol._replace(agencies=("tw",), family="party")


def read(found: re.Match[str]) -> Symbol:
    """Reads a match of SYMBOL."""
    agencies = tuple(part for part in PARTS.split(found["agencies"] or found["bare"] or "") if part)
    year = int(found["year"]) if found["year"] else None
    kind = document_type(found["type"] or "") or None
    family: Family | None = "state" if _is_states(kind, found["type"], agencies) else _family(agencies, year)
    if family == "party" and OF_ANOTHER_CENTRE.match(found.string, found.end()):
        return Symbol(kind, year, agencies, "other")
    if family == "party":
        return Symbol(kind, None, agencies, family, int(found["dated"]) if found["dated"] else year)
    return Symbol(kind, year, agencies, family)


def document_type(letters: str) -> str:
    """Returns upper case, in one spelling for each type."""
    return SPELLINGS.get(letters, letters.upper())


def _is_states(kind: str | None, letters: str | None, agencies: tuple[str, ...]) -> bool:
    """True for joint resolutions, decrees, and what ministries issue: BCT is the Politburo in a resolution's symbol,
    and the ministry of trade in that of a directive."""
    return letters in {"nqlt", "nđ", "nd"} or (kind not in {"NQ", None} and "bct" in agencies)


def _family(agencies: tuple[str, ...], year: int | None) -> Family | None:
    if any(LOCAL.match(agency) for agency in agencies):
        return "local_party"
    if any(OTHER.match(agency) for agency in agencies):
        return "other" if not CENTRAL & {*agencies} else "party"
    if any(STATE.match(agency) for agency in agencies):
        return "state"
    if CENTRAL & {*agencies} and not (year and BODIES & {*agencies}):
        return "party"
    if year:
        return "state"  # the Party's symbols have no year, unless the press adds one
    return "other" if agencies else None
