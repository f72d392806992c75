"""Vietnamese letters without their marks."""

import re
import unicodedata

MARKS = re.compile("[\u0300-\u036f]")


def bare(text: str) -> str:
    """Returns the text as it is typed without a Vietnamese keyboard, in small letters: `nghi quyet`."""
    return unicodedata.normalize(
        "NFC", MARKS.sub("", unicodedata.normalize("NFD", text.lower())).replace("đ", "d")
    )
