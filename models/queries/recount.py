"""Every kept cell once more, by SQL over the items and activities that knows nothing of how the cells moved."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from config.programme import Programme
from models.counting.cells import KEPT, CellName
from models.counting.figures import Figures
from models.queries.adhoc_tallies import counting, grouped
from models.queries.tally import cell_figures, of_cell
from models.sql import table_of
from models.tables.activities import ActivityRow
from models.tables.items import ItemRow
from models.tables.tallies import Cell

PERIODS = ("year", "quarter", "month")


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that is not what its items and activities say. Null: it is not there."""

    key: str
    stored: Figures | None
    recounted: Figures | None


@dataclass(frozen=True, slots=True)
class Recount:
    cells: int
    items: int
    activities: int
    differences: tuple[Difference, ...]


def recount(connection: Connection, programme: Programme) -> Recount:
    """Reads everything in the caller's transaction, so that a running worker cannot come between."""
    recounted = dict(_recounted(connection, programme))
    differing: dict[str, Figures | None] = {}
    cell = table_of(Cell)
    number = 0
    statement = cell_figures().where(cell.c.programme == programme.id)
    for row in connection.execute(statement, execution_options={"yield_per": 1000}).mappings():
        number += 1
        stored = of_cell(row)
        if recounted.get(row["key"]) == stored:
            del recounted[row["key"]]
        else:
            differing[row["key"]] = stored
    keys = sorted({*recounted, *differing})
    return Recount(
        cells=number,
        items=_number(connection, ItemRow, programme.id),
        activities=_number(connection, ActivityRow, programme.id),
        differences=tuple(Difference(key, differing.get(key), recounted.get(key)) for key in keys),
    )


def _recounted(connection: Connection, programme: Programme) -> Iterator[tuple[str, Figures]]:
    for period in PERIODS:
        for dimensions in KEPT:
            by = (period, *(name for name in dimensions if name != period))
            for values, found in grouped(
                connection, programme, by, lambda base: counting(base, programme.id)
            ):
                named = dict(zip(by, values, strict=True))
                key = CellName(
                    programme.id, named[period], dimensions, tuple(named[d] for d in dimensions)
                ).key
                yield key, found


def _number(connection: Connection, base: type[ItemRow] | type[ActivityRow], programme: str) -> int:
    statement = select(func.count()).select_from(table_of(base)).where(counting(base, programme))
    return connection.execute(statement).scalar_one()
