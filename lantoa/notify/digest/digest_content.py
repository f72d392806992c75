"""Reads the content of one recipient's digest in one transaction, so that all of it is of one state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from config.catalogue import Catalogue
from config.programme import Programme, Recipient
from lantoa.views.labels import name_of
from models.counting.figures import Figures
from models.counting.period import Period, parse_period
from models.database import Connection
from models.queries.alarm_history import StoredAlarm, open_alarms
from models.queries.counted_states import ItemState, State, States, states
from models.queries.last_digests import last_digest
from models.queries.report_changes import Changed, compared
from models.queries.report_figures import changed_totals
from models.queries.tally import read_tallies
from models.queries.waiting_cases import waiting_cases


@dataclass(frozen=True, slots=True)
class Story:
    """One text, and every outlet that published it."""

    title: str
    items: list[ItemState]


@dataclass(frozen=True, slots=True)
class Digest:
    """The content of a digest.

    `since` is None at a recipient's first one, which begins with the figures alone. `new` maps resolutions to their
    stories; a story of several rows is in the first one. `seen` and `totals` are what the recipient knows afterwards.
    """

    recipient: Recipient
    programme: Programme
    catalogue: Catalogue
    now: datetime
    since: datetime | None
    year: Period
    new: dict[str | None, list[Story]]
    changed: list[Changed]
    alarms: list[StoredAlarm]
    waiting: int
    figures: list[Figures]  # figures of the year: `figure`, `then` and `now`
    seen: States
    totals: Figures

    @property
    def items(self) -> int:
        return sum(len(story.items) for stories in self.new.values() for story in stories)

    @property
    def says_nothing(self) -> bool:
        return not (self.new or self.changed or self.alarms)

    def name(self, key: str, value: str) -> str:
        return name_of(key, value, self.programme, self.catalogue)


def digest_for(
    connection: Connection, recipient: Recipient, programme: Programme, catalogue: Catalogue, now: datetime
) -> Digest:
    """Reads this year and the one before, because late items count there."""
    today = programme.day(now)
    year = parse_period(str(today.year))
    seen = states(connection, programme, parse_period(f"{today.year - 1}-01-01..{today.year}-12-31"))
    before = last_digest(connection, programme.id, recipient.to)
    first_day = f"{today.year - 1}-01-01"
    then: States = (
        {key: state for key, state in before.seen.items() if state["day"] >= first_day} if before else seen
    )
    found = list(compared(connection, then, seen, before.told_at if before else now))
    wanted = [
        each
        for each in found
        if _concerns(recipient, seen.get((each.kind, each.id)), then.get((each.kind, each.id)))
    ]
    arrived = [
        ItemState.of(each.id, seen["item", each.id])
        for each in wanted
        if each.kind == "item" and each.change == "arrived"
    ]
    totals = read_tallies(connection, programme, year).totals
    same_year = before and programme.day(before.told_at).year == today.year
    alarms = open_alarms(connection)
    return Digest(
        recipient=recipient,
        programme=programme,
        catalogue=catalogue,
        now=now,
        since=before.told_at if before else None,
        year=year,
        new=_by_resolution(arrived, recipient),
        changed=[each for each in wanted if each.kind != "item" or each.change != "arrived"],
        alarms=[alarm for source, alarm in sorted(alarms.items()) if source in programme.sources],
        waiting=len(waiting_cases(connection, programme, year)),
        figures=changed_totals({"totals": before.totals if before and same_year else {}}, {"totals": totals}),
        seen=seen,
        totals=totals,
    )


def _concerns(recipient: Recipient, *of: State | None) -> bool:
    wanted = set(recipient.resolutions)
    return not wanted or any(wanted & set(state["resolutions"]) for state in of if state)


def _by_resolution(items: Iterable[ItemState], recipient: Recipient) -> dict[str | None, list[Story]]:
    def first(item: ItemState) -> str:
        return next(
            (each for each in item.resolutions if each in recipient.resolutions or not recipient.resolutions),
            "",
        )

    def story(item: ItemState) -> str:
        return item.story or item.id

    ordered = sorted(items, key=lambda item: (first(item) == "", first(item), story(item), item.day, item.id))
    return {
        resolution or None: [
            Story(members[0].title, members)
            for members in (list(group) for _name, group in groupby(listed, key=story))
        ]
        for resolution, listed in groupby(ordered, key=first)
    }
