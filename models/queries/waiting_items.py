"""What is beside the ambiguous words of items that wait: their texts, and what is linked already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, select

from models.messages.mention import Mention
from models.sql import table_of
from models.tables.items import ItemRevision, ItemRow


@dataclass(frozen=True, slots=True)
class LinkedBefore:
    """The documents that the rules linked, and when the item was first seen."""

    resolutions: Sequence[str]
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class MentionsInText:
    """The texts of the winning revision by zone, and its ambiguous mentions."""

    title: str
    lead: str
    body: str
    ambiguous: tuple[Mention, ...]


def linked_before(connection: Connection, items: Sequence[str]) -> dict[str, LinkedBefore]:
    table = table_of(ItemRow)
    here = table.c.id.in_(bindparam("ids", expanding=True))
    statement = select(table.c.id, table.c.classified, table.c.first_seen).where(here)
    found = connection.execute(statement, {"ids": list(items)})
    return {row.id: LinkedBefore(row.classified["resolutions"], row.first_seen) for row in found}


def ambiguous_mentions(connection: Connection, items: Sequence[str]) -> dict[str, MentionsInText]:
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    winning = and_(revision.c.item_id == item.c.id, revision.c.revision == item.c.revision)
    texts = (revision.c.title, revision.c.lead, revision.c.text)
    statement = select(item.c.id, item.c.mentions, *texts).join(revision, winning)
    here = item.c.id.in_(bindparam("ids", expanding=True))
    return {
        row.id: MentionsInText(
            row.title,
            row.lead,
            row.text,
            tuple(Mention.stored(each) for each in row.mentions if each["status"] == "ambiguous"),
        )
        for row in connection.execute(statement.where(here), {"ids": list(items)})
    }
