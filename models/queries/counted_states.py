"""What counts in a period, item by item and activity by activity, as frozen reports and digests keep it."""

from collections.abc import Sequence
from typing import Any

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


def states(connection: Connection, programme: Programme, period: Period) -> States:
    """Returns what counts now."""
    found: States = {}
    parts: Sequence[tuple[str, Any, tuple[str, ...]]] = (
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


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
