"""Where a text may mention a document at all. Most texts have no key word, and must cost almost nothing."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from stream_apps.rules.symbols import document_type

# Plain substring searches are several times faster than any automaton; they cover the common spellings.
MARKED = ("ghị quyết", "ghị Quyết", "GHỊ QUYẾT", "ghi quyet", "NQ", "/TW", "ghị\n")
UNMARKED = ("ghi quyet", "hi Quyet", "GHI QUYET", "NQ", "nq", "/TW", "hi thi", "HI THI", "hi Thi")
NUMBERED_WORDS = ("hỉ thị", "HỈ THỊ", "ết luận s", "uy định s")
NUMBERED = re.compile(
    r"ch[ỉi]\s{1,3}th[ịi]\s{1,3}(?:s[ốo]\s{0,3})?\d|k[ếe]t\s{1,3}lu[ậa]n\s{1,3}s[ốo]\s{0,3}\d|quy\s{1,3}[đd][ịi]nh\s{1,3}s[ốo]\s{0,3}\d",
    re.IGNORECASE,
)
# Decomposed letters and odd spaces take the slower road.
ODD = ("\u0323", "\u0302", "\u00a0", "\u202f", "\u2009", "\u200b")
SLOW = re.compile(
    r"ngh(?:[iị]|i\u0323)\s{1,3}quy(?:e[\u0302\u0301]*|[êế]\u0301?)t|ch(?:[iỉ]|i\u0309)\s{1,3}th(?:[iị]|i\u0323)\s{1,3}(?:s\w[\u0300-\u0323]*\s{0,3})?\d|nq",
    re.IGNORECASE,
)

KEY_WORDS = (
    ("quyết", re.compile(r"nghị\s{1,3}quyết"), "NQ"),
    ("quyet", re.compile(r"nghi\s{1,3}quyet"), "NQ"),
    ("chỉ", re.compile(r"chỉ\s{1,3}thị(?=\s{0,3}(?:số|\d))"), "CT"),
    ("chi th", re.compile(r"chi\s{1,3}thi(?=\s{0,3}(?:so|\d))"), "CT"),
    ("luận s", re.compile(r"kết\s{1,3}luận(?=\s{0,3}(?:số\s{0,3})?\d)"), "KL"),
    ("luan s", re.compile(r"ket\s{1,3}luan(?=\s{0,3}(?:so\s{0,3})?\d)"), "KL"),
    ("định s", re.compile(r"quy\s{1,3}định(?=\s{0,3}(?:số\s{0,3})?\d)"), "QĐ"),
    (
        "nq",
        re.compile(
            r"nq(?=\s{0,3}(?:số\s{0,3}|so\s{0,3})?\d|\s{0,3}-?\s{0,3}(?:tw|tư|t\.ư|trung|hội|hoi|hn|đại|dai|đh|dh|của|cua))(?<![\w/-]nq)"
        ),
        "NQ",
    ),
)
SYMBOLS = re.compile(r"(?<![\w/.-])\d{1,3}\s?-?\s?(nq|ct|kl|qđi|qđ|kh)\s?[/-]\s?(?:tw|tư|t\.ư)(?!\w)")
NAME_BEFORE = re.compile(
    r"(?:kết luận|ket luan|quy định|quy dinh|kế hoạch|ke hoach|chỉ thị|chi thi)\s{1,3}(?:s[ốo]\s{0,3})?$"
)
LONGEST_NAME = 24
SYMBOL_MARKS = ("/tw", "/tư", "/t.ư", "-tw", "/ tw")


class KeyWord(NamedTuple):
    """`end` is where the name behind it begins; for a symbol that stands alone, where the symbol begins."""

    start: int
    end: int
    type: str


def may_mention(text: str) -> bool:
    """Cheap, and never false where a document is named; a few texts that name none pass."""
    for needle in UNMARKED if text.isascii() else MARKED:
        if needle in text:
            return True
    for needle in NUMBERED_WORDS:
        if needle in text:
            if NUMBERED.search(text):
                return True
            break
    for odd in ODD:
        if odd in text:
            return SLOW.search(text) is not None
    return False


def key_words(folded: str) -> list[KeyWord]:
    """In reading order."""
    return sorted(_found(folded))


def _found(folded: str) -> Iterator[KeyWord]:
    for needle, pattern, type_ in KEY_WORDS:
        if needle not in folded:
            continue
        for found in pattern.finditer(folded):
            yield KeyWord(found.start(), found.end(), type_)
    if any(mark in folded for mark in SYMBOL_MARKS):
        for found in SYMBOLS.finditer(folded):
            named = NAME_BEFORE.search(folded, max(0, found.start() - LONGEST_NAME), found.start())
            start = named.start() if named else found.start()
            yield KeyWord(start, found.start(), document_type(found[1]))
