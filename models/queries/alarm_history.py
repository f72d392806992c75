"""Alarms of sources: what is wrong with which source since when, and who knows of it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from models.sql import table_of
from models.tables.sources import Problem, SourceAlarm


@dataclass(frozen=True, slots=True)
class StoredAlarm:
    """An alarm, which is open until `recovered_at`. `told` and `told_recovered` are the destinations that know of its
    beginning and of its end."""

    source_id: str
    problem: Problem
    noticed_at: datetime
    recovered_at: datetime | None
    told: tuple[str, ...]
    told_recovered: tuple[str, ...]


def open_alarms(connection: Connection) -> dict[str, StoredAlarm]:
    """Source → its alarm; there is at most one."""
    query = _alarms().where(table_of(SourceAlarm).c.recovered_at.is_(None))
    return {alarm.source_id: alarm for alarm in _stored(connection.execute(query))}


def alarms_since(connection: Connection, moment: datetime) -> list[StoredAlarm]:
    """Lists those that are open, and those that recovered after `moment`; the oldest first."""
    table = table_of(SourceAlarm)
    query = _alarms().where(table.c.recovered_at.is_(None) | (table.c.recovered_at > moment))
    return _stored(connection.execute(query.order_by(table.c.noticed_at, table.c.source_id)))


def _alarms() -> Select[Any]:
    table = table_of(SourceAlarm)
    return select(*(table.c[each.name] for each in fields(StoredAlarm)))


def _stored(rows: Iterable[Any]) -> list[StoredAlarm]:
    return [
        StoredAlarm(
            row.source_id,
            row.problem,
            row.noticed_at,
            row.recovered_at,
            tuple(row.told),
            tuple(row.told_recovered),
        )
        for row in rows
    ]
