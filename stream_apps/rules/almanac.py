"""Known times: when terms began, who held which office from when until when, and since when certain words are
used."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from config.catalogue import Catalogue, PublicOffice
from stream_apps.rules.numerals import ROMAN
from stream_apps.rules.patterns import sought, spelled, spellings
from stream_apps.rules.text import without_marks

# characters after an office in which its holder may be named: "Bộ trưởng Bộ Kế hoạch và Đầu tư …"
BEHIND = 110
BEFORE, AFTER = 60, 20
AHEAD = 1  # years by which a catalogue may be out of date
NAME_ENDS = re.compile(r"[,;:!?()\"\n]|(?<!\wp)\.\s")  # "TP. HCM" does not end a name
SYLLABLE = re.compile(r"\w+")
SHORTEST_NAME, LONGEST_NAME = 2, 4  # syllables
FORMER = r"(?<!tài\s)(?<!tây\s)(?<!thái\s)(?<!cao\s)(?<!\w)(?:nguyên|cựu)\s+"
LATE = r"(?<!\w)cố\s+"  # without marks it is also "có"
LISTED = r"[^.;:!?()\n,]{2,40}(?:,|\s+và|\s+kiêm)\s+"  # "nguyên Tổng Bí thư, Chủ tịch nước …"
AT_THAT_TIME = r"(?:khi đó|khi ấy|lúc đó|lúc ấy|lúc bấy giờ|thời đó|thời bấy giờ)"
THEN = AT_THAT_TIME + r"(?:\s+là)?[\s,]+(?:ông\s+|bà\s+)?"


class Span(NamedTuple):
    """`last` is None for a span that goes on, or whose end is not known."""

    first: date
    last: date | None


Spans = tuple[Span, ...]  # the text was written in one of these


class Almanac:
    """Compiled once for a catalogue. `horizon` is the last year in which a text can have been written."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._terms = {ROMAN[span.term.lower()]: span.began for span in catalogue.terms}
        self._plenums = dict(_plenums(catalogue))
        self._highest = dict(_highest_numbers(catalogue))
        self._offices, self._events = _offices(catalogue), _events(catalogue)
        self._words = _patterns([*_all_words(catalogue)])
        self.horizon = _newest(catalogue).year + AHEAD

    def began(self, term: int) -> date | None:
        return self._terms.get(term)

    def plenum(self, number: int, term: int) -> date | None:
        """Returns the day on which the first document of the plenum was signed."""
        return self._plenums.get((number, term))

    def highest(self, number: int) -> date | None:
        """Returns the day on which the resolution of this number was signed, where no other term reached the
        number."""
        return self._highest.get(number)

    def times_of_writing(self, text: str, plain: bool) -> Iterator[Spans]:
        """Yields, for a folded text, the spans of time that each event, and each holder of an office, allows for its
        writing."""
        found = list(self._found(text, plain))
        for each, following in zip_longest(found, found[1:]):
            until = following.start() if following else len(text)
            words = _key(each[0])
            if words in self._events:
                yield self._events[words]
            elif not text.endswith(("phó ", "pho "), 0, each.start()):
                yield from self._offices[words].times_of_writing(text, each.span(), until, plain)

    def _found(self, text: str, plain: bool) -> Iterator[re.Match[str]]:
        """Yields whole words in their order; of two that overlap the first, which is the longer one."""
        end = 0
        for each in sorted(self._sought(text, plain), key=lambda each: each.span()):
            start, until = each.span()
            whole = not (text[start - 1 : start].isalnum() or text[until : until + 1].isalnum())
            if whole and start >= end:
                end = until
                yield each

    def _sought(self, text: str, plain: bool) -> Iterator[re.Match[str]]:
        """Searches for the beginnings of words by plain substring search: several times faster than one pattern for
        all."""
        for start, pattern in self._words.items():
            for beginning in sought(start, plain):
                at = text.find(beginning)
                while at >= 0:
                    if each := spelled(pattern, plain).match(text, at):
                        yield each
                    at = text.find(beginning, at + 1)


class _Office:
    """The holders of one office by their names, with marks and without."""

    def __init__(self, office: PublicOffice) -> None:
        self._spans: dict[str, Spans] = {}
        for holder in office.holders:
            for name in spellings(holder.name.lower()):
                self._spans[name] = (*self._spans.get(name, ()), Span(holder.began, holder.ended))
        self._family_names = {name.partition(" ")[0] for name in self._spans}

    def times_of_writing(self, text: str, at: tuple[int, int], until: int, plain: bool) -> Iterator[Spans]:
        """`at` is where the office is named; its holder must be named before `until`."""
        start, end = at
        until = min(end + BEHIND, until)
        if stop := NAME_ENDS.search(text, end, until):
            until = stop.start()
        syllables = list(SYLLABLE.finditer(text, end, until))
        for first, syllable in enumerate(syllables):
            if syllable[0] in self._family_names:
                for last in range(first + SHORTEST_NAME, first + LONGEST_NAME + 1):
                    name = syllables[first:last]
                    if spans := self._spans.get(" ".join(each[0] for each in name)):
                        after = text[name[-1].end() : name[-1].end() + AFTER]
                        yield from _of_holder(spans, text[max(0, start - BEFORE) : start], after, plain)
                        return


def _of_holder(spans: Spans, before: str, after: str, plain: bool) -> Iterator[Spans]:
    """A person who is called a former holder has left the office; a sentence about history proves nothing."""
    former = FORMER if plain else f"(?:{FORMER}|{LATE})"
    if spelled(former + "$", plain).search(before):
        if ends := [span.last for span in spans if span.last]:
            yield (Span(min(ends), None),)
    elif not (
        spelled(former + LISTED + "$", plain).search(before)
        or spelled(THEN + "$", plain).search(before)
        or spelled(r"[\s,(]+" + AT_THAT_TIME, plain).match(after)
    ):
        yield spans


@lru_cache(maxsize=1024)
def _key(words: str) -> str:
    return " ".join(without_marks(words.lower()).split())


def _offices(catalogue: Catalogue) -> dict[str, _Office]:
    return {
        _key(words): each
        for office in catalogue.offices
        for each in [_Office(office)]
        for words in office.office
    }


def _events(catalogue: Catalogue) -> dict[str, Spans]:
    return {_key(words): (Span(event.began, None),) for event in catalogue.events for words in event.words}


def _plenums(catalogue: Catalogue) -> Iterator[tuple[tuple[int, int], date]]:
    for document in catalogue.documents.values():
        if document.plenum and document.issued:
            _, number, term = document.plenum.split("-")
            issued = [d.issued for d in catalogue.documents.values() if d.plenum == document.plenum]
            yield (int(number), ROMAN[term.lower()]), min(day for day in issued if day)


def _newest(catalogue: Catalogue) -> date:
    return max((each.issued for each in catalogue.documents.values() if each.issued), default=date.max)


def _highest_numbers(catalogue: Catalogue) -> Iterator[tuple[int, date]]:
    numbered = [
        (int(document.symbol.partition("-")[0]), document.term, document.issued)
        for document in catalogue.documents.values()
        if document.symbol and document.symbol.endswith("-NQ/TW")
    ]
    for number, term, issued in numbered:
        if issued and number > max((n for n, other, _ in numbered if other != term), default=0):
            yield number, issued


def _all_words(catalogue: Catalogue) -> Iterator[str]:
    for office in catalogue.offices:
        yield from office.office
    for event in catalogue.events:
        yield from event.words


def _patterns(words: Sequence[str]) -> dict[str, str]:
    """Makes one pattern of all words that begin with the same two syllables."""
    starting: dict[str, list[str]] = {}
    for each in sorted({" ".join(each.lower().split()) for each in words}, key=len, reverse=True):
        starting.setdefault(" ".join(each.split()[:2]), []).append(each)
    return {
        start: "|".join(" ".join(map(re.escape, each.split())) for each in alike)
        for start, alike in starting.items()
    }
