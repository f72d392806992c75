"""Items and tallies in one transaction: whatever is repeated, reordered or revised, the figures are the same."""

import random
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text
from sqlmodel import SQLModel

from models.counting.cells import cells
from models.counting.item_state import counted
from models.counting.period import parse_period
from models.database import writing
from models.messages.item import Classified
from models.queries.tally import computed_rows, partner_press, read_tallies, stored_rows
from models.sql import table_of
from models.store.item_writer import record
from models.tables.items import ItemPlace, ItemResolution, ItemRevision, ItemRow
from models.tables.stored_rows import item_of
from models.tables.tallies import Cell, CellOutlet, CellStory

STORED = (ItemRow, ItemRevision, ItemResolution, ItemPlace, Cell, CellOutlet, CellStory)
PLENUMS = {"NQ-42-TW-XIII": "TW-8-XIII", "NQ-43-TW-XIII": "TW-8-XIII"}


@pytest.fixture
def write(engine, hau_giang):
    def write(*messages):
        with writing(engine) as connection:
            record(connection, messages, hau_giang, PLENUMS)

    return write


@pytest.fixture
def tally(engine, hau_giang):
    def tally(period="2024", *by):
        with engine.connect() as connection:
            return read_tallies(connection, hau_giang, parse_period(period), by)

    return tally


def state(engine):
    """Everything that is stored, in an order of its own."""
    with engine.connect() as connection:
        return {
            model.__tablename__: sorted(map(repr, connection.execute(select(table_of(model)))))
            for model in STORED
        }


def test_an_item_counts_once_however_often_it_comes(write, tally, classified):
    item = classified("a", resolutions=("NQ-42-TW-XIII",))
    write(item)
    write(item, item)
    assert tally().totals["items"] == 1


def test_two_resolutions_of_a_plenum_stand_in_three_rows_and_once_in_the_total(write, tally, classified):
    write(classified("a", resolutions=("NQ-42-TW-XIII", "NQ-43-TW-XIII")))
    found = tally("2024", "resolution")
    assert {row["resolution"]: row["items"] for row in found.rows} == {
        "NQ-42-TW-XIII": 1,
        "NQ-43-TW-XIII": 1,
        "TW-8-XIII": 1,
    }
    assert found.totals["items"] == 1


def test_a_revision_moves_the_item_and_leaves_no_empty_cell(write, tally, classified, engine):
    write(classified("a", resolutions=("NQ-42-TW-XIII",)))
    write(classified("a", "2024-05-10T01:00", revision="r2", resolutions=("NQ-29-TW-XIII",), form="video"))
    assert [row["resolution"] for row in tally("2024", "resolution").rows] == ["NQ-29-TW-XIII"]
    assert [row["form"] for row in tally("2024", "form").rows] == ["video"]
    with engine.connect() as connection:
        assert connection.execute(select(table_of(Cell)).where(table_of(Cell).c["items"] < 1)).all() == []
        assert len(connection.execute(select(table_of(ItemRevision))).all()) == 2


def test_a_later_date_does_not_move_an_item_to_another_period(write, tally, classified):
    write(classified("a", "2024-05-09T01:00", "2024-05-08T10:00"))
    write(classified("a", "2024-06-09T01:00", "2024-06-08T10:00", revision="r2"))
    assert tally("2024-05").totals["items"] == 1
    assert tally("2024-06").totals["items"] == 0


def test_the_first_plausible_date_counts_even_when_a_first_revision_had_none(write, tally, classified):
    write(classified("a", "2024-05-09T01:00", None, flag="date-missing"))
    assert tally().totals["flagged"] == 1
    assert tally("2024-05-09").totals["items"] == 1
    write(classified("a", "2024-05-10T01:00", "2024-04-30T10:00", revision="r2"))
    assert tally().totals["flagged"] == 0
    assert tally("2024-04-30").totals["items"] == 1


def test_the_day_is_the_programmes_own(write, tally, classified):
    write(classified("a", "2024-01-01T01:00", "2023-12-31T17:30"))
    assert tally("2024-01-01").totals["items"] == 1
    assert tally("2023").totals["items"] == 0


def test_what_waits_counts_in_the_total_and_in_no_row(write, tally, classified):
    write(classified("a", ambiguous=True), classified("b"))
    found = tally("2024", "resolution")
    assert (found.totals["items"], found.totals["waiting"]) == (2, 1)
    assert [(row["resolution"], row["items"]) for row in found.rows] == [(None, 1)]


def test_out_of_scope_is_kept_and_not_counted(write, tally, classified, engine):
    write(classified("a", in_scope=False))
    assert tally().totals["items"] == 0
    with engine.connect() as connection:
        assert len(connection.execute(select(table_of(ItemRow))).all()) == 1


def test_outlets_are_distinct_and_central_partners_are_told_apart(
    write, tally, classified, engine, hau_giang
):
    write(
        classified("a"),
        classified("b"),
        classified("c", outlet="vov"),
        classified("d", outlet="tuoitre", level="provincial"),
        classified("e", outlet="vnexpress", partner=False),
    )
    assert tally().totals["outlets"] == 4
    with engine.connect() as connection:
        assert partner_press(connection, hau_giang, parse_period("2024")) == (2, 3)


def test_any_order_of_arrival_ends_in_the_same_tables(write, classified, engine):
    history = [
        classified("a", "2024-05-09T01:00", None, flag="date-missing", resolutions=("NQ-42-TW-XIII",)),
        classified("a", "2024-05-10T01:00", "2024-05-01T10:00", revision="r2", ambiguous=True),
        classified("a", "2024-05-11T01:00", "2024-04-02T10:00", revision="r3", form="video"),
        classified(
            "a", "2024-05-12T01:00", None, revision="r1", flag="date-missing", resolutions=("NQ-42-TW-XIII",)
        ),
    ]
    ends = []
    for order in permutations(history):
        with writing(engine) as connection:
            for model in STORED:
                connection.execute(table_of(model).delete())
        for message in order:
            write(message)
        ends.append(state(engine))
    assert all(end == ends[0] for end in ends)


def test_stored_cells_equal_the_items_behind_them(write, classified, engine, hau_giang):
    for message in random_history(random.Random(7), classified, 400):
        write(message)
    with engine.connect() as connection:
        for by in (("resolution",), ("outlet", "resolution"), ("channel",), ("month", "outlet"), ()):
            for period in ("2024", "2024-Q2", "2024-05"):
                stored = list(stored_rows(connection, hau_giang.id, period, by))
                computed = list(computed_rows(connection, hau_giang, parse_period(period), by))
                assert sorted(map(repr, stored)) == sorted(map(repr, computed)), (by, period)


def test_every_cell_is_the_count_of_its_items(write, classified, engine):
    write(*random_history(random.Random(11), classified, 300))
    with engine.connect() as connection:
        rows = connection.execute(select(table_of(ItemRow))).mappings().all()
    assert cells_items(engine) == Counter(cell.key for row in rows for cell in cells(counted(item_of(row))))


def cells_items(engine):
    with engine.connect() as connection:
        found = connection.execute(text("SELECT key, items FROM tally_cell"))
        return Counter({row[0]: row[1] for row in found})


def random_history(rng, classified, length):
    """Fetches of 60 items of up to four revisions each; what a revision says is its own."""
    return [
        a_fetch(classified, rng.randrange(60), rng.randrange(4), rng.randrange(1, 29)) for _ in range(length)
    ]


def a_fetch(classified, item, revision, day):
    said = random.Random(item * 10 + revision)
    names = ["NQ-42-TW-XIII", "NQ-43-TW-XIII", "NQ-29-TW-XIII", "DH-XIII"]
    return classified(
        f"i{item}",
        f"2024-05-{day:02d}T01:00",
        said.choice([None, f"2024-0{said.randrange(1, 8)}-11T17:30"]),
        revision=f"r{revision}",
        outlet=["nhandan", "vov", "tuoitre"][item % 3],
        resolutions=tuple(said.sample(names, said.randrange(3))),
        ambiguous=said.random() < 0.2,
        in_scope=said.random() < 0.8,
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), repeats=st.integers(1, 3))
def test_redelivery_in_batches_of_any_size_changes_nothing(seed, repeats, classified, hau_giang):
    rng = random.Random(seed)
    history = random_history(rng, classified, 40)
    assert end_of(history, 1, hau_giang) == end_of(
        redelivered(history, rng, repeats), rng.randrange(1, 17), hau_giang
    )


def redelivered(history: list[Classified], rng: random.Random, repeats: int) -> list[Classified]:
    """As after kills: from some point on, everything comes again, in order."""
    for _ in range(repeats):
        at = rng.randrange(len(history))
        history = [*history[: rng.randrange(at, len(history)) + 1], *history[at:]]
    return history


def end_of(history, size, programme):
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with engine.begin() as connection:
        for start in range(0, len(history), size):
            record(connection, history[start : start + size], programme, PLENUMS)
    found = state(engine)
    engine.dispose()
    return found
