"""Finds where a text may mention a document at all. Most texts have no key word, and must cost almost nothing."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from stream_apps.rules.symbols import document_type
from stream_apps.rules.text import has_marks

UNMARKED = (
    "ghi quyet",
    "hi Quyet",
    "GHI QUYET",
    "NQ",
    "nq",
    "/TW",
    "-TW",
    "/ TW",
    "hi thi",
    "HI THI",
    "hi Thi",
    "\nquyet",
)
NUMBERED = re.compile(
    r"ch[ỉi]\s{1,3}th[ịi]\s{1,3}(?:s[ốo]\s{0,3})?\d|k[ếe]t\s{1,3}lu[ậa]n\s{1,3}s[ốo]\s{0,3}\d|quy\s{1,3}[đd][ịi]nh\s{1,3}s[ốo]\s{0,3}\d",
    re.IGNORECASE,
)
BEFORE_CAPITAL = ("ghị ", "ghị\n", "ghị  ")
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
    ("kết luận", re.compile(r"kết\s{1,3}luận(?=\s{0,3}(?:số\s{0,3})?\d)"), "KL"),
    ("ket luan", re.compile(r"ket\s{1,3}luan(?=\s{0,3}(?:so\s{0,3})?\d)"), "KL"),
    ("định s", re.compile(r"quy\s{1,3}định(?=\s{0,3}(?:số\s{0,3})?\d)"), "QĐ"),
    (
        "nq",
        re.compile(
            r"nq(?=\s{0,3}(?:số\s{0,3}|so\s{0,3})?\d|\s{0,3}-?\s{0,3}(?:tw|tư|t\.ư|trung|hội|hoi|hn|đại|dai|đh|dh|của|cua)|-\d|[-/]\d{1,3}[-/\s]|\s{0,3}[-/]\s{0,3}(?:tw|tư|t\.ư|t\.w|tu|bct)\s{0,3}(?:số|so)?[\s:.]{0,3}\d)(?<![\w/-]nq)"
        ),
        "NQ",
    ),
)
SYMBOLS = re.compile(
    r"(?<![\w/.-])\d{1,3}(?:[-/](?:19|20)\d\d)?(?:\s{0,2}[-/]?\s{0,2}|\.)(nq|ct|kl|qđi|qđ|kh)(?:\s?[/-]\s?|(?<=nq))(?:tw|tư|t\.ư|t\.w|(?<=nq[/-])bct)(?!\w)"
)
NAME_BEFORE = re.compile(
    r"(?:kết luận|ket luan|quy định|quy dinh|kế h(?:oạ|ọa)ch|ke hoach|chỉ thị|chi thi)\s{1,3}(?:s[ốo]\s{0,3})?$"
)
LONGEST_NAME = 24
CENTRAL = re.compile(r"[/\-‐-―−]\s?T\.?[WƯ]")
SYMBOL_MARKS = ("/tư", "-tư", "/ tư", "- tư", "qtư", "t.ư", "/bct", "-bct")


class KeyWord(NamedTuple):
    """`end` is where the name after the key word begins; for a symbol without a key word, where the symbol begins."""

    start: int
    end: int
    type: str


def may_mention(text: str) -> bool:
    """A cheap test that is never false where a document is named consistently in one spelling; a few texts that name
    none pass it.

    Plain substring searches are several times faster than any automaton, long needles faster than short ones, and
    single letters that are rare in Vietnamese faster by far: those guard the searches that need them.
    """
    if not text:
        return False
    if "ghị quyết" in text or "\nquyết" in text:
        return True
    if not has_marks(text):
        return any(needle in text for needle in UNMARKED) or _is_odd(text)
    return (
        ("Q" in text and _has_capital(text))
        or ("Ế" in text and ("GHỊ QUYẾT" in text or "\nQUYẾT" in text))
        or (("W" in text or ("Ư" in text and "/T" in text)) and CENTRAL.search(text) is not None)
        or _is_numbered(text)
        or _is_odd(text)
    )


def _has_capital(text: str) -> bool:
    """Finds NQ, and Nghị Quyết, by their Q."""
    at = text.find("Q")
    while at >= 0:
        if text[at - 1 : at] == "N" or (
            text.startswith("Quyết", at) and text[max(0, at - 5) : at].endswith(BEFORE_CAPITAL)
        ):
            return True
        at = text.find("Q", at + 1)
    return False


def _is_numbered(text: str) -> bool:
    """Finds words that are common, but not with a number after them."""
    common = (
        "hỉ thị" in text
        or "ết luận s" in text
        or "uy định s" in text
        or ("Ỉ" in text and "HỈ THỊ" in text)
        or ("Ậ" in text and "ẾT LUẬN S" in text)
    )
    return common and NUMBERED.search(text) is not None


def _is_odd(text: str) -> bool:
    """Decomposed letters and odd spaces need the slower search."""
    return any(odd in text for odd in ODD) and SLOW.search(text) is not None


def key_words(folded: str) -> list[KeyWord]:
    """Returns the key words in reading order."""
    return sorted(_found(folded))


def _found(folded: str) -> Iterator[KeyWord]:
    for needle, pattern, type_ in KEY_WORDS:
        if needle not in folded:
            continue
        for found in pattern.finditer(folded):
            yield KeyWord(found.start(), found.end(), type_)
    if ("w" in folded and ("tw" in folded or "t.w" in folded)) or any(m in folded for m in SYMBOL_MARKS):
        for found in SYMBOLS.finditer(folded):
            named = NAME_BEFORE.search(folded, max(0, found.start() - LONGEST_NAME), found.start())
            start = named.start() if named else found.start()
            yield KeyWord(start, found.start(), document_type(found[1]))
