"""Whose figures a database holds: items, activities and filed reports each belong to a programme."""

from sqlalchemy import Connection, func, inspect, select

from models.sql import table_of
from models.tables.activities import ActivityRow
from models.tables.items import ItemRow
from models.tables.reports import ReportRow

OWNED = (ItemRow, ActivityRow, ReportRow)


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
