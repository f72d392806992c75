"""Corrections as humans made them, read back from the database."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

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
