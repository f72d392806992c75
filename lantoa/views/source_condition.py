"""One source as it is now: its days, its last fetch, its next one, its robots.txt, and what of it still waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
from sqlalchemy import Connection, func, select

from config.programme import Programme, Source
from config.settings import Settings
from models.backfill_cursor import SourceWalk
from models.collapsed import collapsed_of
from models.pending_pages import PendingPage, waiting
from models.source_alarms import open_alarms
from models.source_days import DayCounts, days_since
from models.sql import Row, table_of
from models.tables import RobotsRow, SourceSchedule, SourceState
from producers.address import origin_of
from producers.health import MEMORY, Health, judge
from producers.robots import RobotsCopy, Rules

MOST_PENDING = 20


@dataclass(frozen=True, slots=True)
class RobotsSay:
    """Of a host's robots.txt as it was read last."""

    fetched_at: datetime
    status: int
    allowed: bool
    crawl_delay: float


@dataclass(frozen=True, slots=True)
class Condition:
    """`last` and `schedule` are null before the first fetch. `pending` are the first of `pending_count` pages; a walk is a
    day to which it goes, and how many documents are ahead; `collapsed` are items that it shows as several entries."""

    health: Health
    since: datetime | None
    days: Sequence[DayCounts]
    last: Row | None
    schedule: Row | None
    robots: RobotsSay | None
    walks: Sequence[Row]
    pending: Sequence[Row]
    pending_count: int
    collapsed: Sequence[Row]
    pending_reasons: Mapping[str, int]


def condition(
    connection: Connection, settings: Settings, programme: Programme, source: Source, now: datetime
) -> Condition:
    """The newest day first."""
    today = programme.day(now)
    days = days_since(connection, today - MEMORY).get(source.id, [])
    alarm = open_alarms(connection).get(source.id)
    pending, count = _pending(connection, source.id)
    return Condition(
        health=judge(days, today),
        since=alarm["noticed_at"] if alarm else None,
        days=days[::-1],
        last=_row(connection, SourceState, source.id),
        schedule=_row(connection, SourceSchedule, source.id),
        robots=_robots(connection, settings, source),
        walks=_walks(connection, source.id),
        pending=pending,
        pending_count=count,
        collapsed=collapsed_of(connection, source.id, MOST_PENDING),
        pending_reasons=waiting(connection).get(source.id, {}),
    )


def fetched_at(connection: Connection, source_id: str) -> datetime | None:
    row = _row(connection, SourceState, source_id)
    return row["fetched_at"] if row else None


def _row(
    connection: Connection, model: type[SourceState] | type[SourceSchedule], source_id: str
) -> Row | None:
    table = table_of(model)
    found = connection.execute(select(table).where(table.c.source_id == source_id)).mappings().first()
    return dict(found) if found else None


def _robots(connection: Connection, settings: Settings, source: Source) -> RobotsSay | None:
    table = table_of(RobotsRow)
    origin = origin_of(httpx.URL(source.url))
    found = connection.execute(select(table).where(table.c.origin == origin)).mappings().first()
    if found is None:
        return None
    copy = RobotsCopy(found["fetched_at"], found["status"], found["body"])
    rules = Rules(copy, settings.robots_name)
    return RobotsSay(copy.fetched_at, copy.status, rules.allow(source.url), rules.crawl_delay)


def _walks(connection: Connection, source_id: str) -> list[Row]:
    table = table_of(SourceWalk)
    rows = connection.execute(select(table).where(table.c.source_id == source_id).order_by(table.c.since))
    return [{"since": row.since, "ahead": len(row.ahead)} for row in rows]


def _pending(connection: Connection, source_id: str) -> tuple[list[Row], int]:
    table = table_of(PendingPage)
    mine = select(table).where(table.c.source_id == source_id)
    count = connection.execute(select(func.count()).select_from(mine.subquery())).scalar_one()
    first = mine.order_by(table.c.next_at, table.c.item_id).limit(MOST_PENDING)
    return [dict(row) for row in connection.execute(first).mappings()], count
