"""Vietnamese text made comparable: one form of every letter, one place for every tone mark, one kind of space and dash."""

import re
import unicodedata
from collections.abc import Iterator

# The tone mark of an open oa, oe or uy stands on the first letter in the old style and on the second in the new.
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
LETTERS = str.maketrans(
    {
        "Ð": "đ",  # U+00D0, taken for Đ
        "ð": "đ",
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u200b\ufeff", " "),
        **dict.fromkeys("‐‑‒–—−", "-"),
    }
)
MARKS = {
    0x300,
    0x301,
    0x302,
    0x303,
    0x306,
    0x309,
    0x31B,
    0x323,
}  # grave, acute, circumflex, tilde, breve, hook, horn, dot


def fold(text: str) -> str:
    """Lower case, NFC, old-style tone marks, plain spaces and dashes. As long as the text's NFC form."""
    folded = "".join(_lower(c) for c in unicodedata.normalize("NFC", text).translate(LETTERS))
    return OPEN_SYLLABLE.sub(lambda found: OLD_STYLE[found[0]], folded)


def has_marks(text: str) -> bool:
    """Whether a text carries Vietnamese letters at all; one without any was typed without marks."""
    return any(
        c == "đ" or ord(m) in MARKS for c in set(text.lower()) for m in unicodedata.normalize("NFD", c)
    )


def without_marks(text: str) -> str:
    """`Hòa Bình đẹp` → `Hoa Binh dep`."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if ord(c) not in MARKS)
    return unicodedata.normalize("NFC", bare).replace("đ", "d").replace("Đ", "D")


def _lower(letter: str) -> str:
    lower = letter.lower()
    return lower if len(lower) == 1 else letter


def fold_with_offsets(text: str) -> tuple[str, list[int] | None]:
    """The folded text, and for each of its characters where it starts in the text (one more entry for the end);
    None where that is the same place, as in every text that is in NFC."""
    if unicodedata.is_normalized("NFC", text):
        return fold(text), None
    pieces, starts = [], []
    for start, end in _clusters(text):
        piece = fold(text[start:end])
        pieces.append(piece)
        starts += [start] * len(piece)
    return fold("".join(pieces)), [*starts, len(text)]


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or not unicodedata.combining(text[i]):
            yield start, i
            start = i
