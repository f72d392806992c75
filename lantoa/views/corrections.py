"""Corrections by humans: the list with their status, and one by its id."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, or_, select

from config.programme import Programme
from models.counting.apply_corrections import latest
from models.sql import Row, table_of
from models.tables.items import CorrectionRow, ItemRow

Status = Literal["in force", "overridden", "withdrawn"]


@dataclass(frozen=True, slots=True)
class StoredCorrection:
    """A correction. `fields` are those that it sets, and `withdraws` is the correction that it cancels."""

    id: str
    item: str
    made_at: datetime
    by: str
    because: str
    fields: dict[str, Any]
    withdraws: str | None


@dataclass(frozen=True, slots=True)
class ListedCorrection:
    """A correction in a list. `title` is that of its item, or None if the item does not exist yet."""

    correction: StoredCorrection
    title: str | None
    status: Status


def listed_corrections(
    connection: Connection, programme: Programme, item: str | None
) -> list[ListedCorrection]:
    """Lists the corrections of the programme's items and of items that do not exist yet, or of one item; the newest
    last."""
    table, items = table_of(CorrectionRow), table_of(ItemRow)
    ours = or_(items.c.id.is_(None), items.c.programme == programme.id)
    statement = select(table, items.c.title).outerjoin(items, items.c.id == table.c.item).where(ours)
    if item:
        statement = statement.where(table.c.item == item)
    rows = [
        dict(row) for row in connection.execute(statement.order_by(table.c.made_at, table.c.id)).mappings()
    ]
    in_force, withdrawn = _in_force(rows), {row["withdraws"] for row in rows}
    return [
        ListedCorrection(
            _stored(row),
            row["title"],
            "withdrawn" if row["id"] in withdrawn else "in force" if row["id"] in in_force else "overridden",
        )
        for row in rows
    ]


def find_correction(connection: Connection, name: str) -> StoredCorrection | None:
    table = table_of(CorrectionRow)
    row = connection.execute(select(table).where(table.c.id == name)).mappings().first()
    return _stored(dict(row)) if row else None


def _stored(row: Row) -> StoredCorrection:
    return StoredCorrection(**{name: row[name] for name in StoredCorrection.__dataclass_fields__})


def _in_force(rows: Sequence[Row]) -> set[str]:
    """Returns the ids of corrections that set a field of their item or withdraw another correction."""
    by_item: dict[str, list[Row]] = {}
    for row in rows:
        by_item.setdefault(row["item"], []).append(row)
    setting = {id_ for group in by_item.values() for _value, id_ in latest(group).values()}
    return setting | {row["id"] for row in rows if row["withdraws"]}
