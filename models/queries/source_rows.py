"""What is stored of sources: the outcome of their last fetch, their schedule, walks, pending pages and robots.txt."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Connection, func, select
from sqlmodel import SQLModel

from models.sql import table_of
from models.tables.items import ItemRow
from models.tables.sources import (
    CollapsedItem,
    PendingPage,
    RobotsRow,
    SourceSchedule,
    SourceState,
    SourceWalk,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LastOutcome:
    """The outcome of a source's last fetch."""

    source_id: str
    url: str
    fetched_at: datetime
    status: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class NextFetch:
    """When a source is fetched next; `failing_since` is None while it answers."""

    next_at: datetime
    interval_minutes: int
    failing_since: datetime | None
    given_up: bool


@dataclass(frozen=True, slots=True)
class Walk:
    """A backfill with the day back to which it goes and the number of documents that are left."""

    since: date
    ahead: int


@dataclass(frozen=True, slots=True)
class PageAhead:
    """A page that could not be read and is requested again."""

    identity: str
    reason: str
    attempts: int
    next_at: datetime


@dataclass(frozen=True, slots=True)
class StoredRobots:
    """A host's robots.txt as it was read last."""

    fetched_at: datetime
    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Collapsed:
    """An item that a document shows as several entries. `url` is None while the item is not counted."""

    item_id: str
    titles: list[str]
    seen_at: datetime
    url: str | None


def last_fetches(connection: Connection) -> dict[str, LastOutcome]:
    """Source → its last fetch."""
    table = table_of(SourceState)
    columns = [table.c[each.name] for each in fields(LastOutcome)]
    return {row.source_id: LastOutcome(*row) for row in connection.execute(select(*columns))}


def last_fetch_of(connection: Connection, source_id: str) -> LastOutcome | None:
    return _one(connection, SourceState, LastOutcome, "source_id", source_id)


def next_fetch_of(connection: Connection, source_id: str) -> NextFetch | None:
    return _one(connection, SourceSchedule, NextFetch, "source_id", source_id)


def robots_of(connection: Connection, origin: str) -> StoredRobots | None:
    return _one(connection, RobotsRow, StoredRobots, "origin", origin)


def walks_of(connection: Connection, source_id: str) -> list[Walk]:
    table = table_of(SourceWalk)
    rows = connection.execute(select(table).where(table.c.source_id == source_id).order_by(table.c.since))
    return [Walk(row.since, len(row.ahead)) for row in rows]


def pages_ahead(connection: Connection, source_id: str, most: int) -> tuple[list[PageAhead], int]:
    """The first of a source's pending pages, and how many there are."""
    table = table_of(PendingPage)
    mine = table.c.source_id == source_id
    count = connection.execute(select(func.count()).where(mine)).scalar_one()
    columns = [table.c[each.name] for each in fields(PageAhead)]
    first = select(*columns).where(mine).order_by(table.c.next_at, table.c.item_id).limit(most)
    return [PageAhead(*row) for row in connection.execute(first)], count


def collapsed_of(connection: Connection, source_id: str, most: int) -> list[Collapsed]:
    """Those of a source, the latest first."""
    table, item = table_of(CollapsedItem), table_of(ItemRow)
    query = select(table.c.item_id, table.c.titles, table.c.seen_at, item.c.url)
    mine = query.outerjoin(item, item.c.id == table.c.item_id).where(table.c.source_id == source_id)
    found = connection.execute(mine.order_by(table.c.seen_at.desc(), table.c.item_id).limit(most))
    return [Collapsed(*row) for row in found]


def _one(connection: Connection, model: type[SQLModel], made: type[T], key: str, value: str) -> T | None:
    table = table_of(model)
    names = [each.name for each in fields(made)]  # type: ignore[arg-type]
    row = connection.execute(select(*(table.c[name] for name in names)).where(table.c[key] == value)).first()
    return made(*row) if row else None
