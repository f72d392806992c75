"""What a correction will change is what the workers then change, merges and rings included."""

import pytest

from config.catalogue import load_catalogue
from lantoa.commands.correcting import make_correction
from models.counting.cells import cells
from models.counting.item_state import counted
from models.database import reading
from models.queries.correctable_items import correctable_item, reached_cells
from models.sql import table_of
from models.store.batch_writer import Writer
from models.tables.items import ItemRow
from models.tables.stored_rows import item_of

DAYS = {"a": "2024-05-02", "b": "2024-06-03", "c": "2023-07-04"}


@pytest.fixture
def items(write):
    return {name: write(title=f"Hậu Giang, bài {name}", day=day) for name, day in DAYS.items()}


def stored(engine):
    with reading(engine) as connection:
        found = map(item_of, connection.execute(table_of(ItemRow).select()).mappings())
        return {item.id: item for item in found}


def keys(items):
    return {cell.key for item in items for cell in cells(counted(item))}


def copy(items, which, of):
    return make_correction(items[which], "lan", "một bài", same_as=items.get(of, of))


CASES = {
    "a copy": ([], ("a", "b")),
    "of an item that is not here": ([], ("a", "f" * 20)),
    "a chain": ([("b", "c")], ("a", "b")),
    "a ring of two": ([("b", "a")], ("a", "b")),
    "a ring of three": ([("b", "c"), ("c", "a")], ("a", "b")),
    "what another item leads to": ([("b", "a")], ("a", "c")),
}


@pytest.mark.parametrize(("earlier", "then"), CASES.values(), ids=CASES.keys())
def test_the_cells_are_those_of_every_item_that_is_counted_otherwise(engine, programme, items, earlier, then):
    writer = Writer(engine, programme, load_catalogue())
    for each in earlier:
        writer.write([copy(items, *each)], 0)
    correction, before = copy(items, *then), stored(engine)
    with reading(engine) as connection:
        reached = reached_cells(connection, programme, load_catalogue().plenums, correction)
    writer.write([correction], 0)
    after = stored(engine)
    moved = [name for name in after if after[name] != before[name]]
    assert reached.before == keys(before[name] for name in moved)
    assert reached.after == keys(after[name] for name in moved)


def test_a_withdrawal_reaches_what_the_correction_reached(engine, programme, items):
    correction = copy(items, "a", "b")
    Writer(engine, programme, load_catalogue()).write([correction], 0)
    back = make_correction(items["a"], "lan", "nhầm", withdraws=correction.id)
    with reading(engine) as connection:
        reached = reached_cells(connection, programme, load_catalogue().plenums, back)
    assert reached.before == frozenset()
    assert any(key.startswith(f"{programme.id}|2024-05|") for key in reached.after)


def test_an_item_that_has_not_come_reaches_nothing(engine, programme):
    with reading(engine) as connection:
        correction = make_correction("f" * 20, "lan", "xem lại", in_scope=False)
        reached = reached_cells(connection, programme, {}, correction)
        assert (reached.before, reached.after) == (frozenset(), frozenset())
        assert correctable_item(connection, "f" * 20) is None
