"""An item as it is stored: what its winning revision shows, its date, its classification in force, and how it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from models.counting.classification_history import RevisionClassification

MentionsJson = tuple[Mapping[str, object], ...]  # evidence, which counting carries and does not read


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item as its winning revision shows it. `words` are those of the title and the lead, to be searched."""

    id: str
    outlet: str
    source: str
    identity: str
    url: str | None
    title: str
    words: str
    revision: str
    fetched_at: datetime
    claimed: datetime | None


@dataclass(frozen=True, slots=True)
class ItemDate:
    """`published` is the first plausible date, and `published_by` names the revision that carried it. `date_flag`
    is the reason why there is none."""

    first_seen: datetime
    published: datetime | None
    published_by: str
    date_flag: str | None

    @property
    def moment(self) -> datetime:
        return self.published or self.first_seen


@dataclass(frozen=True, slots=True)
class StoredClassification:
    """The classification by the rules. `resolutions` are the linked documents; `plenums` those that had issued them when
    the item was classified, or null in rows from before they were kept."""

    programme: str
    level: str
    partner: bool
    language: str
    press_column: str | None
    rules_version: str
    catalogue_version: str
    mentions: MentionsJson
    places: tuple[str, ...]
    in_scope: bool
    channel: str
    form: str
    resolutions: tuple[str, ...]
    plenums: tuple[str, ...] | None
    waiting: bool
    mentions_cut: bool


@dataclass(frozen=True, slots=True)
class CountedState:
    """How an item counts after corrections, merges and stories. `corrected` names the correction that sets a field."""

    day: date
    flagged: bool
    in_scope: bool
    counts: bool
    same_as: str | None
    story: str | None
    channel: str
    form: str
    waiting: bool
    corrected: Mapping[str, str]
    resolutions: tuple[str, ...]


UNCOUNTED = CountedState(
    date.min, False, False, False, None, None, "", "", False, {}, ()
)  # of an item that has just arrived: corrections, merges and stories replace all of it


@dataclass(frozen=True, slots=True)
class StoredItem:
    shown: ShownItem
    date: ItemDate
    classification: RevisionClassification[StoredClassification]
    counted: CountedState

    @property
    def id(self) -> str:
        return self.shown.id

    @property
    def programme(self) -> str:
        return self.classification.values.programme

    @property
    def rank(self) -> tuple[datetime, str]:
        return self.shown.fetched_at, self.shown.revision

    def with_state(self, state: CountedState) -> "StoredItem":
        return StoredItem(self.shown, self.date, self.classification, state)
