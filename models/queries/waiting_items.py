"""What a human has to see of an item that waits: its text, its date as the source wrote it, and what is linked already."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, bindparam, select

from models.messages.mention import Mention
from models.sql import table_of
from models.tables.items import ItemRevision, ItemRow


@dataclass(frozen=True, slots=True)
class WaitingPiece:
    """An item by its winning revision. `resolutions` are the documents that the rules linked, `ambiguous` its ambiguous
    mentions. `date_text` is empty if the source wrote no date."""

    id: str
    outlet: str
    day: date
    url: str | None
    title: str
    lead: str
    body: str
    date_text: str
    first_seen: datetime
    resolutions: tuple[str, ...]
    ambiguous: tuple[Mention, ...]


def waiting_pieces(connection: Connection, items: Collection[str]) -> dict[str, WaitingPiece]:
    """Item → what is known of it; activities and unknown items are missing."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    winning = and_(revision.c.item_id == item.c.id, revision.c.revision == item.c.revision)
    known = (
        item.c.id,
        item.c.outlet,
        item.c.day,
        item.c.url,
        item.c.first_seen,
        item.c.classified,
        item.c.mentions,
    )
    shown = (revision.c.title, revision.c.lead, revision.c.text, revision.c.date_text)
    statement = select(*known, *shown).join(revision, winning)
    here = item.c.id.in_(bindparam("ids", expanding=True))
    return {
        row.id: WaitingPiece(
            id=row.id,
            outlet=row.outlet,
            day=row.day,
            url=row.url,
            title=row.title,
            lead=row.lead,
            body=row.text,
            date_text=row.date_text,
            first_seen=row.first_seen,
            resolutions=tuple(row.classified["resolutions"]),
            ambiguous=tuple(Mention.stored(each) for each in row.mentions if each["status"] == "ambiguous"),
        )
        for row in connection.execute(statement.where(here), {"ids": list(items)})
    }
