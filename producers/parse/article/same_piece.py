"""Compares two texts: whether they are about one piece, by similar titles and by shared content words."""

import re
from collections.abc import Iterable
from itertools import pairwise

from config.letters import bare

WORD = re.compile(r"[^\W_]+")
# Syllables of any text: sharing them proves nothing.
EMPTY = frozenset(
    bare(
        "và của là có các cho với được trong những một này khi đã không người để từ về đến theo ra vào tại trên sau như cũng còn bị "
        "do đó thì mà ở năm ngày nhiều lại hay nên hơn phải làm đang sẽ rất việc số nhất nhưng đây qua bài tin trang ảnh video báo "
        "the of and to in for on is are was with that this from by at as it an be or not we you your our"
    ).split()
)
LEAST_WORDS = 6  # content words; fewer of them do not show what a piece is about
FEW = 0.25  # share of them that another text has by chance
MOST_LETTERS = 100_000  # letters of a text that are compared
SHORT_TITLE = 12  # letters; a shorter title occurs within others by chance
MOSTLY = 0.75  # share of common words from which on two titles are the same one in other words


def alike(one: str, other: str) -> bool:
    """True for titles of one piece: the same letters, one within the other, or nearly the same words and the same
    numbers."""
    first, second = letters_of(one), letters_of(other)
    if not first or not second:
        return False
    if first == second or (
        min(map(len, (first, second))) >= SHORT_TITLE and (first in second or second in first)
    ):
        return _numbers(one) == _numbers(other) or first == second
    mine, others = set(_words(one)), set(_words(other))
    return len(mine & others) >= MOSTLY * len(mine | others) and _numbers(one) == _numbers(other)


def is_named(title: str, own: Iterable[str]) -> bool:
    """True where a page has this title as its own, beside the name of its site."""
    said, words = letters_of(title), set(_words(title))
    for each in own:
        if alike(title, each) or (len(said) >= SHORT_TITLE and said in letters_of(each)):
            return True
        if len(words) >= LEAST_WORDS and len(words & set(_words(each))) >= MOSTLY * len(words):
            return True
    return False


def are_unrelated(piece: Iterable[str], page: Iterable[str]) -> bool:
    """True where the texts share no pair of neighbouring words, and almost no content word; False where the piece has
    too few words to compare. Many Vietnamese words have two syllables, and a single syllable occurs everywhere."""
    said, shown = list(piece), list(page)
    words = {word for text in said for word in _content(text)}
    pairs = {pair for text in said for pair in _pairs(text)}
    if len(words) < LEAST_WORDS or not pairs:
        return False
    found = {word for text in shown for word in _content(text)}
    if len(words & found) >= FEW * len(words):
        return False
    return pairs.isdisjoint(pair for text in shown for pair in _pairs(text))


def letters_of(text: str) -> str:
    """Returns the letters and digits, without marks and case."""
    return "".join(_words(text))


def _words(text: str) -> list[str]:
    return WORD.findall(bare(text[:MOST_LETTERS]))


def _content(text: str) -> set[str]:
    return {word for word in _words(text) if _is_content(word)}


def _pairs(text: str) -> set[tuple[str, str]]:
    words = _words(text)
    return {(one, other) for one, other in pairwise(words) if _is_content(one) and _is_content(other)}


def _is_content(word: str) -> bool:
    return len(word) > (2 if word.isdigit() else 1) and word not in EMPTY


def _numbers(title: str) -> set[str]:
    return {word for word in _words(title) if any(map(str.isdigit, word))}
