"""Writes what is wrong with which source since when, and who was notified: of each event once."""

from datetime import datetime

from sqlalchemy import Connection, update

from models.queries.alarm_history import StoredAlarm
from models.sql import table_of, upsert
from models.tables.sources import Problem, SourceAlarm


def begin(connection: Connection, source_id: str, problem: Problem, now: datetime) -> None:
    """Where another process has begun one meanwhile, that one is kept."""
    values = {"source_id": source_id, "problem": problem, "noticed_at": now, "recovered_at": None}
    insert = upsert(connection, table_of(SourceAlarm)).values(**values, told=[], told_recovered=[])
    connection.execute(insert.on_conflict_do_nothing())


def recover(connection: Connection, alarm: StoredAlarm, now: datetime) -> None:
    _change(connection, alarm, recovered_at=now)


def give_way(connection: Connection, alarm: StoredAlarm, now: datetime) -> None:
    """To another problem of the same source: no recovery is reported."""
    _change(connection, alarm, recovered_at=now, told_recovered=list(alarm.told))


def remember_told(connection: Connection, alarm: StoredAlarm, destination: str) -> None:
    """Of the alarm while it is open, of its recovery after that."""
    if alarm.recovered_at:
        _change(connection, alarm, told_recovered=[*alarm.told_recovered, destination])
    else:
        _change(connection, alarm, told=[*alarm.told, destination])


def _change(connection: Connection, alarm: StoredAlarm, **values: object) -> None:
    table = table_of(SourceAlarm)
    same = [column == getattr(alarm, column.name) for column in table.primary_key]
    connection.execute(update(table).where(*same).values(**values))
