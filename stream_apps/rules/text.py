"""Makes Vietnamese text comparable, with a map back to the text as received: one form of every letter, one position
for every tone mark, one kind of space and dash, lower case."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# The tone mark of an open oa, oe or uy is on the first letter in the old style and on the second in the new.
OLD_STYLE = {
    new: old
    for olds, news in (("òóỏõọ", "àáảãạ"), ("òóỏõọ", "èéẻẽẹ"), ("ùúủũụ", "ỳýỷỹỵ"))
    for old, new in zip(
        (first + {"à": "a", "è": "e", "ỳ": "y"}[news[0]] for first in olds),
        ({"à": "o", "è": "o", "ỳ": "u"}[news[0]] + second for second in news),
        strict=True,
    )
}
OPEN_SYLLABLE = re.compile(rf"(?:{'|'.join(OLD_STYLE)})(?!\w)")
PLAIN = {
    **dict.fromkeys("Ðð", "đ"),  # U+00D0, used for Đ
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u200b\ufeff", " "),
    **dict.fromkeys("‐‑‒–—−", "-"),
    **dict.fromkeys("“”„«»", '"'),
}
# grave, acute, circumflex, tilde, breve, hook, horn, dot
MARKS = {0x300, 0x301, 0x302, 0x303, 0x306, 0x309, 0x31B, 0x323}
MARKED = re.compile("[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ\u0300-\u0303\u0306\u0309\u031b\u0323]")
LONGEST_CLUSTER = 8  # marks beyond this are noise; without a limit, sorting them takes quadratic time


class Folded(NamedTuple):
    """Lower case, NFC, plain spaces and dashes; tone marks as written, which `patterns` allows for. `starts` maps
    each character, and the end, to its place in the text as received; None where the places are the same, as in every
    text that is in NFC."""

    text: str
    starts: Sequence[int] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        return (start, end) if self.starts is None else (self.starts[start], self.starts[end])


def fold(text: str) -> str:
    """Returns a text that is comparable with any other folded text, and as long as the text's NFC form."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    return OPEN_SYLLABLE.sub(lambda found: OLD_STYLE[found[0]], _plain(composed))


def fold_with_offsets(text: str) -> Folded:
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return Folded(_plain(text), None)
    pieces: list[str] = []
    starts: list[int] = []
    for start, end in _clusters(text):
        piece = unicodedata.normalize("NFC", text[start:end])
        pieces.append(piece)
        starts.extend([start] * len(piece))
    return Folded(_plain("".join(pieces)), [*starts, len(text)])


def has_marks(text: str) -> bool:
    """True where a text has Vietnamese letters; a text without any was typed without marks."""
    return not text.isascii() and MARKED.search(text) is not None


def without_marks(text: str) -> str:
    """`Hòa Bình đẹp` → `Hoa Binh dep`."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if ord(c) not in MARKS)
    return unicodedata.normalize("NFC", bare).replace("đ", "d").replace("Đ", "D")


def _plain(text: str) -> str:
    folded = text.lower()
    if len(folded) != len(text):  # İ becomes two letters
        folded = "".join(_lower(c) for c in text)
    for odd, plain in PLAIN.items():
        if odd in folded:
            folded = folded.replace(odd, plain)
    return folded


def _lower(letter: str) -> str:
    lower = letter.lower()
    return lower if len(lower) == 1 else letter


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yields the extents of letters with the marks that combine with them."""
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or i - start > LONGEST_CLUSTER or not unicodedata.combining(text[i]):
            yield start, i
            start = i
