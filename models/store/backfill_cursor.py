"""How far a source has been walked back, so that an interrupted backfill continues from there."""

from datetime import date

from sqlalchemy import Connection, delete, select

from models.sql import put, table_of
from models.tables.sources import SourceWalk


def ahead(connection: Connection, source_id: str, since: date) -> list[str]:
    """Empty when no walk to this day has been ended on its way."""
    table = table_of(SourceWalk)
    found = connection.execute(
        select(table.c.ahead).where(table.c.source_id == source_id, table.c.since == since)
    )
    return list(found.scalar() or [])


def stand(connection: Connection, source_id: str, since: date, addresses: list[str]) -> None:
    """Without addresses the walk is over, and forgotten."""
    table = table_of(SourceWalk)
    if not addresses:
        connection.execute(delete(table).where(table.c.source_id == source_id, table.c.since == since))
        return
    put(connection, SourceWalk, [{"source_id": source_id, "since": since, "ahead": addresses}])
