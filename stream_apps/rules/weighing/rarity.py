"""The rarity of a phrase in the press, by the number of articles that have it."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import log

UNSEEN = 2.0  # articles that a pair of syllables is assumed to be in when none was counted


class Rarity:
    """`counts` maps pairs of syllables, `a b`, to articles; `articles` is how many were read."""

    def __init__(self, counts: Mapping[str, int], articles: int) -> None:
        self._counts, self._articles = counts, max(articles, 2)
        self._most = log(self._articles / UNSEEN)

    def of(self, words: Iterable[str]) -> float:
        """Returns 0 (in every article) to 1 (in hardly any): the rarity of the rarest pair."""
        parts = tuple(words)
        pairs = [f"{a} {b}" for a, b in pairwise(parts)] or list(parts)
        fewest = min((self._counts.get(pair, UNSEEN) for pair in pairs), default=UNSEEN)
        return max(0.0, min(1.0, log(self._articles / fewest) / self._most)) if self._most > 0 else 1.0
