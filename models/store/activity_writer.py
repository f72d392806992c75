"""Writing what activities report: one transaction for the activities and the tallies that they change."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, func, select

from config.programme import Programme
from models.counting.activity_state import fold_activity, reported
from models.counting.cell_deltas import activity_deltas
from models.counting.classification_history import Placed, placed
from models.counting.stored_activity import ReadActivity, StoredActivity, StoredReading
from models.messages.activity import Activity
from models.queries.programmes import programmes_in
from models.sql import table_of
from models.store import tally_outbox
from models.store.cell_writer import add_to_cells
from models.store.revisioned import Lists, RevisionedRows, RevisionedTables, stored_by_id
from models.store.turns import count_beside_others
from models.tables.activities import (
    ActivityClassification,
    ActivityPlace,
    ActivityResolution,
    ActivityRevision,
    ActivityRow,
)
from models.tables.stored_rows import (
    ACTIVITY_COLUMNS,
    activity_classification_json,
    activity_classification_of,
    activity_from,
    row_of_activity,
)

OF_THE_MESSAGE = {
    "id", "identity", "revision", "reported_at", "schema_version", "reading", "generation", "programme",
}  # fmt: skip
ACTIVITIES: RevisionedTables[StoredActivity, StoredReading] = RevisionedTables(
    model=ActivityRow,
    revisions=ActivityRevision,
    classifications=ActivityClassification,
    of="activity_id",
    moment="reported_at",
    lists=(
        Lists(ActivityResolution, "resolution", lambda activity: activity.classification.values.resolutions),
        Lists(ActivityPlace, "place", lambda activity: activity.classification.values.places),
    ),
    columns=ACTIVITY_COLUMNS,
    stored=activity_from,
    row=row_of_activity,
    classification=activity_classification_of,
    classification_json=activity_classification_json,
)


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
    arrived = [each.message.activity for each in listed]
    count_beside_others(connection)
    activities = RevisionedRows(connection, ACTIVITIES)
    activities.load({a.id for a in arrived})
    activities.load_history(((a.id, a.revision, a.generation) for a in arrived), plenum_of)
    otherwise = _Holder(connection, programme.id)
    for each in listed:
        activity = each.message.activity
        stored = activities.get(activity.id)
        owner = activity.programme or (stored.programme if stored else otherwise.programme)
        folded = fold_activity(stored, each.message, each.position, owner, plenum_of, activities.history)
        activities.put(folded)
        activities.add_revision(_revision(activity))
    activities.write_revisions()
    changed = activities.changed()
    if not changed:
        return set()
    activities.write(changed)
    before = [reported(old) for each in changed if (old := activities.before.get(each.id))]
    keys = add_to_cells(connection, activity_deltas(before, map(reported, changed)))
    tally_outbox.enqueue(connection, keys)
    return keys


def known(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Activity → the revision that counts, of those that are here."""
    found = stored_by_id(connection, ACTIVITIES, ids)
    return {activity_id: activity.stated.revision for activity_id, activity in found.items()}


def last_report(connection: Connection) -> datetime | None:
    """When the latest revision of any activity was handed in."""
    return connection.execute(select(func.max(table_of(ActivityRevision).c.reported_at))).scalar()


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


def _revision(activity: Activity) -> dict[str, object]:
    return {
        "activity_id": activity.id,
        "revision": activity.revision,
        "reported_at": activity.reported_at,
        "stated": activity.model_dump(mode="json", exclude=OF_THE_MESSAGE),
    }
