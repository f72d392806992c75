"""Activities in the tallies: sums, nulls where nothing is stated, places and districts, attendance and its target."""

from datetime import UTC, date, datetime

import pytest

from config.catalogue import load_catalogue
from config.programme import Place
from models.counting.period import parse_period
from models.counting.stored_activity import ReadActivity
from models.messages.activity import Activity
from models.messages.mention import Mention
from models.queries.attendance import attendance
from models.queries.tally import read_tallies
from models.store.activity_writer import known
from models.store.batch_writer import Writer

YEAR = parse_period("2024")


def report(name, kind="oral_session", *, hour=1, unit="Huyện ủy Phụng Hiệp", linked=(), places=(), **stated):
    activity = Activity(
        **{
            "id": name,
            "identity": f"id:{name}",
            "revision": f"r{hour}",
            "reported_at": datetime(2024, 12, 1, hour, tzinfo=UTC),
            "kind": kind,
            "date": date(2024, 5, 9),
            "unit": unit,
        }
        | stated
    )
    mentions = tuple(
        Mention("Nghị quyết", 0, 10, "title", name, None, "party", "linked", "symbol") for name in linked
    )
    return ReadActivity(activity, mentions, tuple(places), "1", "1")


@pytest.fixture
def office(hau_giang):
    places = (
        Place(name="Hòa An", district="Phụng Hiệp"),
        Place(name="Cây Dương", district="Phụng Hiệp"),
        Place(name="Vị Thanh"),
    )
    return hau_giang.model_copy(update={"office": hau_giang.office.model_copy(update={"places": places})})


@pytest.fixture
def write(engine, office):
    writer = Writer(engine, office, load_catalogue())
    return lambda *read: writer.write(list(read), 0)


@pytest.fixture
def rows(engine, office):
    def rows(*by):
        with engine.connect() as connection:
            found = read_tallies(connection, office, YEAR, by).rows
        return {tuple(row[name] for name in by): row for row in found}

    return rows


def test_sessions_are_added_and_a_row_again_changes_nothing(write, rows):
    again = report("a", sessions=12, participants=400)
    write(again, report("b", participants=30))
    write(again)
    assert rows("channel")["oral",]["activities"] == 13
    assert rows("channel")["oral",]["participants"] == 430


def test_the_latest_report_of_a_row_decides_in_any_order(write, rows):
    write(report("a", hour=5, sessions=7), report("a", hour=3, sessions=9))
    assert rows("kind")["oral_session",]["activities"] == 7


def test_rates_count_only_rows_that_state_who_was_invited(write, rows):
    write(
        report("a", "conference", points=110, participants=11_800, invited=11_900),
        report("b", "conference", participants=500),
    )
    row = rows("channel")["conference",]
    assert (row["points"], row["invited"], row["participants"]) == (110, 11_900, 12_300)
    assert row["attendance_rate"] == round(11_800 / 11_900, 6)
    write(report("c", participants=20))
    assert rows("channel")["oral",]["points"] is None
    assert rows("channel")["oral",]["invited"] is None
    assert rows("channel")["oral",]["attendance_rate"] is None


def test_a_resolution_of_a_plenum_stands_in_its_row_too(write, rows):
    write(report("a", linked=("NQ-42-TW-XIII", "NQ-43-TW-XIII")), report("b"))
    found = rows("resolution")
    assert {key[0]: row["activities"] for key, row in found.items()} == {
        None: 1,
        "NQ-42-TW-XIII": 1,
        "NQ-43-TW-XIII": 1,
        "TW-8-XIII": 1,
    }


def test_an_activity_has_no_outlet_form_or_level(write, rows):
    write(report("a"))
    for key in ("outlet", "form", "level", "column"):
        assert list(rows(key)) == [(None,)]


def test_rows_by_place_and_district_count_each_once(write, rows):
    write(report("a", places=("Hòa An", "Cây Dương"), participants=40), report("b", places=("Vị Thanh",)))
    assert {key[0]: row["activities"] for key, row in rows("place").items()} == {
        "Hòa An": 1,
        "Cây Dương": 1,
        "Vị Thanh": 1,
    }
    assert {key[0]: row["participants"] for key, row in rows("district").items()} == {
        "Phụng Hiệp": 40,
        None: 0,
    }
    assert rows("place", "district")["Hòa An", "Phụng Hiệp"]["activities"] == 1


def test_units_below_the_target_are_named_the_lowest_first(engine, office, write):
    write(
        report("a", "conference", unit="Thành ủy Vị Thanh", participants=990, invited=1000),
        report("b", "conference", unit="Huyện ủy Long Mỹ", participants=949, invited=1000),
        report("c", "conference", unit="Huyện ủy Vị Thủy", participants=950, invited=1000),
        report("d", "conference", unit="Đảng ủy Quân sự", participants=80, invited=100),
        report("e", "conference", unit="Không mời ai", participants=0, invited=0),
    )
    with engine.connect() as connection:
        found = attendance(connection, office, YEAR)
    assert [(unit.unit, unit.missing) for unit in found.below] == [
        ("Đảng ủy Quân sự", 20),
        ("Huyện ủy Long Mỹ", 51),
    ]
    assert (found.target, found.rate) == (0.95, round(2969 / 3100, 6))


def test_what_is_known_is_known_by_its_revision(engine, write):
    write(report("a", hour=5))
    with engine.connect() as connection:
        assert known(connection, ["a", "b"]) == {"a": "r5"}
