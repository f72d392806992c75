"""Rows of activities that can hardly be so: they are held back, uncounted, until somebody confirms them (counting.md,
Activities)."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import Literal

from babel.dates import format_date
from sqlalchemy import Connection

from config.catalogue import Catalogue
from config.programme import Programme
from config.sheets import Field
from lantoa.language import _, language, number
from models.activities import ReadActivity
from models.activity import Activity
from models.mention import Mention
from models.stored_activities import Reported, reported_before, reported_revisions
from producers.sheets.stated import COUNTS, same
from producers.sheets.values import NOTHING

Reason = Literal["future-day", "more-than-invited", "not-in-the-catalogue", "far-from-usual"]
ReadNow = Callable[[Sequence[Activity]], Sequence[ReadActivity]]
TIMES = 10  # above so many times the median a number is far from what the unit reported before
EARLIER = 5  # rows of the unit and kind, at least: of fewer nothing is usual
AT_ONCE = 500
History = dict[tuple[str, str], dict[Field, list[int]]]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a row is held back: what stands in `field`, and what it is measured by."""

    reason: Reason
    field: Field
    value: str
    beside: str = ""

    def __str__(self) -> str:
        """In the reader's language."""
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
class Looked:
    """What was found of activities that are handed in. `readings`: what was read in the words of those that are new or
    changed; `doubts`: of those that can hardly be so."""

    readings: dict[str, ReadActivity] = field(default_factory=dict)
    doubts: dict[str, tuple[Doubt, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Understood:
    """One thing that a row says of documents: `documents` are the catalogue's, none where it has none of them. One that
    is `open` waits for a decision between them."""

    words: str
    documents: tuple[str, ...]
    is_open: bool = False


class Doubter:
    """Of one programme. `read_now` reads the words of activities by its rules; `now` says which days are still to come."""

    def __init__(self, programme: Programme, catalogue: Catalogue, read_now: ReadNow, now: datetime) -> None:
        self._programme = programme
        self._catalogue = catalogue
        self._read_now = read_now
        self._today = programme.day(now)

    def look(self, connection: Connection, activities: Sequence[Activity]) -> Looked:
        """In the order in which they are handed in: a row is measured by those that were reported before, and by those
        above it. What is recorded already with the same content was accepted then, and is not doubted again."""
        known = reported_revisions(connection, [each.id for each in activities])
        new = [each for each in activities if (each.id, each.revision) not in known]
        looked = Looked(readings={read.activity.id: read for read in self.read(new)})
        history = self._history(connection, new)
        for activity in new:
            read = looked.readings[activity.id]
            doubts = tuple(self._doubts(read, history)) if states_anything(activity) else ()
            if doubts:
                looked.doubts[activity.id] = doubts
            else:
                _add(history, activity)
        return looked

    def read(self, activities: Sequence[Activity]) -> Iterator[ReadActivity]:
        """Those that say the same of the same day are read once."""
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
            if value is not None and len(earlier) >= EARLIER and value > TIMES * median(earlier):
                yield Doubt("far-from-usual", name, number(value), _about(median(earlier)))

    def _history(self, connection: Connection, activities: Sequence[Activity]) -> History:
        """What the others of these units and kinds have reported that are here."""
        handed_in = {each.id for each in activities}
        asked = {_of(each.unit, each.kind) for each in activities}
        history: History = {}
        for row in reported_before(connection, self._programme.id, {each.kind for each in activities}):
            if row.id not in handed_in and _of(row.unit, row.kind) in asked:
                _add(history, row)
        return history


def states_anything(activity: Activity | Reported) -> bool:
    """One that is taken back states no sessions and nobody: it counts nothing and is not doubted."""
    return any(getattr(activity, name) for name in COUNTS)


def missing(read: ReadActivity, catalogue: Catalogue) -> list[str]:
    """What a row says of documents and the catalogue lacks. Of a title only what it names outright as the Party's."""
    if not read.activity.resolutions:
        return [m.surface for m in read.mentions if m.status == "unlisted" and m.family == "party"]
    return [each.words for each in understood(read, catalogue) if not each.documents]


def understood(read: ReadActivity, catalogue: Catalogue) -> list[Understood]:
    """What was understood of all that a row says of documents, in its order."""
    activity = read.activity
    if not activity.resolutions:
        return [_of_mention(m) for m in read.mentions if m.status in {"linked", "ambiguous", "unlisted"}]
    within = _mentions_of(activity, read.mentions, catalogue)
    found: list[Understood] = []
    for words in activity.resolutions:
        if words in catalogue.documents:
            found.append(Understood(words, (words,)))
        elif named := [_of_mention(m) for m in within[words] if m.status != "general"]:
            found += named
        elif not within[words] and words.strip().casefold() not in NOTHING:
            found.append(Understood(words, ()))
    return found


def _of_mention(mention: Mention) -> Understood:
    if mention.status == "linked" and mention.resolution:
        return Understood(mention.surface, (mention.resolution,))
    if mention.status == "ambiguous":
        return Understood(mention.surface, mention.candidates, is_open=True)
    return Understood(mention.surface, ())


def _mentions_of(
    activity: Activity, mentions: Sequence[Mention], catalogue: Catalogue
) -> Mapping[str, list[Mention]]:
    """Stated words → the mentions in them. They were read in one piece, joined (stream_apps.activity_classifier)."""
    rest = [words for words in activity.resolutions if words not in catalogue.documents]
    found: dict[str, list[Mention]] = defaultdict(list)
    start = 0
    for words in rest:
        end = start + len(words)
        found[words] += [m for m in mentions if m.zone == "body" and m.start < end and m.end > start]
        start = end + len("; ")
    return found


def _said(activity: Activity) -> tuple[object, ...]:
    """All that decides how it is read."""
    title = "" if activity.resolutions else activity.title
    return activity.date, activity.resolutions, title, activity.place, activity.unit


def _of(unit: str, kind: str) -> tuple[str, str]:
    return same(unit), kind


def _add(history: History, row: Activity | Reported) -> None:
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
