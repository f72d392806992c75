"""What a correction may change: an item as it is, and the cells of the tallies that count it before or after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import Connection, bindparam, select

from config.programme import Programme
from models.counting.apply_corrections import apply_corrections, stored_correction
from models.counting.cells import cells
from models.counting.item_state import counted
from models.counting.merges import settle_merges
from models.counting.stored_item import StoredItem
from models.messages.correction import Correction
from models.queries.stored_corrections import corrections_of
from models.sql import table_of
from models.tables.items import ItemRow
from models.tables.stored_rows import item_of


@dataclass(frozen=True, slots=True)
class CorrectableItem:
    """An item, with the fields that corrections change. `resolutions` holds plenums too; `same_as` is the item that a
    human named as the one to count instead."""

    id: str
    title: str
    url: str | None
    in_scope: bool
    resolutions: tuple[str, ...]
    channel: str
    form: str
    day: date
    same_as: str | None
    waiting: bool
    counts: bool


def correctable_item(connection: Connection, item_id: str) -> CorrectableItem | None:
    item = table_of(ItemRow)
    columns = [item.c[each.name] for each in fields(CorrectableItem)]
    row = connection.execute(select(*columns).where(item.c.id == item_id)).mappings().first()
    return CorrectableItem(**{**row, "resolutions": tuple(row["resolutions"])}) if row else None


@dataclass(frozen=True, slots=True)
class ReachedCells:
    """Keys of the cells that count what a correction changes: the item itself, and items that its merges reach."""

    before: frozenset[str]
    after: frozenset[str]


def reached_cells(
    connection: Connection, programme: Programme, plenum_of: Mapping[str, str], correction: Correction
) -> ReachedCells:
    """Computes what a correction will change, by the rules by which workers count."""
    items = _ReadItems(connection)
    if item := items.get(correction.item):
        said = corrections_of(connection, [item.id]).get(item.id, [])
        state = apply_corrections(item, [*said, stored_correction(correction)], programme, plenum_of, item)
        items.put(item.with_state(state))
        settle_merges(items, items.before, [item.id])
    return ReachedCells(_keys(items.before, items.changed()), _keys(items.after, items.changed()))


def _keys(items: Mapping[str, StoredItem], ids: Iterable[str]) -> frozenset[str]:
    return frozenset(cell.key for item_id in ids for cell in cells(counted(items[item_id])))


class _ReadItems:
    """The items that a correction reaches: as they are stored, and as they would be."""

    def __init__(self, connection: Connection) -> None:
        self.before: dict[str, StoredItem] = {}
        self.after: dict[str, StoredItem] = {}
        self._connection = connection

    def get(self, item_id: str) -> StoredItem | None:
        if item_id not in self.after:
            table = table_of(ItemRow)
            found = self._connection.execute(select(table).where(table.c.id == item_id)).mappings().first()
            if found:
                self.before[item_id] = self.after[item_id] = item_of(found)
        return self.after.get(item_id)

    def put(self, item: StoredItem) -> None:
        self.after[item.id] = item

    def pointing_to(self, ids: Sequence[str]) -> set[str]:
        item = table_of(ItemRow)
        statement = select(item.c.id).where(item.c.same_as.in_(bindparam("ids", expanding=True)))
        return set(self._connection.execute(statement, {"ids": list(ids)}).scalars())

    def changed(self) -> list[str]:
        return [item_id for item_id, item in self.after.items() if item != self.before[item_id]]
