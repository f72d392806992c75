"""Reading the tallies: stored cells where they are kept, the base rows for every other combination."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, select
from sqlalchemy import distinct as distinct_values

from config.errors import UsageError
from config.programme import Programme
from models.counting.cells import KEPT, CellName, values_in
from models.counting.figures import TOTAL_ONLY, Figures, figures, says_nothing
from models.counting.period import Period
from models.queries.adhoc_tallies import computed_rows, within
from models.queries.attendance import Attendance, attendance
from models.sql import table_of
from models.tables.items import ItemRow
from models.tables.tallies import Cell, CellOutlet, CellStory

KEYS = (
    "resolution", "channel", "outlet", "level", "form", "month", "quarter", "place", "district", "unit", "language",
    "kind", "column",
)  # fmt: skip
AT_ONCE = 5_000  # keys of one statement: databases limit its parameters


@dataclass(frozen=True, slots=True)
class Tallies:
    """`rows` hold every key of `--by`, then the figures; ordered by key, null first."""

    programme: str
    period: str
    as_of: datetime
    totals: Figures
    attendance: Attendance
    rows: list[Figures] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return {
            "programme": self.programme,
            "period": self.period,
            "as_of": self.as_of.isoformat(timespec="seconds"),
            "totals": self.totals,
            "rows": self.rows,
            "attendance": self.attendance.as_json(),
        }


def parse_keys(text: str) -> tuple[str, ...]:
    """`resolution,channel` → its keys, in the order given. Raises UsageError."""
    keys = tuple(part.strip() for part in text.split(",") if part.strip())
    for key in keys:
        if key not in KEYS:
            raise UsageError(
                f"--by {key!r} is not known. Expected any of {', '.join(KEYS)}, separated by commas"
            )
    if len(set(keys)) < len(keys):
        raise UsageError(f"--by {text!r} names a key twice")
    return keys


def read_tallies(
    connection: Connection, programme: Programme, period: Period, by: Sequence[str] = ()
) -> Tallies:
    """Every figure of one period; both reads are in the caller's transaction and so agree with each other."""
    total = next(iter(_rows(connection, programme, period, ())), None) or figures({})
    return Tallies(
        programme=programme.id,
        period=period.name,
        as_of=datetime.now(programme.timezone),
        totals=total,
        attendance=attendance(connection, programme, period),
        rows=sorted(_shown(connection, programme, period, by), key=lambda row: _order(row, by)) if by else [],
    )


def partner_press(connection: Connection, programme: Programme, period: Period) -> tuple[int, int]:
    """Outlets and items of the sentence "23 cơ quan báo chí Trung ương, 1.717 tin, bài" (counting.md, Outlets)."""
    item = table_of(ItemRow)
    central = and_(within(ItemRow, programme, period), item.c.level == "central", item.c.partner)
    statement = select(func.count(distinct_values(item.c.outlet)), func.count()).where(central)
    outlets, items = connection.execute(statement).one()
    return outlets, items


def stored_rows(connection: Connection, programme: str, period: str, by: Sequence[str]) -> Iterator[Figures]:
    """The rows of kept cells."""
    cell = table_of(Cell)
    place = (
        cell.c.programme == programme,
        cell.c.period == period,
        cell.c.dimensions == ",".join(sorted(by)),
    )
    for row in connection.execute(cell_figures().where(*place)).mappings():
        found = values_in(row["key"])
        yield {name: found[name] for name in by} | of_cell(row)


def values_with_items(
    connection: Connection, programme: Programme, period: Period, keys: Sequence[str]
) -> dict[str, list[str]]:
    """The values of each key that have items."""
    kept = [key for key in keys if period.kept and (key,) in KEPT]
    found: dict[str, list[str | None]] = {key: [] for key in keys}
    if kept:
        cell = table_of(Cell)
        here = (
            cell.c.programme == programme.id,
            cell.c.period == period.name,
            cell.c.dimensions.in_(kept),
            cell.c["items"] > 0,
        )
        for name in connection.execute(select(cell.c.key).where(*here)).scalars():
            for key, value in values_in(name).items():
                found[key].append(value)
    for key in found.keys() - set(kept):
        rows = computed_rows(connection, programme, period, (key,))
        found[key] = [row[key] for row in rows if row["items"]]
    return {key: [value for value in values if value is not None] for key, values in found.items()}


def figures_of_kept(
    connection: Connection, programme: Programme, period: Period, values: Mapping[str, str | None]
) -> Figures | None:
    """The figures of a kept cell; None for one that is not kept."""
    names = tuple(sorted(values))
    if not (period.kept and names in KEPT):
        return None
    key = CellName(programme.id, period.name, names, tuple(values[name] for name in names)).key
    return cells_by_key(connection, [key]).get(key) or figures({})


def cells_by_key(connection: Connection, keys: Iterable[str]) -> dict[str, Figures]:
    """Those of the cells that hold anything."""
    named, found = list(keys), dict[str, Figures]()
    for start in range(0, len(named), AT_ONCE):
        here = table_of(Cell).c.key.in_(named[start : start + AT_ONCE])
        rows = connection.execute(cell_figures().where(here)).mappings()
        found |= {row["key"]: of_cell(row) for row in rows}
    return found


def cell_figures() -> Select[Any]:
    """Every cell with its distinct counts; a caller says which."""
    cell = table_of(Cell)
    return select(cell, _references(CellOutlet).label("outlets"), _references(CellStory).label("stories"))


def of_cell(row: RowMapping) -> Figures:
    return figures({**row, "stories": row["stories"] + row["alone"]})


def _references(model: type[CellOutlet] | type[CellStory]) -> ColumnElement[int]:
    table = table_of(model)
    return select(func.count()).where(table.c.key == table_of(Cell).c.key).scalar_subquery()


def _rows(
    connection: Connection, programme: Programme, period: Period, by: Sequence[str]
) -> Iterator[Figures]:
    if period.kept and tuple(sorted(by)) in KEPT:
        return stored_rows(connection, programme.id, period.name, by)
    return computed_rows(connection, programme, period, by)


def _shown(
    connection: Connection, programme: Programme, period: Period, by: Sequence[str]
) -> Iterator[Figures]:
    """Those that would be zero are left out."""
    rows = _rows(connection, programme, period, by)
    return (_row(row) for row in rows if not says_nothing(row))


def _row(found: Figures) -> Figures:
    """As architecture.md fixes a row: what waits or is flagged belongs to the totals alone."""
    return {name: value for name, value in found.items() if name not in TOTAL_ONLY}


def _order(row: Figures, by: Sequence[str]) -> list[str]:
    return [row[name] or "" for name in by]
