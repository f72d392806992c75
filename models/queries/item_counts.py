"""Counts of items by state, of pending pages and of the outbox: a few cheap queries for metrics."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, select
from sqlmodel import SQLModel

from models.sql import table_of, total
from models.tables.items import ItemRow
from models.tables.sources import PendingPage
from models.tables.tallies import Cell, TouchedCell

YEAR = 4  # characters of the period of a year


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """`waiting` and `flagged` are among the counted ones."""

    counted: int
    copies: int
    out_of_scope: int
    waiting: int
    flagged: int


def item_counts(connection: Connection, programme: str) -> ItemCounts:
    """Takes counted items from the cells of the years; an index counts the others."""
    cell, item = table_of(Cell), table_of(ItemRow)
    sums = [func.coalesce(total(cell.c[name]), 0) for name in ("items", "waiting", "flagged")]
    counted, waiting, flagged = map(
        int, connection.execute(select(*sums).where(totals_of_years(programme))).one()
    )
    here = (item.c.programme == programme, item.c.counts.is_(False))
    others = connection.execute(select(func.count()).where(*here)).scalar_one()
    named = select(func.count()).where(*here, item.c.same_as.is_not(None), item.c.in_scope)
    copies = connection.execute(named).scalar_one()
    return ItemCounts(counted, copies, others - copies, waiting, flagged)


def totals_of_years(programme: str) -> ColumnElement[bool]:
    """Selects the cells of whole years without dimensions."""
    cell = table_of(Cell)
    return and_(cell.c.programme == programme, cell.c.dimensions == "", func.length(cell.c.period) == YEAR)


def pages_pending(connection: Connection) -> int:
    return _rows(connection, PendingPage)


def cells_in_outbox(connection: Connection) -> int:
    return _rows(connection, TouchedCell)


def _rows(connection: Connection, model: type[SQLModel]) -> int:
    return int(connection.execute(select(func.count()).select_from(table_of(model))).scalar_one())
