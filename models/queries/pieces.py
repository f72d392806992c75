"""What distinguishes the items of an outlet, as they were published: read back when the rules of identity have changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, select

from models.sql import table_of
from models.tables.items import ItemRevision, ItemRow


@dataclass(frozen=True, slots=True)
class Published:
    """An item by its winning revision. `enclosures` are their addresses, each with its type."""

    id: str
    identity: str
    outlet: str
    url: str | None
    title: str
    date_text: str
    guid: str
    enclosures: tuple[tuple[str, str], ...]


def published_of(connection: Connection, outlet: str) -> Iterator[Published]:
    """Every item of an outlet, the one that was seen first before the others."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    winning = and_(revision.c.item_id == item.c.id, revision.c.revision == item.c.revision)
    names = (item.c.id, item.c.identity, item.c.outlet, item.c.url, item.c.title)
    query = select(*names, revision.c.date_text, revision.c.rest).join(revision, winning)
    found = connection.execute(query.where(item.c.outlet == outlet).order_by(item.c.first_seen, item.c.id))
    for row in found.mappings():
        rest: dict[str, Any] = row["rest"]
        enclosures = tuple((each["url"], each.get("type", "")) for each in rest.get("enclosures", ()))
        yield Published(
            row["id"],
            row["identity"],
            row["outlet"],
            row["url"],
            row["title"],
            row["date_text"],
            rest.get("guid", ""),
            enclosures,
        )
