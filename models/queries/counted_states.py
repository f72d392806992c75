"""What counts in a period, item by item and activity by activity, as frozen reports and digests keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from sqlalchemy import Connection, select

from config.programme import Programme
from models.counting.period import Period
from models.queries.adhoc_tallies import within
from models.sql import table_of
from models.tables.activities import ActivityRow
from models.tables.items import ItemRow

ITEM = (
    "day", "outlet", "channel", "form", "level", "partner", "resolutions", "waiting", "flagged", "story", "revision",
    "generation", "corrected", "rules_version", "catalogue_version", "title", "url",
)  # fmt: skip
ACTIVITY = (
    "day", "kind", "channel", "unit", "place", "title", "resolutions", "waiting", "sessions", "points", "participants",
    "invited", "revision",
)  # fmt: skip
State = dict[str, Any]  # name → JSON value; what an earlier version kept may lack names
States = dict[tuple[str, str], State]  # kind (item or activity), id


@dataclass(frozen=True, slots=True)
class ItemState:
    """How an item counts in a report or digest. `day` is an ISO date."""

    id: str
    day: str
    outlet: str
    channel: str
    form: str
    level: str
    partner: bool
    resolutions: Sequence[str]
    waiting: bool
    flagged: bool
    story: str | None
    corrected: Mapping[str, str]
    rules_version: str
    catalogue_version: str
    title: str
    url: str | None

    @classmethod
    def of(cls, item_id: str, state: State) -> Self:
        return cls(item_id, **{each.name: state[each.name] for each in fields(cls)[1:]})


@dataclass(frozen=True, slots=True)
class ActivityState:
    """How an activity counts in a report."""

    id: str
    day: str
    kind: str
    unit: str
    place: str
    title: str
    resolutions: Sequence[str]
    sessions: int
    points: int | None
    participants: int | None
    invited: int | None

    @classmethod
    def of(cls, activity_id: str, state: State) -> Self:
        return cls(activity_id, **{each.name: state[each.name] for each in fields(cls)[1:]})


def states(connection: Connection, programme: Programme, period: Period) -> States:
    """Returns what counts now."""
    found: States = {}
    parts: Sequence[tuple[str, type[ItemRow | ActivityRow], tuple[str, ...]]] = (
        ("item", ItemRow, ITEM),
        ("activity", ActivityRow, ACTIVITY),
    )
    for kind, base, names in parts:
        table = table_of(base)
        statement = select(table.c.id, *(table.c[name] for name in names)).where(
            within(base, programme, period)
        )
        for row in connection.execute(statement).mappings():
            found[kind, row["id"]] = {name: _plain(row[name]) for name in names}
    return found


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value
