"""The words of a title and a lead, as they are kept to be searched."""

import re
import unicodedata

from config.letters import bare

WORD = re.compile(r"[^\W_]+")


def words_of(*texts: str) -> str:
    """As the column `words` keeps them: as they were written, then without marks."""
    written = plain_words(" ".join(texts))
    plain = bare(written)
    return written if plain == written else f"{written} {plain}"


def plain_words(written: str) -> str:
    return " ".join(WORD.findall(unicodedata.normalize("NFC", written).lower()))
