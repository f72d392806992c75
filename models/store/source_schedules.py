"""When each source is fetched next, as it is stored."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, select

from models.sql import put, table_of
from models.tables.sources import SourceSchedule


@dataclass(frozen=True, slots=True)
class ScheduledSource:
    """`night` is the nightly moment that the source was fetched for last; it is claimed until `claimed_until`. `failures`
    are those in a row, weighed."""

    source_id: str
    night: datetime
    next_at: datetime
    claimed_until: datetime
    interval_minutes: int
    failures: float = 0.0
    failing_since: datetime | None = None
    given_up: bool = False


def scheduled_sources(connection: Connection) -> dict[str, ScheduledSource]:
    table = table_of(SourceSchedule)
    columns = [table.c[each.name] for each in fields(ScheduledSource)]
    found = (ScheduledSource(*row) for row in connection.execute(select(*columns)))
    return {each.source_id: each for each in found}


def put_schedules(connection: Connection, sources: Iterable[ScheduledSource]) -> None:
    put(connection, SourceSchedule, [asdict(each) for each in sources])
