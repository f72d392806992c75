"""An activity as it is stored, and as it arrives: what a unit reported, with the classification of its words."""

from dataclasses import dataclass
from datetime import date, datetime

from models.counting.classification_history import RevisionClassification
from models.counting.stored_item import MentionsJson
from models.messages.activity import Activity, Reading
from models.messages.limits import READING
from models.messages.mention import Mention


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


@dataclass(frozen=True, slots=True)
class ReportedActivity:
    """An activity as its winning revision reports it. `words` is what it says of resolutions."""

    id: str
    identity: str
    revision: str
    reported_at: datetime
    kind: str
    channel: str
    day: date
    unit: str
    place: str
    title: str
    sessions: int
    points: int | None
    participants: int | None
    invited: int | None
    language: str
    note: str
    source: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredReading:
    """The classification by the rules, and the programme to which the report belongs. `resolutions` holds plenums too."""

    programme: str
    waiting: bool
    rules_version: str
    catalogue_version: str
    resolutions: tuple[str, ...]
    mentions: MentionsJson
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredActivity:
    stated: ReportedActivity
    first_reported_at: datetime
    classification: RevisionClassification[StoredReading]

    @property
    def id(self) -> str:
        return self.stated.id

    @property
    def programme(self) -> str:
        return self.classification.values.programme

    @property
    def rank(self) -> tuple[datetime, str]:
        return self.stated.reported_at, self.stated.revision
