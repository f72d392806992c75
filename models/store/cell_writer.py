"""Moving the cells of the tallies by the difference between what they counted and what they count now."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Table, bindparam, delete

from models.counting.cells import CellName, Counted, Reported, cells
from models.sql import Row, table_of, upsert
from models.tables.tallies import Cell, CellOutlet, CellStory

SUMS = tuple(name for name in Cell.model_fields if name not in {"key", "programme", "period", "dimensions"})
Figures = Mapping[str, int]
Deltas = dict[CellName, Counter[str]]
References = Counter[tuple[str, str]]


def move_items(connection: Connection, before: Iterable[Counted], after: Iterable[Counted]) -> set[str]:
    """The keys of the cells that changed."""
    sums: Deltas = defaultdict(Counter)
    outlets: References = Counter()
    stories: References = Counter()
    for sign, items in ((-1, before), (1, after)):
        for item in items:
            figures = _item_figures(item)
            for cell in cells(item):
                delta = sums[cell]
                for name, figure in figures.items():
                    delta[name] += sign * figure
                outlets[cell.key, item.outlet] += sign
                if item.story:
                    stories[cell.key, item.story] += sign
    touched = _add_cells(connection, sums)
    touched |= _add_references(connection, table_of(CellOutlet), "outlet", outlets)
    touched |= _add_references(connection, table_of(CellStory), "story", stories)
    return touched


def move_activities(
    connection: Connection, before: Iterable[Reported], after: Iterable[Reported]
) -> set[str]:
    """The keys of the cells that changed."""
    sums: Deltas = defaultdict(Counter)
    for sign, activities in ((-1, before), (1, after)):
        for activity in activities:
            figures = _activity_figures(activity)
            for cell in cells(activity):
                for name, figure in figures.items():
                    sums[cell][name] += sign * figure
    return _add_cells(connection, sums)


def _item_figures(item: Counted) -> Figures:
    return {"items": 1, "alone": item.story is None, "waiting": item.waiting, "flagged": item.flagged}


def _activity_figures(activity: Reported) -> Figures:
    attended = activity.participants or 0 if activity.invited is not None else 0
    return {
        "reports": 1,
        "activities": activity.sessions,
        "participants": activity.participants or 0,
        "points": activity.points or 0,
        "points_stated": activity.points is not None,
        "invited": activity.invited or 0,
        "invited_stated": activity.invited is not None,
        "attended": attended,
    }


def _add_cells(connection: Connection, sums: Deltas) -> set[str]:
    changed = {cell: delta for cell, delta in sums.items() if any(delta.values())}
    rows = [_cell_row(cell, delta) for cell, delta in changed.items()]
    fallen = [row for row in rows if row["items"] < 0 or row["reports"] < 0]
    cell = table_of(Cell)
    _add(connection, cell, rows, SUMS)
    _remove(connection, cell, fallen, ("items", "reports"))
    return {row["key"] for row in rows}


def _cell_row(cell: CellName, delta: Counter[str]) -> Row:
    named: Row = {"key": cell.key, "programme": cell.programme, "period": cell.period}
    return named | {"dimensions": ",".join(cell.dimensions)} | {name: delta[name] for name in SUMS}


def _add_references(connection: Connection, table: Table, name: str, references: References) -> set[str]:
    rows: list[Row] = [{"key": key, name: value, "items": n} for (key, value), n in references.items() if n]
    _add(connection, table, rows, ("items",))
    _remove(connection, table, [row for row in rows if row["items"] < 0], ("items",))
    return {row["key"] for row in rows}


def _add(connection: Connection, table: Table, rows: list[Row], figures: tuple[str, ...]) -> None:
    """Adds the figures to the stored ones, in key order so that two writers never wait for each other in a ring."""
    if not rows:
        return
    key = list(table.primary_key.columns)
    rows.sort(key=lambda row: [row[c.name] for c in key])
    insert = upsert(connection, table)
    sums = {name: table.c[name] + insert.excluded[name] for name in figures}
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=sums), rows)


def _remove(connection: Connection, table: Table, fallen: list[Row], figures: tuple[str, ...]) -> None:
    """Those of the rows that hold nothing any more."""
    if not fallen:
        return
    key = list(table.primary_key.columns)
    place = [c == bindparam(f"_{c.name}") for c in key]
    empty = [table.c[name] == 0 for name in figures]
    connection.execute(
        delete(table).where(*place, *empty), [{f"_{c.name}": row[c.name] for c in key} for row in fallen]
    )
