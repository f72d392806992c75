"""What activities that are handed in would change, and their way until they count."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from sqlalchemy import Connection

from lantoa.commands.implausible import Doubter
from lantoa.commands.importing import publish_activities
from lantoa.web.office import Office, office_of, rules_of
from lantoa.web.pages.corrections.effects import PATIENCE_SECONDS
from models.activity import Activity
from models.period import parse_period
from models.sql import Row
from models.tally import read_tallies

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
class Moved:
    """The year's figures of a kind, each before and after."""

    year: str
    kind: str
    figures: dict[str, tuple[int, int]]


def moved(
    connection: Connection, office: Office, activities: Sequence[Activity], stored: Mapping[str, Row]
) -> list[Moved]:
    """By year and kind, those that change. `stored` are the rows of the activities that are here."""
    deltas: dict[tuple[str, str], Counter[str]] = {}
    for activity in activities:
        old = stored.get(activity.id)
        _add(deltas, str(activity.date.year), activity.kind, activity.model_dump(), 1)
        if old and old["programme"] == office.programme.id:
            _add(deltas, str(old["day"].year), old["kind"], old, -1)
    found = []
    for year in sorted({year for year, _kind in deltas}):
        rows = read_tallies(connection, office.programme, parse_period(year), ("kind",)).rows
        before = {row["kind"]: row for row in rows}
        for kind in sorted(kind for known, kind in deltas if known == year):
            delta = deltas[year, kind]
            figures = {name: _step(before.get(kind, {}).get(name), delta[name]) for name in SUMS}
            if any(was != now for was, now in figures.values()):
                found.append(Moved(year, kind, figures))
    return found


def differences(activity: Activity, row: Row) -> list[tuple[str, Any, Any]]:
    """What an activity states otherwise than the row that is here: name, before, after."""
    was = {name: row[name] for name in COMPARED} | {"day": row["day"], "resolutions": "; ".join(row["words"])}
    now = {name: getattr(activity, name) for name in COMPARED} | {
        "day": activity.date,
        "resolutions": "; ".join(activity.resolutions),
    }
    return [(name, was[name], now[name]) for name in now if was[name] != now[name]]


def doubter_for(request: Request) -> Doubter:
    """By the rules in processes with limits: no words stop who asks."""
    office = office_of(request)
    return Doubter(office.programme, office.catalogue, rules_of(request).read_now, datetime.now(UTC))


def publish(office: Office, activities: Sequence[Activity]) -> bool:
    """Whether they count already; false while no worker takes them. Raises BrokerError when Kafka is away."""
    return publish_activities(office.running, activities, within=PATIENCE_SECONDS).counted


def _add(
    deltas: dict[tuple[str, str], Counter[str]], year: str, kind: str, stated: Mapping[str, Any], sign: int
) -> None:
    delta = deltas.setdefault((year, kind), Counter())
    for figure, name in SUMS.items():
        delta[figure] += sign * (stated[name] or 0)


def _step(before: int | None, delta: int) -> tuple[int, int]:
    return before or 0, (before or 0) + delta
