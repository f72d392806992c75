"""Writing what activities report: one transaction for the activities and the tallies that they change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, select

from config.programme import Programme
from models import touched
from models.activity import CHANNEL_OF, Activity, Reading
from models.cells import Reported
from models.mention import Mention
from models.moving import move_activities
from models.recording import lock_counting
from models.sql import Row, table_of, upsert
from models.tables import ActivityPlace, ActivityReading, ActivityResolution, ActivityRevision, ActivityRow

OF_THE_MESSAGE = {"id", "identity", "revision", "reported_at", "schema_version", "reading", "generation"}


@dataclass(frozen=True, slots=True)
class ReadActivity:
    """An activity with what the rules read in its words."""

    activity: Activity
    mentions: tuple[Mention, ...]
    places: tuple[str, ...]
    rules_version: str
    catalogue_version: str

    @classmethod
    def as_stated(cls, activity: Activity, reading: Reading) -> "ReadActivity":
        return cls(
            activity, reading.mentions, reading.places, reading.rules_version, reading.catalogue_version
        )

    @property
    def reading(self) -> Reading:
        return Reading(
            mentions=self.mentions,
            places=self.places,
            rules_version=self.rules_version,
            catalogue_version=self.catalogue_version,
        )


def record_activities(
    connection: Connection, read: Sequence[ReadActivity], programme: Programme, plenum_of: Mapping[str, str]
) -> set[str]:
    """Folds the reports into the activities and moves the cells, whose keys it gives. The caller owns the
    transaction."""
    if not read:
        return set()
    lock_counting(connection, True)
    before = _stored(connection, {each.activity.id for each in read})
    after = {activity_id: dict(row) for activity_id, row in before.items()}
    revisions: dict[tuple[str, str], Row] = {}
    beaten: list[Row] = []
    for each in read:
        activity = each.activity
        row = after.get(activity.id)
        if row and row["revision"] == activity.revision and row["generation"] != activity.generation:
            beaten.append(_beaten(row, each))
        after[activity.id] = _fold(row, each, programme, plenum_of)
        place = activity.id, activity.revision
        revisions[place] = _merge_revision(revisions.get(place), activity)
    _write_revisions(connection, list(revisions.values()))
    _write_beaten(connection, beaten)
    changed = [row for activity_id, row in sorted(after.items()) if row != before.get(activity_id)]
    if not changed:
        return set()
    _write(connection, changed)
    old = [reported(before[row["id"]]) for row in changed if row["id"] in before]
    keys = move_activities(connection, old, map(reported, changed))
    touched.note(connection, keys)
    return keys


def known(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Activity → the revision that counts, of those that are here."""
    return {activity_id: row["revision"] for activity_id, row in _stored(connection, ids).items()}


def last_report(connection: Connection) -> datetime | None:
    """When the latest revision of any activity was handed in."""
    return connection.execute(select(func.max(table_of(ActivityRevision).c.reported_at))).scalar()


def reported(row: Mapping[str, Any]) -> Reported:
    return Reported(
        programme=row["programme"],
        day=row["day"],
        channel=row["channel"],
        resolutions=tuple(row["resolutions"]),
        waiting=row["waiting"],
        sessions=row["sessions"],
        points=row["points"],
        participants=row["participants"],
        invited=row["invited"],
    )


def _fold(row: Row | None, read: ReadActivity, programme: Programme, plenum_of: Mapping[str, str]) -> Row:
    """The greatest (reported_at, revision, generation) decides, as of an item. The very same one again is not read
    anew: redelivery changes nothing, also after the programme's words have changed."""
    activity = read.activity
    folded: Row = dict(row) if row else {"first_reported_at": activity.reported_at}
    new = activity.reported_at, activity.revision, activity.generation
    if row is None or new > (row["reported_at"], row["revision"], row["generation"]):
        folded.update(_as_won(read, programme, plenum_of))
    folded["first_reported_at"] = min(folded["first_reported_at"], activity.reported_at)
    return folded


def reading_in(row: Mapping[str, Any]) -> Reading:
    """Of a stored activity."""
    return Reading.model_validate({name: row[name] for name in Reading.model_fields})


def _beaten(row: Row, read: ReadActivity) -> Row:
    """The lower one of two readings of a revision, whichever came first."""
    activity = read.activity
    older = read.reading if activity.generation < row["generation"] else reading_in(row)
    return {
        "activity_id": activity.id,
        "revision": activity.revision,
        "generation": min(activity.generation, row["generation"]),
        "reading": older.model_dump(mode="json"),
    }


def _as_won(read: ReadActivity, programme: Programme, plenum_of: Mapping[str, str]) -> Row:
    activity = read.activity
    linked = {m.resolution for m in read.mentions if m.status == "linked" and m.resolution}
    plenums = {plenum_of[r] for r in linked if r in plenum_of}
    return {
        **activity.model_dump(
            include={
                "id", "identity", "revision", "reported_at", "kind", "unit", "place", "title", "sessions", "points",
                "participants", "invited", "language", "note", "source", "generation",
            }
        ),
        "programme": programme.id,
        "channel": CHANNEL_OF[activity.kind],
        "day": activity.date,
        "words": list(activity.resolutions),
        "mentions": [_plain(mention) for mention in read.mentions],
        "resolutions": sorted(linked | plenums),
        "waiting": any(m.status == "ambiguous" for m in read.mentions),
        "places": list(read.places),
        "rules_version": read.rules_version,
        "catalogue_version": read.catalogue_version,
    }  # fmt: skip


def _plain(mention: Mention) -> Row:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in asdict(mention).items()
    }


def _merge_revision(row: Row | None, activity: Activity) -> Row:
    first = last = activity.reported_at
    if row:
        first, last = min(first, row["first_reported_at"]), max(last, row["reported_at"])
    return {
        "activity_id": activity.id,
        "revision": activity.revision,
        "first_reported_at": first,
        "reported_at": last,
        "stated": activity.model_dump(mode="json", exclude=OF_THE_MESSAGE),
    }


def _stored(connection: Connection, ids: Iterable[str]) -> dict[str, Row]:
    table = table_of(ActivityRow)
    found = connection.execute(
        select(table).where(table.c.id.in_(bindparam("ids", expanding=True))), {"ids": list(ids)}
    )
    return {row["id"]: dict(row) for row in found.mappings()}


def _write_revisions(connection: Connection, rows: list[Row]) -> None:
    table = table_of(ActivityRevision)
    insert = upsert(connection, table)
    least, most = ("min", "max") if connection.dialect.name == "sqlite" else ("least", "greatest")
    new = insert.excluded
    span = {
        "first_reported_at": getattr(func, least)(table.c.first_reported_at, new.first_reported_at),
        "reported_at": getattr(func, most)(table.c.reported_at, new.reported_at),
    }
    keys = [table.c.activity_id, table.c.revision]
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=span), rows)


def _write_beaten(connection: Connection, rows: list[Row]) -> None:
    if rows:
        insert = upsert(connection, table_of(ActivityReading))
        connection.execute(insert.on_conflict_do_nothing(), rows)


def _write(connection: Connection, rows: list[Row]) -> None:
    table = table_of(ActivityRow)
    insert = upsert(connection, table)
    columns = {c.name: insert.excluded[c.name] for c in table.c if c.name != "id"}
    connection.execute(insert.on_conflict_do_update(index_elements=[table.c.id], set_=columns), rows)
    named = [{"activity_id": row["id"], "resolution": name} for row in rows for name in row["resolutions"]]
    places = [{"activity_id": row["id"], "place": place} for row in rows for place in row["places"]]
    ids = [row["id"] for row in rows]
    _replace(connection, table_of(ActivityResolution), ids, named)
    _replace(connection, table_of(ActivityPlace), ids, places)


def _replace(connection: Connection, table: Table, ids: list[str], rows: list[Row]) -> None:
    connection.execute(delete(table).where(table.c.activity_id == bindparam("i")), [{"i": i} for i in ids])
    if rows:
        connection.execute(table.insert(), rows)
