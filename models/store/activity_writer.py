"""Writing what activities report: one transaction for the activities and the tallies that they change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, select

from config.programme import Programme
from models.counting.cell_deltas import activity_deltas
from models.counting.cells import Reported
from models.counting.classification_history import (
    ClassificationHistory,
    Placed,
    RevisionClassification,
    classification_at,
    classification_columns,
    placed,
)
from models.messages.activity import CHANNEL_OF, Activity, Reading
from models.messages.limits import READING
from models.messages.mention import Mention
from models.queries.programmes import programmes_in
from models.sql import Row, put, table_of, upsert
from models.store import tally_outbox
from models.store.cell_writer import add_to_cells
from models.store.item_writer import lock_counting
from models.tables.activities import (
    ActivityClassification,
    ActivityPlace,
    ActivityResolution,
    ActivityRevision,
    ActivityRow,
)

BESIDE = ("programme", "resolutions", "waiting")
OF_CLASSIFICATION = (*BESIDE, "mentions", "places", "rules_version", "catalogue_version")
OF_THE_MESSAGE = {
    "id", "identity", "revision", "reported_at", "schema_version", "reading", "generation", "programme",
}  # fmt: skip


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
        stated = {name: getattr(self, name) for name in Reading.model_fields}
        return Reading.model_validate(stated, context=READING)


def record_activities(
    connection: Connection,
    read: Sequence[ReadActivity | Placed[ReadActivity]],
    programme: Programme,
    plenum_of: Mapping[str, str],
) -> set[str]:
    """Folds the reports into the activities and moves the cells, whose keys it gives. The caller owns the
    transaction. A report without its position comes after those that have one."""
    if not read:
        return set()
    listed = placed(read)
    lock_counting(connection, True)
    before = _stored(connection, {each.message.activity.id for each in listed})
    after = {activity_id: dict(row) for activity_id, row in before.items()}
    revisions: dict[tuple[str, str], Row] = {}
    kept = _kept(connection, before, [each.message.activity for each in listed], plenum_of)
    otherwise = _Holder(connection, programme.id)
    for each in listed:
        activity, row = each.message.activity, after.get(each.message.activity.id)
        owner = activity.programme or (row["programme"] if row else otherwise.programme)
        after[activity.id] = _fold(row, each, owner, plenum_of, kept)
        place = activity.id, activity.revision
        revisions[place] = _merge_revision(revisions.get(place), activity)
    _write_revisions(connection, list(revisions.values()))
    _write_kept(connection, kept.to_write)
    changed = [row for activity_id, row in sorted(after.items()) if row != before.get(activity_id)]
    if not changed:
        return set()
    _write(connection, changed)
    old = [reported(before[row["id"]]) for row in changed if row["id"] in before]
    keys = add_to_cells(connection, activity_deltas(old, map(reported, changed)))
    tally_outbox.enqueue(connection, keys)
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


class _Holder:
    """To whom a report belongs that does not say it, as those of earlier releases: the one programme whose figures are
    here, else the running one."""

    def __init__(self, connection: Connection, at_work: str) -> None:
        self._connection = connection
        self._at_work = at_work

    @cached_property
    def programme(self) -> str:
        held = programmes_in(self._connection)
        return held[0] if len(held) == 1 else self._at_work


def _fold(
    row: Row | None,
    placed: Placed[ReadActivity],
    owner: str,
    plenum_of: Mapping[str, str],
    kept: ClassificationHistory,
) -> Row:
    """The revision with the greatest (reported_at, revision) counts, with the classification of it that is in force
    (models.counting.classification_history)."""
    read, activity = placed.message, placed.message.activity
    new = RevisionClassification(
        activity.revision,
        activity.generation,
        placed.position,
        lambda: _as_read(read, owner, plenum_of),
    )
    if row is None:
        return {"first_reported_at": activity.reported_at, **_as_stated(activity), **new.columns()}
    old = classification_at(row, lambda: {name: row[name] for name in OF_CLASSIFICATION})
    wins = (activity.reported_at, activity.revision) > (row["reported_at"], row["revision"])
    shown = _as_stated(activity) if wins else {}
    if activity.revision == row["revision"]:
        current = kept.in_force(activity.id, new, old)
    elif wins:
        kept.keep(activity.id, old)
        current = kept.in_force(activity.id, new, kept.latest(activity.id, activity.revision))
    else:
        kept.keep(activity.id, new)
        current = old
    folded = row | shown | ({} if current is old else current.columns())
    folded["first_reported_at"] = min(folded["first_reported_at"], activity.reported_at)
    return folded


def reading_in(row: Mapping[str, Any]) -> Reading:
    """Of a stored activity."""
    return Reading.model_validate({name: row[name] for name in Reading.model_fields}, context=READING)


def _as_stated(activity: Activity) -> Row:
    return {
        **activity.model_dump(
            include={
                "id", "identity", "revision", "reported_at", "kind", "unit", "place", "title", "sessions", "points",
                "participants", "invited", "language", "note", "source",
            }
        ),
        "channel": CHANNEL_OF[activity.kind],
        "day": activity.date,
        "words": list(activity.resolutions),
    }  # fmt: skip


def _as_read(read: ReadActivity, owner: str, plenum_of: Mapping[str, str]) -> Row:
    """The columns of OF_CLASSIFICATION."""
    linked = {m.resolution for m in read.mentions if m.status == "linked" and m.resolution}
    plenums = {plenum_of[r] for r in linked if r in plenum_of}
    return {
        "programme": owner,
        "mentions": [_plain(mention) for mention in read.mentions],
        "resolutions": sorted(linked | plenums),
        "waiting": any(m.status == "ambiguous" for m in read.mentions),
        "places": list(dict.fromkeys(read.places)),
        "rules_version": read.rules_version,
        "catalogue_version": read.catalogue_version,
    }


def _to_history(values: Row) -> Row:
    return {**reading_in(values).model_dump(mode="json"), **{name: values[name] for name in BESIDE}}


def _from_history(reading: Row, of: Row, plenum_of: Mapping[str, str]) -> Row:
    """The columns of OF_CLASSIFICATION again. Older ones hold the mentions alone: the rest is as it would be classified now."""
    linked = {m["resolution"] for m in reading["mentions"] if m["status"] == "linked" and m["resolution"]}
    beside = {
        "programme": of["programme"],
        "resolutions": sorted(linked | {plenum_of[r] for r in linked if r in plenum_of}),
        "waiting": any(m["status"] == "ambiguous" for m in reading["mentions"]),
    }
    return {name: (beside | reading)[name] for name in OF_CLASSIFICATION}


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


def _kept(
    connection: Connection,
    before: Mapping[str, Row],
    activities: Iterable[Activity],
    plenum_of: Mapping[str, str],
) -> ClassificationHistory:
    """The classifications that are not in force, of activities of which another one than the current one has come."""
    kept = ClassificationHistory()
    ids = {
        a.id
        for a in activities
        if (row := before.get(a.id)) and (row["revision"], row["generation"]) != (a.revision, a.generation)
    }
    if ids:
        table = table_of(ActivityClassification)
        named = table.c.activity_id.in_(bindparam("ids", expanding=True))
        rows = connection.execute(select(table).where(named), {"ids": list(ids)}).mappings()
        kept.load(
            (
                row["activity_id"],
                classification_at(
                    dict(row),
                    partial(_from_history, row["classification"], before[row["activity_id"]], plenum_of),
                ),
            )
            for row in rows
        )
    return kept


def _write_kept(connection: Connection, kept: Sequence[tuple[str, RevisionClassification]]) -> None:
    if not kept:
        return
    rows = [
        {
            "activity_id": activity,
            "revision": each.revision,
            "classification": _to_history(each.values()),
            **classification_columns(each),
        }
        for activity, each in kept
    ]
    put(connection, ActivityClassification, rows, ("classification", "classified_offset", "classified_ms"))


def _write(connection: Connection, rows: list[Row]) -> None:
    put(connection, ActivityRow, rows)
    named = [{"activity_id": row["id"], "resolution": name} for row in rows for name in row["resolutions"]]
    places = [
        {"activity_id": row["id"], "place": place} for row in rows for place in dict.fromkeys(row["places"])
    ]
    ids = [row["id"] for row in rows]
    _replace(connection, table_of(ActivityResolution), ids, named)
    _replace(connection, table_of(ActivityPlace), ids, places)


def _replace(connection: Connection, table: Table, ids: list[str], rows: list[Row]) -> None:
    connection.execute(delete(table).where(table.c.activity_id == bindparam("i")), [{"i": i} for i in ids])
    if rows:
        connection.execute(table.insert(), rows)
