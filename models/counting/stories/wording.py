"""A text as stories compare it: its syllables, its shingles, and how alike two of them are (counting.md, Stories)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import repeat

SHINGLE = 5  # syllables
LEAST_SYLLABLES = 30
SYLLABLE = re.compile(r"[^\W_]+")
Shingles = frozenset[str]


@dataclass(frozen=True, slots=True)
class StoryText:
    """One item that counts, as it is now."""

    id: str
    programme: str
    day: date
    lead: str
    text: str


def syllables(lead: str, text: str) -> list[str]:
    return SYLLABLE.findall(unicodedata.normalize("NFC", f"{lead} {text}").lower())


def shingles(programme: str, words: Sequence[str]) -> Shingles:
    """Empty for a text that is too short to have company. Programmes have none in common."""
    if len(words) < LEAST_SYLLABLES:
        return frozenset()
    return frozenset(
        map(" ".join, zip(repeat(programme), *(words[n:] for n in range(SHINGLE)), strict=False))
    )


def alike(one: Shingles, other: Shingles) -> bool:
    """Jaccard similarity of at least 0.8, in whole numbers: |A∩B| ÷ |A∪B| ≥ 4 ÷ 5."""
    if 5 * min(len(one), len(other)) < 4 * max(len(one), len(other)):
        return False
    shared = len(one & other)
    return 5 * shared >= 4 * (len(one) + len(other) - shared)


def digest(programme: str, words: Sequence[str]) -> bytes:
    """The name of a wording within its programme."""
    return blake2b(f"{programme}\0{' '.join(words)}".encode(), digest_size=16).digest()
