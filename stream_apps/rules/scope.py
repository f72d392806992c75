"""Finds whether an item concerns the programme: it names one of its places (counting.md, Scope)."""

import re
from collections.abc import Callable, Iterable

from config.programme import PressOffice
from stream_apps.rules.text import fold, has_marks, without_marks


class ScopeRule:
    """Built once for a programme. Names match as whole words, in any case, with tone marks in the old or the new
    position; a title, lead or body without any marks is matched without marks."""

    def __init__(self, office: PressOffice) -> None:
        self._places = office.places
        self._marked = _Spelling(office, fold)
        self._plain = _Spelling(office, lambda name: without_marks(fold(name)))

    def places(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Returns the programme's places that the texts (title, lead, body) name, in the programme's order. A place
        that requires another name beside it counts when that name is in any of the texts."""
        names: set[str] = set()
        for text in map(fold, texts):
            names |= (self._marked if has_marks(text) else self._plain).names_in(text)
        return tuple(
            place.name
            for place in self._places
            if place.name in names and (not place.with_ or names & {*place.with_})
        )


class _Spelling:
    """The names as they appear in text with marks, or in text without."""

    def __init__(self, office: PressOffice, spell: Callable[[str], str]) -> None:
        self._masks = _words(map(spell, office.not_places))
        names = {name for place in office.places for name in (place.name, *place.with_)}
        self._any = _words(map(spell, names))
        self._each = [(name, _words([spell(name)])) for name in names]

    def names_in(self, text: str) -> set[str]:
        if not self._any.search(text):
            return set()
        kept = self._masks.sub("\x00", text)
        return {name for name, word in self._each if word.search(kept)}


def _words(names: Iterable[str]) -> re.Pattern[str]:
    """Matches any of the names as whole words, the longest first so that a mask covers as much as it can; without
    names it matches nothing."""
    ordered = sorted(set(names), key=len, reverse=True)
    spelled = "|".join(r"\s+".join(map(re.escape, name.split())) for name in ordered)
    return re.compile(rf"(?<!\w)(?:{spelled})(?!\w)" if ordered else r"(?!)")
