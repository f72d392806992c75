"""Reclassifications by their number: every classification that one of them made carries it."""

from sqlalchemy import Connection, func, select, union_all

from models.sql import table_of
from models.tables.activities import ActivityClassification, ActivityRow
from models.tables.items import ItemClassification, ItemRow

STANDING = (ItemRow, ActivityRow)
BEATEN = (ItemClassification, ActivityClassification)


def last_that_stands(connection: Connection, programme: str) -> int:
    """The latest one of which any classification of a programme is still in force; 0 for none."""
    found = []
    for model in STANDING:
        table = table_of(model)
        here = select(func.max(table.c.generation)).where(table.c.programme == programme)
        found.append(connection.execute(here).scalar())
    return max(each or 0 for each in found)


def next_one(connection: Connection) -> int:
    """Later than every classification so far."""
    return _latest(connection, *STANDING, *BEATEN) + 1


def _latest(
    connection: Connection, *models: type[ItemRow | ActivityRow | ItemClassification | ActivityClassification]
) -> int:
    found = union_all(*(select(func.max(table_of(model).c.generation).label("at")) for model in models))
    return connection.execute(select(func.max(found.subquery().c.at))).scalar() or 0
