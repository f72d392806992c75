"""How loops are: what each has noted of itself, and those that fail at present."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, select

from models.sql import table_of
from models.tables.services import LoopState

HEARD = timedelta(
    minutes=30
)  # several of the longest pauses: a loop without a note for that time does not run


@dataclass(frozen=True, slots=True)
class LoopNote:
    """What a loop notes of itself, as LoopState describes it. `failed_rounds` counts those since the note before when it
    is written, and all when it is read."""

    name: str
    place: str
    noted_at: datetime
    succeeded_at: datetime | None
    failing_since: datetime | None
    began_at: datetime | None
    failures: int
    failed_rounds: int
    error: str


@dataclass(frozen=True, slots=True)
class Failing:
    """A part that has been failing; of several places, the one that began first."""

    name: str
    since: datetime
    error: str


def failing(connection: Connection, now: datetime) -> list[Failing]:
    """Lists the parts that fail at present, of all processes."""
    table = table_of(LoopState)
    query = select(table).where(table.c.failing_since.is_not(None), table.c.noted_at > now - HEARD)
    found: dict[str, Failing] = {}
    for row in connection.execute(query.order_by(table.c.failing_since, table.c.name)):
        found.setdefault(row.name, Failing(row.name, row.failing_since, row.error))
    return list(found.values())


def states(connection: Connection) -> list[LoopNote]:
    """Returns the notes of every loop that was ever noted, in every place."""
    table = table_of(LoopState)
    return [LoopNote(*row) for row in connection.execute(_notes().order_by(table.c.name, table.c.place))]


def note_of(connection: Connection, name: str, place: str) -> LoopNote | None:
    """Returns the last note of one loop in one place."""
    table = table_of(LoopState)
    found = connection.execute(_notes().where(table.c.name == name, table.c.place == place)).first()
    return LoopNote(*found) if found else None


def _notes() -> Select[Any]:
    table = table_of(LoopState)
    return select(*(table.c[each.name] for each in fields(LoopNote)))
