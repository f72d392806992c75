"""Which items each source has shown."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Connection, select

from models.sql import table_of
from models.tables.items import ItemRow
from models.tables.sources import SeenEntry


def shown_items(
    connection: Connection, outlet: str, sources: Collection[str], first: date, last: date
) -> Mapping[str, set[str]]:
    """Returns for each source of the outlet what it showed of the items that count on these days. Sources that showed
    nothing are left out."""
    seen, item = table_of(SeenEntry), table_of(ItemRow)
    query = (
        select(seen.c.source_id, seen.c.item_id)
        .join(item, item.c.id == seen.c.item_id)  # seen_entry also held hints, which are no items
        .where(item.c.outlet == outlet, item.c.day.between(first, last))
        .where(seen.c.source_id.in_(sources))
    )
    shown: dict[str, set[str]] = {}
    for source, item_id in connection.execute(query):
        shown.setdefault(source, set()).add(item_id)
    return shown
