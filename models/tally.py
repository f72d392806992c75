"""Reading the tallies: stored cells where they are kept, the base rows for every other combination."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, case, cast, func, or_, select
from sqlalchemy import distinct as distinct_values

from config.errors import UsageError
from config.programme import Programme
from models.cells import KEPT, values_in
from models.period import Period
from models.recording import table_of
from models.tables import Cell, CellOutlet, ItemResolution, ItemRow

KEYS = ("resolution", "channel", "outlet", "level", "form", "month", "quarter")
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tallies:
    """`rows` hold every key of `--by`, then the figures; ordered by key, null first."""

    programme: str
    period: str
    as_of: datetime
    totals: Figures
    rows: list[Figures] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "programme": self.programme,
            "period": self.period,
            "as_of": self.as_of.isoformat(timespec="seconds"),
            "totals": self.totals,
            "rows": self.rows,
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
    """Every figure of one period; both reads stand in the caller's transaction and so agree with each other."""
    total = next(iter(_rows(connection, programme, period, ())), None) or _figures(0, 0, 0, 0)
    return Tallies(
        programme=programme.id,
        period=period.name,
        as_of=datetime.now(programme.timezone),
        totals=total,
        rows=sorted(map(_row, _rows(connection, programme, period, by)), key=lambda row: _order(row, by))
        if by
        else [],
    )


def partner_press(connection: Connection, programme: Programme, period: Period) -> tuple[int, int]:
    """Outlets and items of the sentence "23 cơ quan báo chí Trung ương, 1.717 tin, bài" (counting.md, Outlets)."""
    item = table_of(ItemRow)
    central = and_(_within(programme, period), item.c.level == "central", item.c.partner)
    statement = select(func.count(distinct_values(item.c.outlet)), func.count()).where(central)
    outlets, items = connection.execute(statement).one()
    return outlets, items


def stored_rows(connection: Connection, programme: str, period: str, by: Sequence[str]) -> Iterator[Figures]:
    """The rows of kept cells."""
    cell, outlet = table_of(Cell), table_of(CellOutlet)
    outlets = select(func.count()).where(outlet.c.key == cell.c.key).scalar_subquery()
    statement = select(cell.c.key, cell.c["items"], outlets, cell.c.waiting, cell.c.flagged).where(
        cell.c.programme == programme, cell.c.period == period, cell.c.dimensions == ",".join(sorted(by))
    )
    for key, *figures in connection.execute(statement):
        found = values_in(key)
        yield {name: found[name] for name in by} | _figures(*figures)


def computed_rows(
    connection: Connection, programme: Programme, period: Period, by: Sequence[str]
) -> Iterator[Figures]:
    """The same rows from the items themselves."""
    item, link = table_of(ItemRow), table_of(ItemResolution)
    keys = [_key_column(name) for name in by]
    counts = (
        func.count(),
        func.count(distinct_values(item.c.outlet)),
        func.sum(case((item.c.waiting, 1), else_=0)),
        func.sum(case((item.c.date_flag.is_not(None), 1), else_=0)),
    )
    statement = select(*keys, *counts).where(_within(programme, period)).group_by(*keys)
    if "resolution" in by:
        statement = statement.select_from(item.outerjoin(link, link.c.item_id == item.c.id))
        statement = statement.where(or_(link.c.resolution.is_not(None), ~item.c.waiting))
    for row in connection.execute(statement):
        if row[len(by)]:
            yield dict(zip(by, row[: len(by)], strict=True)) | _figures(*row[len(by) :])


def _rows(
    connection: Connection, programme: Programme, period: Period, by: Sequence[str]
) -> Iterator[Figures]:
    if period.kept and tuple(sorted(by)) in KEPT:
        return stored_rows(connection, programme.id, period.name, by)
    return computed_rows(connection, programme, period, by)


def _within(programme: Programme, period: Period) -> ColumnElement[bool]:
    item = table_of(ItemRow)
    return and_(
        item.c.programme == programme.id, item.c.in_scope, item.c.day.between(period.first, period.last)
    )


def _key_column(name: str) -> ColumnElement[Any]:
    item = table_of(ItemRow)
    if name == "resolution":
        return table_of(ItemResolution).c.resolution
    if name == "month":
        return func.substr(cast(item.c.day, String), 1, 7)
    if name == "quarter":
        month = func.substr(cast(item.c.day, String), 6, 2)
        named = case((month <= "03", "-Q1"), (month <= "06", "-Q2"), (month <= "09", "-Q3"), else_="-Q4")
        return func.substr(cast(item.c.day, String), 1, 4).concat(named)
    return item.c[name]


def _figures(items: int, outlets: int, waiting: int, flagged: int) -> Figures:
    """`stories` and what else nothing states yet are null."""
    return {
        "items": items,
        "stories": None,
        "outlets": outlets,
        "activities": 0,
        "participants": 0,
        "waiting": waiting,
        "flagged": flagged,
    }


def _row(figures: Figures) -> Figures:
    """As architecture.md fixes a row: what waits or is flagged belongs to the totals alone."""
    kept = {name: value for name, value in figures.items() if name not in {"waiting", "flagged"}}
    return kept | {"points": None, "invited": None, "attendance_rate": None}


def _order(row: Figures, by: Sequence[str]) -> list[str]:
    return [row[name] or "" for name in by]
