"""Activities as they were reported, read back from the database to be classified again."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, bindparam, select, true

from models.counting.stored_activity import StoredActivity
from models.messages.activity import Activity, Reading
from models.messages.limits import READING
from models.sql import table_of
from models.tables.activities import ActivityClassification, ActivityRevision, ActivityRow
from models.tables.stored_rows import activity_of

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class EnteredActivity:
    """An activity as its winning revision states it. `words` is what it says of documents."""

    id: str
    identity: str
    revision: str
    programme: str
    kind: str
    day: date
    unit: str
    place: str
    title: str
    words: tuple[str, ...]
    sessions: int
    points: int | None
    participants: int | None
    invited: int | None
    language: str
    note: str


def stored_activities(
    connection: Connection, programme: str, which: ColumnElement[bool] | None = None
) -> Iterator[tuple[StoredActivity, Activity]]:
    """Every activity of a programme, with the message of its winning revision."""
    table, revision = table_of(ActivityRow), table_of(ActivityRevision)
    winning = and_(revision.c.activity_id == table.c.id, revision.c.revision == table.c.revision)
    here = and_(table.c.programme == programme, true() if which is None else which)
    statement = select(table, revision.c.stated).join(revision, winning).where(here).order_by(table.c.id)
    for row in connection.execute(statement).mappings():
        names = ("id", "identity", "revision", "reported_at", "programme")
        yield activity_of(row), Activity.stored(**{name: row[name] for name in names}, **row["stated"])


def returned_activities(connection: Connection, programme: str, last: int) -> Iterator[Activity]:
    """Of every activity of a programme that reclassification `last` read: as it was read before, for the next one."""
    table = table_of(ActivityClassification)
    before = select(table).where(table.c.generation < last).order_by(table.c.generation)
    earlier = {(row.activity_id, row.revision): row.classification for row in connection.execute(before)}
    for _, activity in stored_activities(connection, programme, table_of(ActivityRow).c.generation == last):
        if reading := earlier.get((activity.id, activity.revision)):
            stated = {"reading": Reading.model_validate(reading, context=READING), "generation": last + 1}
            yield activity.model_copy(update=stated)


def entered_activities(connection: Connection, ids: Sequence[str]) -> dict[str, EnteredActivity]:
    """Activity → what it states, of those that are here."""
    table = table_of(ActivityRow)
    columns = [table.c[each.name] for each in fields(EnteredActivity)]
    statement = select(*columns).where(table.c.id.in_(bindparam("ids", expanding=True)))
    found: dict[str, EnteredActivity] = {}
    for start in range(0, len(ids), AT_ONCE):
        rows = connection.execute(statement, {"ids": list(ids[start : start + AT_ONCE])}).mappings()
        found |= {row["id"]: EnteredActivity(**{**row, "words": tuple(row["words"])}) for row in rows}
    return found


@dataclass(frozen=True, slots=True)
class StoredReport:
    """What one activity stated of how much and how many."""

    id: str
    unit: str
    kind: str
    sessions: int
    points: int | None
    participants: int | None
    invited: int | None


def reported_before(connection: Connection, programme: str, kinds: Collection[str]) -> Iterator[StoredReport]:
    """The activities of a programme of these kinds, as they count."""
    table = table_of(ActivityRow)
    columns = [table.c[each.name] for each in fields(StoredReport)]
    here = and_(table.c.programme == programme, table.c.kind.in_(list(kinds)))
    for row in connection.execute(select(*columns).where(here).order_by(table.c.id)):
        yield StoredReport(*row)


def reported_revisions(connection: Connection, ids: Sequence[str]) -> set[tuple[str, str]]:
    """Every (activity, revision) that was ever recorded, of these activities."""
    table = table_of(ActivityRevision)
    statement = select(table.c.activity_id, table.c.revision).where(
        table.c.activity_id.in_(bindparam("ids", expanding=True))
    )
    found: set[tuple[str, str]] = set()
    for start in range(0, len(ids), AT_ONCE):
        rows = connection.execute(statement, {"ids": list(ids[start : start + AT_ONCE])})
        found |= {(activity_id, revision) for activity_id, revision in rows}
    return found
