"""A text as syllables, which phrases are looked up in: one spelling of every tone mark, and where each stands."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from stream_apps.rules.text import OLD_STYLE, without_marks

SYLLABLE = re.compile(r"[^\W_]+(?:[&.][^\W\d_]+)*")
NEW_OF_OLD = {old: new for new, old in OLD_STYLE.items()}
MISPLACED = re.compile(rf"(?:{'|'.join(NEW_OF_OLD)})(?=\w)|(?<=q)(?:{'|'.join(NEW_OF_OLD)})")
NEW_STYLE = re.compile("|".join(sorted(OLD_STYLE)))
Pair = tuple[str, str]


class Syllables:
    """Of folded text; `hoà` and `hòa` are one."""

    def __init__(self, folded: str) -> None:
        self._text = _one_style(folded)
        self.words: Sequence[str] = SYLLABLE.findall(self._text)
        self._before: dict[int, int] = {}
        self._places: dict[Pair, list[int]] | None = None

    def places(self, known: Collection[Pair]) -> Mapping[Pair, Sequence[int]]:
        """Where each of the known pairs of neighbours stands. Whoever asks again asks for the same pairs."""
        if self._places is None:
            self._places = {}
            for at, pair in enumerate(pairwise(self.words)):
                if pair in known:
                    self._places.setdefault(pair, []).append(at)
        return self._places

    def before(self, character: int) -> int:
        """How many syllables begin before a character. Few are asked for: counting is faster than noting where all begin."""
        if character not in self._before:
            self._before[character] = len(SYLLABLE.findall(self._text, 0, character))
        return self._before[character]


@lru_cache(maxsize=1 << 14)
def words_of(phrase: str, plain: bool = False) -> tuple[str, ...]:
    """Of a phrase of the catalogue, comparable with a text's; `plain`: with a text that has no marks."""
    lower = _one_style(phrase.lower())
    return tuple(SYLLABLE.findall(without_marks(lower) if plain else lower))


def shown(words: Sequence[str]) -> str:
    """As it is written: `hòa`, and `toàn`, where the tone mark has one right place."""
    return MISPLACED.sub(lambda found: NEW_OF_OLD[found[0]], " ".join(words))


def _one_style(text: str) -> str:
    return NEW_STYLE.sub(lambda found: OLD_STYLE[found[0]], text)
