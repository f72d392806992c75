"""Finds the language of a text by its letters, among the languages of a province's press."""

import re
import unicodedata
from typing import Literal

from stream_apps.rules.text import has_marks

Language = Literal["vi", "km", "zh", "other"]
SCRIPTS: tuple[tuple[str, Language], ...] = (("KHMER", "km"), ("CJK", "zh"))
OTHER_SCRIPTS = re.compile("[\u1780-\u17ff\u3400-\u9fff\uf900-\ufaff]")
LETTERS_READ = 400


def language_of(text: str) -> Language:
    """Returns `km` and `zh` by their scripts, `vi` by its marks; text without any of them is `other`."""
    if not OTHER_SCRIPTS.search(text):
        return "vi" if has_marks(text) else "other"
    letters = [letter for letter in text[: 4 * LETTERS_READ] if letter.isalpha()][:LETTERS_READ]
    for script, language in SCRIPTS:
        if 2 * sum(unicodedata.name(letter, "").startswith(script) for letter in letters) > len(letters):
            return language
    return "vi" if has_marks(text) else "other"
