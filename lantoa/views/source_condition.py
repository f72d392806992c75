"""The present state of one source: its days, last and next fetch, robots.txt, and pages that are pending."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
from sqlalchemy import Connection, func, select

from config.programme import Programme, Source
from config.settings import Settings
from models.queries.alarm_history import open_alarms
from models.sql import Row, table_of
from models.store.collapsed import collapsed_of
from models.store.pending_pages import waiting
from models.store.robots_copies import RobotsCopy
from models.store.source_days import DayCounts, days_since
from models.tables.sources import PendingPage, RobotsRow, SourceSchedule, SourceState, SourceWalk
from producers.http.address import origin_of
from producers.http.robots import RobotsRules
from producers.state.health_checks import MEMORY, SourceHealth, judge

MOST_PENDING = 20


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """The answer of the host's robots.txt when it was last read."""

    fetched_at: datetime
    status: int
    allowed: bool
    crawl_delay: float


@dataclass(frozen=True, slots=True)
class SourceCondition:
    """The state of a source.

    `last` and `schedule` are None before the first fetch. `pending` lists the first of `pending_count` pages. Each of
    the `walks` is a backfill with the day back to which it goes and the number of documents that are left.
    `collapsed` lists items that the source shows as several entries.
    """

    health: SourceHealth
    since: datetime | None
    days: Sequence[DayCounts]
    last: Row | None
    schedule: Row | None
    robots: RobotsAnswer | None
    walks: Sequence[Row]
    pending: Sequence[Row]
    pending_count: int
    collapsed: Sequence[Row]
    pending_reasons: Mapping[str, int]


def condition(
    connection: Connection, settings: Settings, programme: Programme, source: Source, now: datetime
) -> SourceCondition:
    """Reads the state of a source. The newest of its days comes first."""
    today = programme.day(now)
    days = days_since(connection, today - MEMORY).get(source.id, [])
    alarm = open_alarms(connection).get(source.id)
    pending, count = _pending(connection, source.id)
    return SourceCondition(
        health=judge(days, today),
        since=alarm.noticed_at if alarm else None,
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


def _robots(connection: Connection, settings: Settings, source: Source) -> RobotsAnswer | None:
    table = table_of(RobotsRow)
    origin = origin_of(httpx.URL(source.url))
    found = connection.execute(select(table).where(table.c.origin == origin)).mappings().first()
    if found is None:
        return None
    copy = RobotsCopy(found["fetched_at"], found["status"], found["body"])
    rules = RobotsRules(copy, settings.robots_name)
    return RobotsAnswer(copy.fetched_at, copy.status, rules.allow(source.url), rules.crawl_delay)


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
