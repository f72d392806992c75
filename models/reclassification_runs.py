"""Reclassifications by their number: every decision and reading that one made carries it."""

from sqlalchemy import Connection, func, select, union_all

from models.sql import table_of
from models.tables import ActivityReading, ActivityRow, ItemDecision, ItemRow

STANDING = (ItemRow, ActivityRow)
BEATEN = (ItemDecision, ActivityReading)


def last_that_stands(connection: Connection, programme: str) -> int:
    """The latest one of which anything of a programme still stands; 0 for none."""
    found = []
    for model in STANDING:
        table = table_of(model)
        here = select(func.max(table.c.generation)).where(table.c.programme == programme)
        found.append(connection.execute(here).scalar())
    return max(each or 0 for each in found)


def next_one(connection: Connection) -> int:
    """Later than whatever was decided before."""
    return _latest(connection, *STANDING, *BEATEN) + 1


def _latest(
    connection: Connection, *models: type[ItemRow | ActivityRow | ItemDecision | ActivityReading]
) -> int:
    found = union_all(*(select(func.max(table_of(model).c.generation).label("at")) for model in models))
    return connection.execute(select(func.max(found.subquery().c.at))).scalar() or 0
