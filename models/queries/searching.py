"""Items found by the words of their titles, with marks and without: `nghi quyet` finds Nghị quyết, `nghì` does not."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, cast, false, literal_column
from sqlalchemy.dialects.postgresql import TSQUERY

from models.counting.item_words import plain_words
from models.messages.limits import octets
from models.sql import table_of
from models.tables.items import VECTOR, ItemRow

QUOTED = re.compile(r"[\"“”](.+?)[\"“”]")
LONGEST_WORD, LONGEST_PHRASE = 2_000, 10_000  # bytes; neither database can be asked for much longer ones
MOST_WORDS = 12  # of a question; more say nothing more


def with_words(connection: Connection, question: str) -> ColumnElement[bool] | None:
    """Items that have all of its words, the last one perhaps unfinished, and words in quotes exactly as they are written.

    None when it has no word.
    """
    asked = plain_words(question).split()[:MOST_WORDS]
    if not asked:
        return None
    *whole, last = asked
    inside = " " + table_of(ItemRow).c.words + " "
    phrases = [plain_words(phrase) for phrase in QUOTED.findall(question)]
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
