"""The catalogue compiled for the rules: which documents a number, a plenum or a congress can mean."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from config.catalogue import Catalogue, Document
from stream_apps.rules.almanac import Almanac
from stream_apps.rules.numerals import ROMAN
from stream_apps.rules.patterns import phrase

FAR = date(2100, 1, 1)
TITLE_SYLLABLES = 10  # this many syllables identify a long title
UNMISTAKABLE = 4  # and this many more where nothing but the title identifies the document
SHORTEST_TITLE = 5
TITLE_START = r"(?:(?<!\w)về|[:;\"])"
BEFORE_TITLE = TITLE_START + r"[\s:\"]*(?:một số vấn đề )?(?:về )?"
TITLE_OPENING = re.compile(r"^(?:Về\s+|Một số vấn đề\s+(?:về\s+)?)+", re.IGNORECASE)
TITLE_CLOSING = re.compile(r"\s+(?:đến năm|giai đoạn|trong tình hình mới|trong giai đoạn|trong thời).*$")


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A document that a number can mean. Numbers are consecutive within a term, so a number that the catalogue lacks
    was issued between its neighbours: `document` is then None, and `earliest` and `latest` are theirs."""

    name: str
    document: Document | None
    term: int
    earliest: date
    latest: date
    state: bool = False


class Index:
    """Built once for a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.almanac = Almanac(catalogue)
        self.numbered: dict[tuple[str, str, int], tuple[Candidate, ...]] = {}
        self.state: dict[int, tuple[Candidate, ...]] = {}
        self.named: dict[str, Candidate] = {}
        self._of_type: dict[str, list[Candidate]] = {}
        self._plenums: dict[int, list[Candidate]] = {}
        self._began = {ROMAN[span.term.lower()]: span.began for span in catalogue.terms}
        documents = [_candidate(d, catalogue) for d in catalogue.documents.values()]
        self.named = {c.name: c for c in documents}
        self._read_numbers(documents)
        for c in documents:
            if c.name.startswith("TW-"):
                self._plenums.setdefault(int(c.name.split("-")[1]), []).append(c)
        self._add_missing()
        for entry in catalogue.state:
            number = int(re.match(r"\d+", entry.symbol)[0])  # type: ignore[index]
            made = Candidate(entry.symbol, None, 0, entry.issued, entry.issued, state=True)
            self.state[number] = (*self.state.get(number, ()), made)
        quoted = [
            (title, self.named[d.id])
            for d in catalogue.documents.values()
            if d.symbol and (title := quoted_title(d.title))
        ]
        self.titles = [(BEFORE_TITLE + title, c) for title, c in quoted]
        self.any_title = f"{BEFORE_TITLE}(?:{'|'.join(title for title, _ in quoted)})"
        self.aliases = [
            (phrase_of_alias(a), self.named[d.id])
            for d in catalogue.documents.values()
            for a in d.aliases
            if a.lower().startswith("nghị quyết") and not a[-1].isdecimal()
        ]

    def possible(self, type_: str, agency: str, number: int) -> tuple[Candidate, ...]:
        return self.numbered.get((type_, agency, number), ())

    def plenums(self, number: int) -> Sequence[Candidate]:
        return self._plenums.get(number, ())

    def of_type(self, type_: str) -> Sequence[Candidate]:
        """Returns the documents of the central Party of one type, whatever their number."""
        return self._of_type.get(type_, ())

    def term_on(self, day: date) -> int | None:
        return max((term for term, began in self._began.items() if began <= day), default=None)

    def _read_numbers(self, documents: Iterable[Candidate]) -> None:
        for c in documents:
            if c.document and c.document.symbol:
                number, _, rest = c.document.symbol.partition("-")
                type_, _, agency = rest.partition("/")
                key = (type_, "TW" if agency == "TW" else "TU", int(number))
                self.numbered[key] = (*self.numbered.get(key, ()), c)
                if agency == "TW":
                    self._of_type.setdefault(type_, []).append(c)

    def _add_missing(self) -> None:
        terms: dict[int, dict[int, Candidate]] = {}
        for (type_, agency, number), found in self.numbered.items():
            if (type_, agency) == ("NQ", "TW"):
                for c in found:
                    terms.setdefault(c.term, {})[number] = c
        for term, known in terms.items():
            self._fill(term, known)

    def _fill(self, term: int, known: dict[int, Candidate]) -> None:
        began = self._began.get(term, date(1990, 1, 1))
        ended = self._began.get(term + 1, FAR)
        for number in range(1, max(known) + 1):
            dates = [(n, c.document.issued) for n, c in known.items() if c.document and c.document.issued]
            earliest = max((day for n, day in dates if n < number), default=began)
            latest = min((day for n, day in dates if n > number), default=ended)
            if number not in known:
                missing = Candidate(f"{number:02d}-NQ/TW@{term}", None, term, earliest, max(earliest, latest))
                key = ("NQ", "TW", number)
                self.numbered[key] = (*self.numbered.get(key, ()), missing)


def quoted_title(title: str) -> str:
    """Returns the part of a title that can replace the number of the document: from its first word to its end, or far
    enough that no other document begins with the same words."""
    syllables = _syllables(title)
    opening, more = syllables[:TITLE_SYLLABLES], syllables[TITLE_SYLLABLES:][:UNMISTAKABLE]
    if len(opening) < SHORTEST_TITLE:
        return ""
    end = r"(?=\s*(?:[.,;:\")!?]|$|(?:của|do) (?:bộ chính trị|ban|bch|trung ương|tw|đảng)))"
    further = rf"(?:[\s,]+{phrase(' '.join(more))}|{end})" if more else ""
    return phrase(" ".join(opening)) + further


def _syllables(title: str) -> list[str]:
    return re.findall(r"[\w.]+", TITLE_CLOSING.sub("", TITLE_OPENING.sub("", title)))


def phrase_of_alias(alias: str) -> str:
    """Returns the words after the key word: `Nghị quyết tam nông` is read at `nghị quyết`."""
    return r"\s*[\"'(]*" + phrase(" ".join(alias.split()[2:]))


def _candidate(document: Document, catalogue: Catalogue) -> Candidate:
    issued = [document.issued] if document.issued else []
    if document.kind == "plenum":
        issued = [d.issued for d in catalogue.documents.values() if d.plenum == document.id and d.issued]
    term = ROMAN[document.term.lower()] if document.term else 0
    began = next((s.began for s in catalogue.terms if s.term == document.term), date(1990, 1, 1))
    earliest, latest = (min(issued), max(issued)) if issued else _between(document, catalogue, began)
    return Candidate(document.id, document, term, earliest, latest)


def _between(document: Document, catalogue: Catalogue, began: date) -> tuple[date, date]:
    """Places an undated document between its dated neighbours of the same type and term."""
    if not document.symbol:
        return began, began
    number, _, type_ = document.symbol.partition("-")
    near = [
        (int(d.symbol.partition("-")[0]), d.issued)
        for d in catalogue.documents.values()
        if d.symbol and d.issued and d.term == document.term and d.symbol.endswith(type_)
    ]
    earliest = max((day for n, day in near if n < int(number)), default=began)
    return earliest, max(earliest, min((day for n, day in near if n > int(number)), default=earliest))
