"""Patterns written once, in Vietnamese, compiled for text with marks and for text typed without any."""

import re
from functools import cache

from stream_apps.rules.text import settled, without_marks


@cache
def spelled(pattern: str, plain: bool) -> re.Pattern[str]:
    """`plain` is for text without marks. Patterns are in lower case, like the folded text that they read."""
    return re.compile(without_marks(settled(pattern)) if plain else settled(pattern))


def phrase(words: str) -> str:
    """A pattern for a phrase of a catalogue: whole words, any white space and dashes, commas as they come."""
    parts = re.split(r"[\s,]+", words.lower().strip())
    return r"(?<!\w)" + r"[\s,]+(?:-\s+)?".join(re.escape(part) for part in parts if part != "-") + r"(?!\w)"
