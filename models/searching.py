"""Items found by the words of their titles, with marks and without: `nghi quyet` finds Nghị quyết, `nghì` does not."""

import re
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, cast, false, literal_column
from sqlalchemy.dialects.postgresql import TSQUERY

from config.letters import bare
from models.limits import octets
from models.sql import table_of
from models.tables import VECTOR, ItemRow

WORD = re.compile(r"[^\W_]+")
QUOTED = re.compile(r"[\"“”](.+?)[\"“”]")
LONGEST_WORD, LONGEST_PHRASE = 2_000, 10_000  # bytes; neither database can be asked for much longer ones
MOST_WORDS = 12  # of a question; more say nothing more


def words_of(*texts: str) -> str:
    """As the column `words` keeps them: as they were written, then without marks."""
    written = _words(" ".join(texts))
    plain = bare(written)
    return written if plain == written else f"{written} {plain}"


def with_words(connection: Connection, question: str) -> ColumnElement[bool] | None:
    """Items that have all of its words, the last one perhaps unfinished, and words in quotes exactly as they are written.

    None when it has no word.
    """
    asked = _words(question).split()[:MOST_WORDS]
    if not asked:
        return None
    *whole, last = asked
    inside = " " + table_of(ItemRow).c.words + " "
    phrases = [_words(phrase) for phrase in QUOTED.findall(question)]
    if any(octets(word) > LONGEST_WORD for word in asked) or any(octets(p) > LONGEST_PHRASE for p in phrases):
        return false()
    conditions: list[ColumnElement[bool]] = [
        inside.contains(f" {each} ", autoescape=True) for each in phrases if " " in each
    ]
    if connection.dialect.name == "postgresql":
        lexemes = " & ".join([*(f"'{word}'" for word in whole), f"'{last}':*"])
        vector: ColumnElement[Any] = literal_column(VECTOR)  # word for word as the index has it
        return and_(vector.op("@@")(cast(lexemes, TSQUERY)), *conditions)
    conditions += [inside.contains(f" {word} ", autoescape=True) for word in whole]
    return and_(*conditions, inside.contains(f" {last}", autoescape=True))


def _words(written: str) -> str:
    return " ".join(WORD.findall(unicodedata.normalize("NFC", written).lower()))
