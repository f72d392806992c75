"""What moved is noted with it, and is forgotten only when nothing came after."""

import random
import re
import threading
from pathlib import Path

import pytest
from sqlalchemy import select, text

from models.counting.stored_activity import ReadActivity
from models.database import writing
from models.messages.activity import Activity
from models.sql import table_of
from models.store import tally_outbox
from models.store.activity_writer import record_activities
from models.store.item_writer import record
from models.tables.sources import SeenItem
from models.tables.tallies import Cell, TouchedCell
from tests.models.conftest import utc

ALL = 1000
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def noted(engine):
    with engine.connect() as connection:
        return tally_outbox.pending(connection, ALL)


def told(engine, *keys):
    with writing(engine) as connection:
        tally_outbox.enqueue(connection, keys)
    return noted(engine)


def cells(engine):
    cell = table_of(Cell)
    with engine.connect() as connection:
        return {row.key: row for row in connection.execute(select(cell))}


def test_what_is_taken_back_was_never_noted(engine):
    with engine.connect() as connection, connection.begin() as transaction:
        tally_outbox.enqueue(connection, ["hau-giang|2024|"])
        transaction.rollback()
    assert noted(engine) == {}


def test_a_change_while_the_key_was_on_its_way_is_told_again(engine):
    first = told(engine, "hau-giang|2024|", "hau-giang|2024|outlet=nhandan")
    second = told(engine, "hau-giang|2024|")
    assert first.keys() == second.keys()
    with writing(engine) as connection:
        tally_outbox.acknowledge(connection, first)
    assert noted(engine) == {"hau-giang|2024|": second["hau-giang|2024|"]}
    with writing(engine) as connection:
        tally_outbox.acknowledge(connection, second)
    assert noted(engine) == {}


def test_a_slow_teller_of_a_life_before_forgets_nothing(engine):
    """The row went and came back: its mark must not be the one that somebody still holds."""
    first = told(engine, "hau-giang|2024|")
    with writing(engine) as connection:
        tally_outbox.acknowledge(connection, first)
    again = told(engine, "hau-giang|2024|")
    with writing(engine) as connection:
        tally_outbox.acknowledge(connection, first)
    assert noted(engine) == again


@pytest.mark.parametrize(
    "change",
    [
        {"resolutions": ("NQ-43-TW-XIII",)},
        {"in_scope": False},
        {"ambiguous": True, "resolutions": ()},
        {"form": "video"},
        {"claimed": "2024-05-01T10:00", "flag": "date-implausible"},
        {"title": "Tin mới về cùng việc"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_cell_that_an_item_moves_is_noted_and_no_other(change, engine, hau_giang, classified):
    def write(*messages):
        with writing(engine) as connection:
            return record(connection, messages, hau_giang, {"NQ-42-TW-XIII": "TW-8-XIII"})

    write(classified("a", resolutions=("NQ-42-TW-XIII",)), classified("b", outlet="vov"))
    assert noted(engine).keys() == cells(engine).keys()
    with writing(engine) as connection:
        tally_outbox.acknowledge(connection, noted(engine))
    before = cells(engine)
    write(classified("a", "2024-05-10T01:00", revision="r2", **change))
    after = cells(engine)
    assert noted(engine).keys() == {k for k in before | after if before.get(k) != after.get(k)}


def test_activities_note_their_cells_too(engine, hau_giang):
    activity = Activity(
        id="x", identity="id:x", revision="r1", reported_at=utc("2024-06-01T08:00"), kind="oral_session",
        date="2024-05-20", unit="Đảng ủy Khối các cơ quan", sessions=12, participants=430,
    )  # fmt: skip
    with writing(engine) as connection:
        record_activities(connection, [ReadActivity(activity, (), (), "1", "1")], hau_giang, {})
    assert noted(engine).keys() == cells(engine).keys() != set()


def test_the_same_message_again_notes_nothing(engine, hau_giang, classified):
    for _ in range(2):
        with writing(engine) as connection:
            tally_outbox.acknowledge(connection, tally_outbox.pending(connection, ALL))
            record(connection, [classified("a")], hau_giang, {})
    assert noted(engine) == {}


def test_many_who_note_and_forget_the_same_cells_never_wait_in_a_ring(engine):
    keys = [f"hau-giang|2024-{n:02}|" for n in range(1, 13)]
    failures = []

    def work(seed):
        rng = random.Random(seed)
        try:
            for _ in range(30):
                with writing(engine) as connection:
                    tally_outbox.enqueue(connection, rng.sample(keys, 8))
                with writing(engine) as connection:
                    tally_outbox.acknowledge(connection, tally_outbox.pending(connection, rng.randint(1, 12)))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_upgrading_a_database_that_counts_already_tells_all_of_it(engine, hau_giang, classified):
    from alembic import command

    from models.database import migration_config

    with writing(engine) as connection:
        record(connection, [classified("a")], hau_giang, {})
        command.downgrade(migration_config(connection), "0003")
        command.upgrade(migration_config(connection), "head")
    assert noted(engine).keys() == cells(engine).keys() != set()
    assert table_of(TouchedCell).name == "tally_touched"


def test_the_statements_of_the_operations_page_tell_every_cell_and_let_producers_publish_again(
    engine, hau_giang, classified
):
    (block,) = re.findall(r"```sql\n(.*?)```", OPERATIONS.read_text(), re.DOTALL)
    with writing(engine) as connection:
        record(connection, [classified("a")], hau_giang, {})
        tally_outbox.acknowledge(connection, tally_outbox.pending(connection, ALL))
        connection.execute(table_of(SeenItem).insert(), [{"item_id": "a", "revision": "r1"}])
    noted_by_a_change = told(engine, "hau-giang|2024|")
    with writing(engine) as connection:
        for statement in block.strip().split(";")[:-1]:
            connection.execute(text(statement))
        assert connection.execute(select(table_of(SeenItem))).all() == []
    assert noted(engine).keys() == cells(engine).keys()
    assert noted(engine)["hau-giang|2024|"] == noted_by_a_change["hau-giang|2024|"]
