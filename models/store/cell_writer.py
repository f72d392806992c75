"""Adds differences to the cells of the tallies."""

from collections import Counter
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete

from models.counting.cell_deltas import CellDeltas, References, Sums
from models.counting.cells import CellName
from models.sql import table_of, upsert
from models.tables.tallies import Cell, CellOutlet, CellStory

Columns = dict[str, Any]  # of a row that is written
SUMS = tuple(name for name in Cell.model_fields if name not in {"key", "programme", "period", "dimensions"})


def add_to_cells(connection: Connection, deltas: CellDeltas) -> set[str]:
    """The keys of the cells that changed."""
    touched = _add_cells(connection, deltas.sums)
    touched |= _add_references(connection, table_of(CellOutlet), "outlet", deltas.outlets)
    return touched | _add_references(connection, table_of(CellStory), "story", deltas.stories)


def _add_cells(connection: Connection, sums: Sums) -> set[str]:
    changed = {cell: delta for cell, delta in sums.items() if any(delta.values())}
    rows = [_cell_row(cell, delta) for cell, delta in changed.items()]
    fallen = [row for row in rows if row["items"] < 0 or row["reports"] < 0]
    cell = table_of(Cell)
    _add(connection, cell, rows, SUMS)
    _remove(connection, cell, fallen, ("items", "reports"))
    return {row["key"] for row in rows}


def _cell_row(cell: CellName, delta: Counter[str]) -> Columns:
    named = {"key": cell.key, "programme": cell.programme, "period": cell.period}
    return named | {"dimensions": ",".join(cell.dimensions)} | {name: delta[name] for name in SUMS}


def _add_references(connection: Connection, table: Table, name: str, references: References) -> set[str]:
    rows: list[Columns] = [
        {"key": key, name: value, "items": n} for (key, value), n in references.items() if n
    ]
    _add(connection, table, rows, ("items",))
    _remove(connection, table, [row for row in rows if row["items"] < 0], ("items",))
    return {row["key"] for row in rows}


def _add(connection: Connection, table: Table, rows: list[Columns], figures: tuple[str, ...]) -> None:
    """Adds the figures to the stored ones, in key order so that two writers never wait for each other in a ring."""
    if not rows:
        return
    key = list(table.primary_key.columns)
    rows.sort(key=lambda row: [row[c.name] for c in key])
    insert = upsert(connection, table)
    sums = {name: table.c[name] + insert.excluded[name] for name in figures}
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=sums), rows)


def _remove(connection: Connection, table: Table, fallen: list[Columns], figures: tuple[str, ...]) -> None:
    """Those of the rows that hold nothing any more."""
    if not fallen:
        return
    key = list(table.primary_key.columns)
    place = [c == bindparam(f"_{c.name}") for c in key]
    empty = [table.c[name] == 0 for name in figures]
    connection.execute(
        delete(table).where(*place, *empty), [{f"_{c.name}": row[c.name] for c in key} for row in fallen]
    )
