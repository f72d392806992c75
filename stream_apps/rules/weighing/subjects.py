"""The subjects of documents: phrases by document, weighted by their rarity in the press, and where a text has
them."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
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
    end: int
    weight: float


Phrase = tuple[str, ...]
Profiles = Mapping[str, Mapping[Phrase, float]]
# where a phrase may begin, and its first two syllables
Start = tuple[int, Phrase]


class Subjects:
    """Profiles prepared for finding their phrases in a text, with marks or without: by their first two syllables, the
    longest first."""

    def __init__(self, profiles: Profiles, plain: bool) -> None:
        self._phrases: dict[str, dict[Phrase, list[tuple[Phrase, float]]]] = {}
        self._owners: dict[Phrase, set[str]] = {}
        for document, profile in profiles.items():
            phrases = self._phrases[document] = _by_start(_without_marks(profile) if plain else profile)
            for start in phrases:
                self._owners.setdefault(start, set()).add(document)
        self._single = {start[0] for start in self._owners if len(start) == 1}

    def starts(self, words: Sequence[str]) -> list[Start]:
        """Returns where phrases of any document may begin, in reading order."""
        known = self._owners
        found: list[Start] = [(at, pair) for at, pair in enumerate(pairwise(words)) if pair in known]
        if self._single.isdisjoint(words):
            return found
        found += [(at, (word,)) for at, word in enumerate(words) if word in self._single]
        return sorted(found, key=lambda start: (start[0], -len(start[1])))

    def owners(self, starts: Iterable[Start]) -> set[str]:
        """Returns the documents of which phrases may begin there."""
        return set().union(*(self._owners[start] for _, start in starts))

    def hits(self, document: str, words: tuple[str, ...], starts: Iterable[Start]) -> list[Hit]:
        """Returns the phrases of one document; of phrases within each other, the longest."""
        phrases = self._phrases.get(document, {})
        hits: list[Hit] = []
        end = -1
        for at, start in starts:
            if start in phrases:
                for phrase, weight in phrases[start]:
                    last = at + len(phrase)
                    if last > end and words[at:last] == phrase:
                        hits.append(Hit(phrase, at, last, weight))
                        end = last
        return hits


def _by_start(profile: Mapping[Phrase, float]) -> dict[Phrase, list[tuple[Phrase, float]]]:
    starts: dict[Phrase, list[tuple[Phrase, float]]] = {}
    for words in sorted(profile, key=len, reverse=True):
        starts.setdefault(words[:2], []).append((words, profile[words]))
    return starts


def _without_marks(profile: Mapping[Phrase, float]) -> dict[Phrase, float]:
    plain: dict[Phrase, float] = {}
    for words, weight in profile.items():
        key = words_of(" ".join(words), True)
        plain[key] = max(weight, plain.get(key, 0.0))
    return plain


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
