"""Patterns written once, in Vietnamese, compiled for text with marks and for text typed without any."""

import re
from functools import cache

from stream_apps.rules.text import settled, without_marks

LIMITS = (
    (r"\s+", r"\s{1,3}"),
    (r"\s*", r"\s{0,3}"),
    (r"]*", r"]{0,4}"),
    (r"]+", r"]{1,4}"),
)


@cache
def spelled(pattern: str, plain: bool) -> re.Pattern[str]:
    """`plain` is for text without marks. Patterns are in lower case, like the folded text that they read. A space in
    them is any white space; gaps are short, because neighbouring gaps without a limit would take a time that grows
    with a power of their length."""
    loose = gaps(settled(pattern).replace(" ", r"\s+"))
    return re.compile(without_marks(loose) if plain else loose)


def gaps(pattern: str) -> str:
    """Of a pattern of ours: white space and punctuation between two words, a few characters at most."""
    for unlimited, limited in LIMITS:
        pattern = pattern.replace(unlimited, limited)
    return pattern


def phrase(words: str) -> str:
    """A pattern for a phrase of a catalogue: whole words, any white space and dashes, commas as they come."""
    parts = re.split(r"[\s,]+", words.lower().strip())
    return r"(?<!\w)" + r"[\s,]+(?:-\s+)?".join(re.escape(part) for part in parts if part != "-") + r"(?!\w)"
