"""Shows what submitted activities would change, and publishes them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request

from lantoa.commands.implausible import PlausibilityCheck
from lantoa.commands.importing import publish_activities
from lantoa.web.office import PATIENCE_SECONDS, Office, office_of, rules_of
from models.counting.period import parse_period
from models.database import Connection
from models.messages.activity import Activity
from models.queries.stored_activities import EnteredActivity
from models.queries.tally import read_tallies

SUMS = {"activities": "sessions", "participants": "participants", "points": "points", "invited": "invited"}
COMPARED = (
    "kind",
    "unit",
    "place",
    "title",
    "sessions",
    "points",
    "participants",
    "invited",
    "language",
    "note",
)


@dataclass(frozen=True, slots=True)
class CellMovedByActivity:
    """The year's figures of one kind before and after."""

    year: str
    kind: str
    figures: dict[str, tuple[int, int]]


def moved(
    connection: Connection,
    office: Office,
    activities: Sequence[Activity],
    stored: Mapping[str, EnteredActivity],
) -> list[CellMovedByActivity]:
    """Returns the changed figures by year and kind. `stored` holds the activities that exist already."""
    deltas: dict[tuple[str, str], Counter[str]] = {}
    for activity in activities:
        old = stored.get(activity.id)
        _add(deltas, str(activity.date.year), activity.kind, activity, 1)
        if old and old.programme == office.programme.id:
            _add(deltas, str(old.day.year), old.kind, old, -1)
    found = []
    for year in sorted({year for year, _kind in deltas}):
        rows = read_tallies(connection, office.programme, parse_period(year), ("kind",)).rows
        before = {row["kind"]: row for row in rows}
        for kind in sorted(kind for known, kind in deltas if known == year):
            delta = deltas[year, kind]
            figures = {name: _step(before.get(kind, {}).get(name), delta[name]) for name in SUMS}
            if any(was != now for was, now in figures.values()):
                found.append(CellMovedByActivity(year, kind, figures))
    return found


def differences(activity: Activity, row: EnteredActivity) -> list[tuple[str, object, object]]:
    """Lists the fields in which an activity differs from the stored row: name, before, after."""
    was = {name: getattr(row, name) for name in COMPARED} | {
        "day": row.day,
        "resolutions": "; ".join(row.words),
    }
    now = {name: getattr(activity, name) for name in COMPARED} | {
        "day": activity.date,
        "resolutions": "; ".join(activity.resolutions),
    }
    return [(name, was[name], now[name]) for name in now if was[name] != now[name]]


def plausibility_check_for(request: Request) -> PlausibilityCheck:
    """Makes a `PlausibilityCheck` whose rules run in processes with limits, so that no text blocks the request."""
    office = office_of(request)
    return PlausibilityCheck(
        office.programme, office.catalogue, rules_of(request).read_now, datetime.now(UTC)
    )


def publish(office: Office, activities: Sequence[Activity]) -> bool:
    """Says whether the activities are counted already; False if no worker has taken them. Raises BrokerError if Kafka
    is unavailable."""
    return publish_activities(office.runtime, activities, within=PATIENCE_SECONDS).counted


def _add(
    deltas: dict[tuple[str, str], Counter[str]],
    year: str,
    kind: str,
    stated: Activity | EnteredActivity,
    sign: int,
) -> None:
    delta = deltas.setdefault((year, kind), Counter())
    for figure, name in SUMS.items():
        delta[figure] += sign * (getattr(stated, name) or 0)


def _step(before: int | None, delta: int) -> tuple[int, int]:
    return before or 0, (before or 0) + delta
