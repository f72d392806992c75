"""A text as syllables, in which phrases are looked up: every tone mark in one spelling, and the place of each
syllable."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from stream_apps.rules.text import OLD_STYLE, without_marks

SYLLABLE = re.compile(r"[^\W_]+(?:[&.][^\W\d_]+)*")
COMMON_SEPARATORS = ',_"()-:;/?!…'
# Any other sign but those within a syllable: `v.v`, `gd&đt`.
SEPARATOR = re.compile(r"[^\w\s](?:(?<![&.])|(?![^\W\d_])|(?<![^\W_].))")
UNSEPARATED = re.compile(r"[&.][^\W\d_]+\d")  # `t.ư7` is two syllables
NEW_OF_OLD = {old: new for new, old in OLD_STYLE.items()}
MISPLACED = re.compile(rf"(?:{'|'.join(NEW_OF_OLD)})(?=\w)|(?<=q)(?:{'|'.join(NEW_OF_OLD)})")
NEW_STYLE = re.compile("|".join(sorted(OLD_STYLE)))


class Syllables:
    """The syllables of folded text; `hoà` and `hòa` are one."""

    def __init__(self, folded: str) -> None:
        self._text = _spaced(_one_style(folded))
        self._unseparated = UNSEPARATED.search(self._text) is not None
        self.words = tuple(self._split(0, len(self._text)))
        self._counted, self._counts = (
            [0],
            [0],
        )  # characters at which words begin, and the number of syllables before each

    def before(self, character: int) -> int:
        """Returns how many syllables begin before a character. Few places are asked for, so counting from the nearest
        known place is faster than recording all of them."""
        at = bisect_right(self._counted, character) - 1
        known, count = self._counted[at], self._counts[at]
        if known != character:
            count += len(self._split(known, character))
            if self._text[character - 1 : character].isspace():  # else a syllable may continue here
                self._counted.insert(at + 1, character)
                self._counts.insert(at + 1, count)
        return count

    def _split(self, start: int, end: int) -> Sequence[str]:
        part = self._text[start:end]
        return SYLLABLE.findall(part) if self._unseparated else part.split()


@lru_cache(maxsize=1 << 14)
def words_of(phrase: str, plain: bool = False) -> tuple[str, ...]:
    """Returns the syllables of a phrase of the catalogue, comparable with those of a text; with `plain`, of a text
    that has no marks."""
    lower = _one_style(phrase.lower())
    return tuple(SYLLABLE.findall(without_marks(lower) if plain else lower))


def shown(words: Sequence[str]) -> str:
    """Returns the words as they are usually written: `hòa`, and `toàn`, where the tone mark has one right
    position."""
    return MISPLACED.sub(lambda found: NEW_OF_OLD[found[0]], " ".join(words))


def _spaced(text: str) -> str:
    """Returns a text of the same length, with spaces between its syllables and nothing else: splitting at spaces, and
    counting what is split, is faster than matching syllables."""
    for separator in COMMON_SEPARATORS:
        text = text.replace(separator, " ")
    return SEPARATOR.sub(" ", text)


def _one_style(text: str) -> str:
    return NEW_STYLE.sub(lambda found: OLD_STYLE[found[0]], text)
