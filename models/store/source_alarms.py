"""What is wrong with which source since when, and who was notified: of each event once."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select, update

from models.sql import Row, table_of, upsert
from models.tables.sources import SourceAlarm

Problem = Literal["dead", "drift", "silent"]


def open_alarms(connection: Connection) -> dict[str, Row]:
    """Source → its alarm; there is at most one."""
    table = table_of(SourceAlarm)
    rows = connection.execute(select(table).where(table.c.recovered_at.is_(None))).mappings()
    return {row["source_id"]: dict(row) for row in rows}


def alarms_since(connection: Connection, moment: datetime) -> list[Row]:
    """Those that are open, and those that recovered after `moment`; the oldest first."""
    table = table_of(SourceAlarm)
    query = select(table).where(table.c.recovered_at.is_(None) | (table.c.recovered_at > moment))
    rows = connection.execute(query.order_by(table.c.noticed_at, table.c.source_id)).mappings()
    return [dict(row) for row in rows]


def begin(connection: Connection, source_id: str, problem: Problem, now: datetime) -> None:
    """Where another process has begun one meanwhile, that one is kept."""
    values = {"source_id": source_id, "problem": problem, "noticed_at": now, "recovered_at": None}
    insert = upsert(connection, table_of(SourceAlarm)).values(**values, told=[], told_recovered=[])
    connection.execute(insert.on_conflict_do_nothing())


def recover(connection: Connection, alarm: Row, now: datetime) -> None:
    _change(connection, alarm, recovered_at=now)


def give_way(connection: Connection, alarm: Row, now: datetime) -> None:
    """To another problem of the same source: no recovery is reported."""
    _change(connection, alarm, recovered_at=now, told_recovered=alarm["told"])


def remember_told(connection: Connection, alarm: Row, destination: str) -> None:
    """Of the alarm while it is open, of its recovery after that."""
    column = "told_recovered" if alarm["recovered_at"] else "told"
    _change(connection, alarm, **{column: [*alarm[column], destination]})


def _change(connection: Connection, alarm: Row, **values: object) -> None:
    table = table_of(SourceAlarm)
    same = [column == alarm[column.name] for column in table.primary_key]
    connection.execute(update(table).where(*same).values(**values))
