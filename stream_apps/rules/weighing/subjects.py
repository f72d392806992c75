"""The subjects of documents: phrases by document, weighted by their rarity in the press, and where a text has
them."""

from collections.abc import Iterable, Mapping
from itertools import compress, count, pairwise
from math import exp
from typing import NamedTuple

from stream_apps.rules.weighing.rarity import Rarity
from stream_apps.rules.weighing.syllables import words_of

DECAY = 18.0  # syllables; evidence at this distance weighs e times less than beside the number
FAR = 90  # syllables; a phrase further off is about something else
LEAST_RARITY = 0.12
FROM_TITLE, FROM_ARTICLES = (
    0.7,
    0.6,
)  # the weight of a phrase that is in the title only, or was only learned
EMPTY = frozenset(
    [
        "về",
        "và",
        "các",
        "của",
        "cho",
        "với",
        "trong",
        "đến",
        "từ",
        "năm",
        "là",
        "có",
        "một",
        "những",
        "theo",
        "tại",
        "này",
        "đó",
        "được",
        "do",
        "để",
        "vào",
        "ra",
        "nhằm",
        "đối",
        "thời",
        "kỳ",
        "giai",
        "đoạn",
        "nước",
        "ta",
        "tình",
        "hình",
        "mới",
        "hiện",
        "nay",
        "đáp",
        "ứng",
        "yêu",
        "cầu",
        "trên",
        "số",
        "việc",
        "vấn",
        "đề",
        "tiếp",
        "tục",
    ]
)


class Hit(NamedTuple):
    """A phrase of a document, from syllable `at` on."""

    words: tuple[str, ...]
    at: int
    weight: float

    @property
    def end(self) -> int:
        return self.at + len(self.words)


# where a phrase begins, and its weight for each document
Found = tuple[int, tuple[str, ...], Mapping[str, float]]
Profiles = Mapping[str, Mapping[tuple[str, ...], float]]


class Subjects:
    """Profiles prepared for finding their phrases in a text, with marks or without."""

    def __init__(self, profiles: Profiles) -> None:
        self._marked, self._plain = _Phrases(profiles, False), _Phrases(profiles, True)

    def found(self, words: tuple[str, ...], plain: bool) -> list[Found]:
        """Returns the phrases of all documents in reading order, of those at one place the longest first."""
        return (self._plain if plain else self._marked).found(words)


def hits_of(document: str, found: Iterable[Found]) -> list[Hit]:
    """Returns the phrases of one document; of phrases within each other, the longest."""
    mine: list[Hit] = []
    end = -1
    for at, words, owners in found:
        if document in owners and at + len(words) > end:
            mine.append(Hit(words, at, owners[document]))
            end = at + len(words)
    return mine


class _Phrases:
    """Phrases, and the lengths of those that begin with the same two syllables, the longest first."""

    def __init__(self, profiles: Profiles, plain: bool) -> None:
        self._owners: dict[tuple[str, ...], dict[str, float]] = {}
        for document, phrases in profiles.items():
            for words, weight in phrases.items():
                key = words_of(" ".join(words), True) if plain else words
                owners = self._owners.setdefault(key, {})
                owners[document] = max(weight, owners.get(document, 0.0))
        self._lengths: dict[tuple[str, ...], list[int]] = {}
        for words in sorted(self._owners, key=len, reverse=True):
            lengths = self._lengths.setdefault(words[:2], [])
            if len(words) not in lengths:
                lengths.append(len(words))
        self._single = {words[0] for words in self._owners if len(words) == 1}

    def found(self, words: tuple[str, ...]) -> list[Found]:
        starts = compress(count(), map(self._lengths.__contains__, pairwise(words)))
        found: list[Found] = [
            (at, phrase, owners)
            for at in starts
            for length in self._lengths[words[at : at + 2]]
            if (owners := self._owners.get(phrase := words[at : at + length])) and len(phrase) == length
        ]
        if self._single.isdisjoint(words):
            return found
        alone = ((at, (word,)) for at, word in enumerate(words) if word in self._single)
        found += [(at, phrase, self._owners[phrase]) for at, phrase in alone]
        return sorted(found, key=_place_and_length)


def _place_and_length(found: Found) -> tuple[int, int]:
    return found[0], -len(found[1])


def near(hits: Iterable[Hit], start: int, end: int) -> dict[tuple[str, ...], float]:
    """Returns each different phrase once, with its weight where it is nearest to the syllables from `start` to
    `end`."""
    best: dict[tuple[str, ...], float] = {}
    for hit in hits:
        distance = max(hit.at - end, start - hit.end, 0)
        if distance <= FAR:
            weight = hit.weight * exp(-distance / DECAY)
            best[hit.words] = max(weight, best.get(hit.words, 0.0))
    return best


def phrases_of_title(title: str, rarity: Rarity) -> dict[tuple[str, ...], float]:
    """Returns two to four neighbouring syllables of the title, if they are rare: by these a document that an office
    has added is known from its first day."""
    words = words_of(title)
    found: dict[tuple[str, ...], float] = {}
    for length in (2, 3, 4):
        for at in range(len(words) - length + 1):
            part = words[at : at + length]
            if part[0] in EMPTY or part[-1] in EMPTY or any(word.isdecimal() for word in part):
                continue
            if (rare := rarity.of(part)) >= LEAST_RARITY:
                found[part] = FROM_TITLE * rare
    return found
