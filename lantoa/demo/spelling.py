"""The variants in which the same Vietnamese words are written."""

import re
import unicodedata
from dataclasses import replace

from lantoa.demo.demo_pieces import DemoText

_GLIDES = re.compile(r"([óòỏõọÓÒỎÕỌ])([aeAE])(?![^\W\d_])|(?<![qQ])([úùủũụÚÙỦŨỤ])([yY])(?![^\W\d_])")


def new_tones(text: str) -> str:
    """Moves the tone mark to the second vowel of an open syllable: khóa becomes khoá, thủy becomes thuỷ."""

    def moved(match: re.Match[str]) -> str:
        toned, bare = match[1] or match[3], match[2] or match[4]
        apart = unicodedata.normalize("NFD", toned)
        return apart[0] + unicodedata.normalize("NFC", bare + apart[1])

    return _GLIDES.sub(moved, text)


def without_marks(text: str) -> str:
    """Writes as without a Vietnamese keyboard. `/TƯ` becomes `/TW`, because TU means the provincial party committee."""
    plain = unicodedata.normalize("NFD", text.replace("/TƯ", "/TW").replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def icelandic_d(text: str) -> str:
    """Writes Đ (U+0110) as the Ð (U+00D0) of old keyboards."""
    return text.replace("Đ", "Ð")


def hard_spaces(text: str) -> str:
    """Inserts no-break spaces as an editor does to keep words together."""
    return text.replace("Nghị quyết", "Nghị\u00a0quyết").replace("Hậu Giang", "Hậu\u00a0Giang")


def slug(title: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", without_marks(title).lower()))[:80].strip("-")


def respelt(text: DemoText, how: str) -> DemoText:
    """Applies a spelling: new_tones, without_marks, icelandic_d, hard_spaces, shouted (the title in capitals), or
    none."""
    if how == "shouted":
        return replace(text, title=text.title.upper())
    if how not in SPELLINGS:
        return text
    write = SPELLINGS[how]
    body = tuple(write(paragraph) for paragraph in text.body)
    return replace(text, title=write(text.title), lead=write(text.lead), body=body)


SPELLINGS = {
    "new_tones": new_tones,
    "without_marks": without_marks,
    "icelandic_d": icelandic_d,
    "hard_spaces": hard_spaces,
}
