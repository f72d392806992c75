"""What has changed since a report was filed, item by item, and why (domain.md, rule 5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from config.programme import Programme
from models.counting.period import Period
from models.queries.counted_states import State, States, states
from models.queries.filed_reports import FrozenReport, filed_states
from models.sql import table_of
from models.tables.activities import ActivityRow
from models.tables.items import ItemRow

NOT_COUNTED = frozenset(
    {"revision", "generation", "corrected", "rules_version", "catalogue_version", "title", "url"}
)
Change = Literal["arrived", "gone", "changed"]


@dataclass(frozen=True, slots=True)
class Changed:
    """One item or activity that counts otherwise than in the filed report, and why."""

    change: Change
    kind: str
    id: str
    title: str
    fields: tuple[str, ...]
    because: str


def changes(
    connection: Connection, programme: Programme, report: FrozenReport, period: Period
) -> Iterator[Changed]:
    """What has arrived, gone or changed since the report was filed."""
    then, now = filed_states(connection, report.id), states(connection, programme, period)
    return compared(connection, then, now, report.frozen_at)


def compared(connection: Connection, then: States, now: States, since: datetime) -> Iterator[Changed]:
    """What counts otherwise now; `since` is the moment at which it was so then."""
    for key in sorted({*then, *now}):
        old, new = then.get(key), now.get(key)
        fields = _otherwise(old, new) if old and new else ()
        if old and new and not fields:
            continue
        change: Change = "changed" if old and new else "arrived" if new else "gone"
        kind, each = key
        because = (_of_item if kind == "item" else _of_activity)(connection, each, old, since)
        yield Changed(change, kind, each, (new or old or {})["title"], fields, because)


def _otherwise(old: State, new: State) -> tuple[str, ...]:
    return tuple(name for name in new if name not in NOT_COUNTED and old.get(name) != new.get(name))


def _of_activity(connection: Connection, each: str, _old: State | None, since: datetime) -> str:
    table = table_of(ActivityRow)
    row = connection.execute(select(table.c.first_reported_at).where(table.c.id == each)).first()
    if row is None:
        return "unknown"
    return "reported-late" if row.first_reported_at > since else "reported-again"


def _of_item(connection: Connection, each: str, old: State | None, since: datetime) -> str:
    """The strongest reason first: a human's correction, then the rules' classification, then what was published."""
    table = table_of(ItemRow)
    columns = (table.c.first_seen, table.c.corrected, table.c.generation, table.c.revision)
    row = connection.execute(select(*columns).where(table.c.id == each)).first()
    if row is None:
        return "unknown"
    if row.first_seen > since:
        return "arrived-late"
    if old is None:
        return "corrected" if row.corrected else "reclassified" if row.generation else "revised"
    if row.corrected != old["corrected"]:
        return "corrected"
    if row.generation != old["generation"]:
        return "reclassified"
    return "revised" if row.revision != old["revision"] else "story"
