"""The present state of one source: its days, last and next fetch, robots.txt, and pages that are pending."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from config.programme import Programme, Source
from config.settings import Settings
from models.database import Connection
from models.queries.alarm_history import open_alarms
from models.queries.source_rows import (
    Collapsed,
    LastOutcome,
    NextFetch,
    PageAhead,
    Walk,
    collapsed_of,
    last_fetch_of,
    next_fetch_of,
    pages_ahead,
    robots_of,
    walks_of,
)
from models.store.pending_pages import waiting
from models.store.robots_copies import RobotsCopy
from models.store.source_days import DayCounts, days_since
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
    last: LastOutcome | None
    schedule: NextFetch | None
    robots: RobotsAnswer | None
    walks: Sequence[Walk]
    pending: Sequence[PageAhead]
    pending_count: int
    collapsed: Sequence[Collapsed]
    pending_reasons: Mapping[str, int]


def condition(
    connection: Connection, settings: Settings, programme: Programme, source: Source, now: datetime
) -> SourceCondition:
    """Reads the state of a source. The newest of its days comes first."""
    today = programme.day(now)
    days = days_since(connection, today - MEMORY).get(source.id, [])
    alarm = open_alarms(connection).get(source.id)
    pending, count = pages_ahead(connection, source.id, MOST_PENDING)
    return SourceCondition(
        health=judge(days, today),
        since=alarm.noticed_at if alarm else None,
        days=days[::-1],
        last=last_fetch_of(connection, source.id),
        schedule=next_fetch_of(connection, source.id),
        robots=_robots(connection, settings, source),
        walks=walks_of(connection, source.id),
        pending=pending,
        pending_count=count,
        collapsed=collapsed_of(connection, source.id, MOST_PENDING),
        pending_reasons=waiting(connection).get(source.id, {}),
    )


def fetched_at(connection: Connection, source_id: str) -> datetime | None:
    last = last_fetch_of(connection, source_id)
    return last.fetched_at if last else None


def _robots(connection: Connection, settings: Settings, source: Source) -> RobotsAnswer | None:
    found = robots_of(connection, origin_of(httpx.URL(source.url)))
    if found is None:
        return None
    copy = RobotsCopy(found.fetched_at, found.status, found.body)
    rules = RobotsRules(copy, settings.robots_name)
    return RobotsAnswer(copy.fetched_at, copy.status, rules.allow(source.url), rules.crawl_delay)
