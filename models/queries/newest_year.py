"""The newest year that has figures, on which the pages open."""

from sqlalchemy import Connection, func, or_, select

from models.queries.item_counts import totals_of_years
from models.sql import table_of
from models.tables.tallies import Cell


def newest_year(connection: Connection, programme: str, latest: str) -> str | None:
    """Returns the newest year up to `latest` in which anything counts; None where nothing does."""
    cell = table_of(Cell)
    counts = or_(cell.c["items"] > 0, cell.c["activities"] > 0)
    newest = select(func.max(cell.c.period)).where(
        totals_of_years(programme), cell.c.period <= latest, counts
    )
    found: str | None = connection.execute(newest).scalar()
    return found
