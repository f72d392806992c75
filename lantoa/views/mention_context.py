"""Ambiguous words with the sentence around them, so that most are decided without opening the piece."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, select

from models.sql import Row, table_of
from models.tables import ItemRevision, ItemRow

AROUND = 120  # characters before and behind


@dataclass(frozen=True, slots=True)
class InContext:
    before: str
    words: str
    after: str


def ambiguous_words(connection: Connection, items: Sequence[str]) -> dict[str, list[InContext]]:
    """Item → its ambiguous mentions, in the text that counts."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    winning = and_(revision.c.item_id == item.c.id, revision.c.revision == item.c.revision)
    texts = (revision.c.title, revision.c.lead, revision.c.text.label("body"))
    statement = select(item.c.id, item.c.mentions, *texts).join(revision, winning)
    here = item.c.id.in_(bindparam("ids", expanding=True))
    rows = connection.execute(statement.where(here), {"ids": list(items)}).mappings()
    return {
        row["id"]: [in_context(dict(row), each) for each in row["mentions"] if each["status"] == "ambiguous"]
        for row in rows
    }


def in_context(texts: Mapping[str, str], mention: Row) -> InContext:
    """`texts` by zone. What is cut off is cut between words."""
    text, start, end = texts[mention["zone"]], mention["start"], mention["end"]
    before, after = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
    if start > AROUND:
        before = "…" + before[before.find(" ") + 1 :]
    if end + AROUND < len(text):
        after = after[: after.rfind(" ") + 1].rstrip() + "…"
    return InContext(" ".join(before.split("\n")), mention["surface"], " ".join(after.split("\n")))
