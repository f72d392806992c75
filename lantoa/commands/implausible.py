"""Finds implausible rows of activities, which are not counted until a human confirms them (counting.md, Activities)."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import Literal

from babel.dates import format_date

from config.catalogue import Catalogue
from config.programme import Programme
from config.sheets import Field
from lantoa.language import _, language, number
from models.counting.stored_activity import ReadActivity
from models.database import Connection
from models.messages.activity import Activity
from models.messages.mention import Mention
from models.queries.stored_activities import StoredReport, reported_before, reported_revisions
from producers.sheets.activity_reader import COUNTS, same
from producers.sheets.cell_values import NOTHING

Reason = Literal["future-day", "more-than-invited", "not-in-the-catalogue", "far-from-usual"]
ReadNow = Callable[[Sequence[Activity]], Sequence[ReadActivity]]
MOST_TIMES_USUAL = 10  # a number is implausible above so many times the median of the unit's earlier reports
LEAST_EARLIER_ROWS = 5  # least number of earlier rows of the unit and kind: fewer do not show what is usual
AT_ONCE = 500
History = dict[tuple[str, str], dict[Field, list[int]]]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a row is implausible: the value of `field`, and the figure with which it is compared."""

    reason: Reason
    field: Field
    value: str
    beside: str = ""

    def __str__(self) -> str:
        """Returns the reason in the reader's language."""
        match self.reason:
            case "future-day":
                return _("the day is still to come; today is {today}", today=self.beside)
            case "more-than-invited":
                return _("more people took part than the {invited} who were invited", invited=self.beside)
            case "not-in-the-catalogue":
                return _("the catalogue has no such document of that time")
            case "far-from-usual":
                return _(
                    "more than ten times what this unit usually reports of it ({usual})", usual=self.beside
                )


@dataclass(slots=True)
class Examination:
    """The result of checking activities.

    `readings` holds the classification of those that are new or changed, `doubts` the reasons why some of them are
    implausible.
    """

    readings: dict[str, ReadActivity] = field(default_factory=dict)
    doubts: dict[str, tuple[Doubt, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NamedDocuments:
    """The words in which a row names documents, and the documents of the catalogue that they mean, if any. `open`
    says that a human has to choose between them."""

    words: str
    documents: tuple[str, ...]
    is_open: bool = False


class PlausibilityCheck:
    """Checks the activities of one programme. `read_now` classifies activities by its rules; days after `now` are
    implausible."""

    def __init__(self, programme: Programme, catalogue: Catalogue, read_now: ReadNow, now: datetime) -> None:
        self._programme = programme
        self._catalogue = catalogue
        self._read_now = read_now
        self._today = programme.day(now)

    def examine(self, connection: Connection, activities: Sequence[Activity]) -> Examination:
        """Checks activities in their order: each row is compared with earlier reports and with the rows above it. A
        row that was recorded before with the same content was accepted then and is not checked again."""
        known = reported_revisions(connection, [each.id for each in activities])
        new = [each for each in activities if (each.id, each.revision) not in known]
        examination = Examination(readings={read.activity.id: read for read in self.read(new)})
        history = self._history(connection, new)
        for activity in new:
            read = examination.readings[activity.id]
            doubts = tuple(self._doubts(read, history)) if states_anything(activity) else ()
            if doubts:
                examination.doubts[activity.id] = doubts
            else:
                _add(history, activity)
        return examination

    def read(self, activities: Sequence[Activity]) -> Iterator[ReadActivity]:
        """Classifies activities. Those with the same words and the same day are classified once."""
        first: dict[tuple[object, ...], int] = {}
        for activity in activities:
            first.setdefault(_said(activity), len(first))
        samples = {_said(activity): activity for activity in reversed(activities)}
        found = self._read_now([samples[said] for said in first])
        for activity in activities:
            read = found[first[_said(activity)]]
            yield ReadActivity.as_stated(activity, read.reading)

    def _doubts(self, read: ReadActivity, history: History) -> Iterator[Doubt]:
        activity = read.activity
        if activity.date > self._today:
            yield Doubt("future-day", "date", _day(activity.date), _day(self._today))
        came, asked = activity.participants, activity.invited
        if came is not None and asked is not None and came > asked:
            yield Doubt("more-than-invited", "participants", number(came), number(asked))
        for words in missing(read, self._catalogue):
            yield Doubt("not-in-the-catalogue", "resolutions" if activity.resolutions else "title", words)
        before = history.get(_of(activity.unit, activity.kind), {})
        for name in COUNTS:
            value, earlier = getattr(activity, name), before.get(name, [])
            if (
                value is not None
                and len(earlier) >= LEAST_EARLIER_ROWS
                and value > MOST_TIMES_USUAL * median(earlier)
            ):
                yield Doubt("far-from-usual", name, number(value), _about(median(earlier)))

    def _history(self, connection: Connection, activities: Sequence[Activity]) -> History:
        """Loads what these units reported earlier of the same kinds, without the given activities."""
        handed_in = {each.id for each in activities}
        asked = {_of(each.unit, each.kind) for each in activities}
        history: History = {}
        for row in reported_before(connection, self._programme.id, {each.kind for each in activities}):
            if row.id not in handed_in and _of(row.unit, row.kind) in asked:
                _add(history, row)
        return history


def states_anything(activity: Activity | StoredReport) -> bool:
    """Returns False for a withdrawn activity, which states neither sessions nor people and is not checked."""
    return any(getattr(activity, name) for name in COUNTS)


def missing(read: ReadActivity, catalogue: Catalogue) -> list[str]:
    """Lists the documents that a row names and the catalogue lacks. From a title, only documents that are clearly the
    Party's count."""
    if not read.activity.resolutions:
        return [m.surface for m in read.mentions if m.status == "unlisted" and m.family == "party"]
    return [each.words for each in named_documents(read, catalogue) if not each.documents]


def named_documents(read: ReadActivity, catalogue: Catalogue) -> list[NamedDocuments]:
    """Lists what was understood of each statement about documents, in the order of the row."""
    activity = read.activity
    if not activity.resolutions:
        return [_of_mention(m) for m in read.mentions if m.status in {"linked", "ambiguous", "unlisted"}]
    within = _mentions_of(activity, read.mentions, catalogue)
    found: list[NamedDocuments] = []
    for words in activity.resolutions:
        if words in catalogue.documents:
            found.append(NamedDocuments(words, (words,)))
        elif named := [_of_mention(m) for m in within[words] if m.status != "general"]:
            found += named
        elif not within[words] and words.strip().casefold() not in NOTHING:
            found.append(NamedDocuments(words, ()))
    return found


def _of_mention(mention: Mention) -> NamedDocuments:
    if mention.status == "linked" and mention.resolution:
        return NamedDocuments(mention.surface, (mention.resolution,))
    if mention.status == "ambiguous":
        return NamedDocuments(mention.surface, mention.candidates, is_open=True)
    return NamedDocuments(mention.surface, ())


def _mentions_of(
    activity: Activity, mentions: Sequence[Mention], catalogue: Catalogue
) -> Mapping[str, list[Mention]]:
    """Maps the stated words to the mentions in them. The rules read all of them joined as one text
    (stream_apps.activity_classifier)."""
    rest = [words for words in activity.resolutions if words not in catalogue.documents]
    found: dict[str, list[Mention]] = defaultdict(list)
    start = 0
    for words in rest:
        end = start + len(words)
        found[words] += [m for m in mentions if m.zone == "body" and m.start < end and m.end > start]
        start = end + len("; ")
    return found


def _said(activity: Activity) -> tuple[object, ...]:
    """Returns everything on which the classification depends."""
    title = "" if activity.resolutions else activity.title
    return activity.date, activity.resolutions, title, activity.place, activity.unit


def _of(unit: str, kind: str) -> tuple[str, str]:
    return same(unit), kind


def _add(history: History, row: Activity | StoredReport) -> None:
    if not states_anything(row):
        return
    numbers = history.setdefault(_of(row.unit, row.kind), {})
    for name in COUNTS:
        if (value := getattr(row, name)) is not None:
            numbers.setdefault(name, []).append(value)


def _about(value: float) -> str:
    return number(round(value))


def _day(day: date) -> str:
    return format_date(day, "dd/MM/yyyy", locale=language())
