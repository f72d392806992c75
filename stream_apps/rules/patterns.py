"""Patterns are written once, in Vietnamese, and compiled for text with marks, in their old or new position, and for
text that was typed without any."""

import re
from functools import cache

from stream_apps.rules.text import OLD_STYLE, without_marks

LIMITS = (
    (r"\s+", r"\s{1,3}"),
    (r"\s*", r"\s{0,3}"),
    (r"]*", r"]{0,4}"),
    (r"]+", r"]{1,4}"),
)

TONES = re.compile("|".join((*OLD_STYLE, *OLD_STYLE.values())))


@cache
def spelled(pattern: str, plain: bool) -> re.Pattern[str]:
    """`plain` is for text without marks. Patterns are in lower case, like the folded text that they match. A space in
    them matches any white space; gaps are short, because neighbouring gaps without a limit would take a time that
    grows with a power of their length."""
    loose = gaps(pattern.replace(" ", r"\s+"))
    return re.compile(without_marks(loose) if plain else TONES.sub(_either_place, loose))


def spellings(words: str) -> set[str]:
    """Returns what `spelled` matches, for plain substring searches: much faster where few words are searched in a
    long text."""
    old, new = words, words
    for a, b in OLD_STYLE.items():
        old, new = old.replace(a, b), new.replace(b, a)
    return {old, new, without_marks(words)}


@cache
def sought(words: str, plain: bool) -> tuple[str, ...]:
    """Returns the spellings to search for in a text with marks, or in one without."""
    bare = without_marks(words)
    return (bare,) if plain else tuple(sorted(spellings(words) - {bare} or {bare}))


def _either_place(found: re.Match[str]) -> str:
    """Matches `khóa` and `khoá`; in closed syllables too (`hoàn`), where only one position is right."""
    new = next((new for new, old in OLD_STYLE.items() if found[0] in {new, old}), found[0])
    return f"(?:{OLD_STYLE[new]}|{new})"


def gaps(pattern: str) -> str:
    """Matches white space and punctuation between two words, a few characters at most."""
    for unlimited, limited in LIMITS:
        pattern = pattern.replace(unlimited, limited)
    return pattern


def phrase(words: str) -> str:
    """Returns a pattern for a phrase of a catalogue: whole words, with any white space, dashes and commas between
    them."""
    parts = re.split(r"[\s,]+", words.lower().strip())
    return r"(?<!\w)" + r"[\s,]+(?:-\s+)?".join(re.escape(part) for part in parts if part != "-") + r"(?!\w)"
