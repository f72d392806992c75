"""One activity, after one more report of it, in whatever order they come (counting.md, Activities; Revisions)."""

from collections.abc import Mapping

from models.counting.cells import Reported
from models.counting.classification_history import ClassificationHistory, Position, RevisionClassification
from models.counting.resolution_rows import is_waiting, linked_documents, plenums_of, rows_of
from models.counting.revisions import winning_revision
from models.counting.stored_activity import ReadActivity, ReportedActivity, StoredActivity, StoredReading
from models.messages.activity import CHANNEL_OF, Activity

ActivityHistory = ClassificationHistory[StoredReading]


def fold_activity(
    stored: StoredActivity | None,
    read: ReadActivity,
    position: Position,
    owner: str,
    plenum_of: Mapping[str, str],
    history: ActivityHistory,
) -> StoredActivity:
    """The activity as its winning revision reports it, with the classification in force. `owner` is its programme."""
    activity = read.activity
    new = RevisionClassification(
        activity.revision, activity.generation, position, _reading(read, owner, plenum_of)
    )
    if stored is None:
        return StoredActivity(_stated(activity), activity.reported_at, new)
    wins, current = winning_revision(stored, (activity.reported_at, activity.revision), new, history)
    first = min(stored.first_reported_at, activity.reported_at)
    return StoredActivity(_stated(activity) if wins else stored.stated, first, current)


def reported(activity: StoredActivity) -> Reported:
    """The fields that determine the activity's cells."""
    stated, reading = activity.stated, activity.classification.values
    return Reported(
        programme=reading.programme,
        day=stated.day,
        channel=stated.channel,
        resolutions=reading.resolutions,
        waiting=reading.waiting,
        sessions=stated.sessions,
        points=stated.points,
        participants=stated.participants,
        invited=stated.invited,
    )


def _stated(activity: Activity) -> ReportedActivity:
    return ReportedActivity(
        id=activity.id,
        identity=activity.identity,
        revision=activity.revision,
        reported_at=activity.reported_at,
        kind=activity.kind,
        channel=CHANNEL_OF[activity.kind],
        day=activity.date,
        unit=activity.unit,
        place=activity.place,
        title=activity.title,
        words=activity.resolutions,
        sessions=activity.sessions,
        points=activity.points,
        participants=activity.participants,
        invited=activity.invited,
        language=activity.language,
        note=activity.note,
        source=activity.source,
    )


def _reading(read: ReadActivity, owner: str, plenum_of: Mapping[str, str]) -> StoredReading:
    documents = linked_documents(read.mentions)
    return StoredReading(
        programme=owner,
        resolutions=rows_of(documents, plenums_of(documents, plenum_of)),
        waiting=is_waiting(read.mentions),
        mentions=tuple(m.as_json() for m in read.mentions),
        places=tuple(dict.fromkeys(read.places)),
        rules_version=read.rules_version,
        catalogue_version=read.catalogue_version,
    )
