"""Whose figures a database holds, if any: items, activities and filed reports each belong to a programme."""

from sqlalchemy import Connection, func, inspect, select

from models.sql import table_of
from models.tables.activities import ActivityRow
from models.tables.items import CorrectionRow, ItemRow
from models.tables.reports import ReportRow
from models.tables.tallies import Cell

OWNED = (ItemRow, ActivityRow, ReportRow)
COUNTED = (ItemRow, ActivityRow, CorrectionRow, Cell)


def programmes_in(connection: Connection) -> list[str]:
    """By their ids; of a database without tables none. Asked by index, one programme after the other, not row by row."""
    here = inspect(connection)
    found: set[str] = set()
    for model in OWNED:
        table = table_of(model)
        if not here.has_table(table.name):
            continue
        least, last = func.min(table.c.programme), ""
        while name := connection.execute(select(least).where(table.c.programme > last)).scalar():
            found.add(name)
            last = name
    return sorted(found)


def is_empty(connection: Connection) -> bool:
    """Returns True if nothing was ever counted in the database. The state of sources does not matter."""
    return not any(connection.execute(select(table_of(model)).limit(1)).first() for model in COUNTED)
