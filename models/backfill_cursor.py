"""How far a source has been walked back, so that an interrupted backfill continues from there."""

from datetime import date

from sqlalchemy import Connection, delete, select
from sqlmodel import Field, SQLModel

from models.sql import put, table_of
from models.tables import json_column


class SourceWalk(SQLModel, table=True):
    """`ahead`: addresses of the documents that are still to be read, in their order."""

    __tablename__ = "source_walk"
    source_id: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    ahead: list[str] = json_column()


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
