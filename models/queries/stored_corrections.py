"""Corrections as humans made them, read back from the database."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from models.counting.apply_corrections import StoredCorrection
from models.sql import table_of
from models.tables.items import CorrectionRow
from models.tables.stored_rows import correction_of


def corrections_of(connection: Connection, items: Iterable[str]) -> dict[str, list[StoredCorrection]]:
    """Item → its corrections, withdrawn ones too."""
    table = table_of(CorrectionRow)
    found: dict[str, list[StoredCorrection]] = {}
    rows = connection.execute(
        select(table).where(table.c.item.in_(bindparam("items", expanding=True))), {"items": list(items)}
    )
    for row in rows.mappings():
        found.setdefault(row["item"], []).append(correction_of(row))
    return found


def last_corrections(connection: Connection, items: Iterable[str]) -> dict[str, datetime]:
    """Item → the moment of its last correction, withdrawn ones too; an item without one is missing."""
    table = table_of(CorrectionRow)
    named = table.c.item.in_(bindparam("items", expanding=True))
    last = select(table.c.item, func.max(table.c.made_at).label("last")).where(named).group_by(table.c.item)
    return {row.item: row.last for row in connection.execute(last, {"items": list(items)})}
