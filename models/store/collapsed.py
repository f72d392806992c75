"""Items as which several entries of one document were taken although they have different titles: reported to people, who see
whether they are one piece. It is what the last document showed, and no part of what is counted."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete

from models.sql import put, table_of
from models.tables.sources import CollapsedItem

MOST_NAMES = 10_000  # in one statement


def settle(
    connection: Connection,
    source_id: str,
    shown: Collection[str],
    collapsed: Mapping[str, Sequence[str]],
    at: datetime,
) -> None:
    """Of the items that a document of the source shows, those that it shows as several entries."""
    table = table_of(CollapsedItem)
    well = [name for name in shown if name not in collapsed]
    if well:
        mine = delete(table).where(table.c.source_id == source_id)
        for i in range(0, len(well), MOST_NAMES):
            connection.execute(mine.where(table.c.item_id.in_(well[i : i + MOST_NAMES])))
    rows = [
        {"item_id": name, "source_id": source_id, "titles": list(titles), "seen_at": at}
        for name, titles in sorted(collapsed.items())
    ]
    put(connection, CollapsedItem, rows)
