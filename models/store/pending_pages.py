"""Entries whose page could not be read: what the source said of them, so that the page is tried again on later nights."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from models.sql import put, table_of
from models.tables.sources import PendingPage


@dataclass(frozen=True, slots=True)
class Pending:
    """`entry` is the JSON of what the source said; `attempts` have failed."""

    item_id: str
    source_id: str
    identity: str
    entry: str
    attempts: int
    next_at: datetime
    reason: str


ITEM_ID = table_of(PendingPage).c.item_id
ATTEMPTS = select(ITEM_ID, table_of(PendingPage).c.attempts)  # that have failed, whichever source showed it


def due(connection: Connection, source_id: str, now: datetime, most: int) -> list[Pending]:
    """Those of a source whose time has come, the longest waiting first."""
    table = table_of(PendingPage)
    mine = select(table).where(table.c.source_id == source_id, table.c.next_at <= now)
    rows = connection.execute(mine.order_by(table.c.next_at, table.c.item_id).limit(most)).mappings()
    return [Pending(**row) for row in rows]


def waiting(connection: Connection) -> dict[str, dict[str, int]]:
    """Source → reason → how many of its pages wait for it, the commonest first."""
    table = table_of(PendingPage)
    count = func.count().label("pages")
    query = select(table.c.source_id, table.c.reason, count).group_by(table.c.source_id, table.c.reason)
    found: dict[str, dict[str, int]] = {}
    for row in connection.execute(query.order_by(count.desc(), table.c.reason)):
        found.setdefault(row.source_id, {})[row.reason] = row.pages
    return found


def settle(connection: Connection, kept: Collection[Pending], done: Collection[str]) -> None:
    """Inside the transaction that remembers the entries. `done` are items that wait no longer."""
    table = table_of(PendingPage)
    if done:
        connection.execute(delete(table).where(table.c.item_id.in_(done)))
    put(connection, PendingPage, [asdict(each) for each in kept])
