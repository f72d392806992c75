"""Corrections by humans: the list with their status, and one by its id."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, or_, select

from config.programme import Programme
from models.counting.apply_corrections import StoredCorrection, latest
from models.sql import table_of
from models.tables.items import CorrectionRow, ItemRow
from models.tables.stored_rows import correction_of

Status = Literal["in force", "overridden", "withdrawn"]


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
    rows = connection.execute(statement.order_by(table.c.made_at, table.c.id)).mappings()
    listed = [(correction_of(row), row["title"]) for row in rows]
    in_force, withdrawn = _in_force([c for c, _ in listed]), {c.withdraws for c, _ in listed}
    return [
        ListedCorrection(
            c,
            title,
            "withdrawn" if c.id in withdrawn else "in force" if c.id in in_force else "overridden",
        )
        for c, title in listed
    ]


def find_correction(connection: Connection, name: str) -> StoredCorrection | None:
    table = table_of(CorrectionRow)
    row = connection.execute(select(table).where(table.c.id == name)).mappings().first()
    return correction_of(row) if row else None


def _in_force(corrections: Sequence[StoredCorrection]) -> set[str]:
    """Returns the ids of corrections that set a field of their item or withdraw another correction."""
    by_item: dict[str, list[StoredCorrection]] = {}
    for each in corrections:
        by_item.setdefault(each.item, []).append(each)
    setting = {id_ for group in by_item.values() for _value, id_ in latest(group).values()}
    return setting | {each.id for each in corrections if each.withdraws}
