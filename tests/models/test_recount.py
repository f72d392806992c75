"""The second way of counting agrees with the first, and says where it does not."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from config.catalogue import load_catalogue
from models.counting.period import parse_period
from models.counting.stored_activity import ReadActivity
from models.database import writing
from models.messages.activity import Activity
from models.messages.correction import Correction
from models.queries.recount import recount
from models.queries.tally import read_tallies
from models.store.batch_writer import Writer


@pytest.fixture
def written(engine, hau_giang, classified):
    writer = Writer(engine, hau_giang, load_catalogue())
    writer.write(
        [
            classified("a", resolutions=("NQ-42-TW-XIII", "NQ-43-TW-XIII")),
            classified("b", outlet="baohaugiang", level="provincial", ambiguous=True),
            classified("c", "2024-07-09T01:00", None, flag="date-missing"),
            classified("d", in_scope=False),
        ],
        0,
    )
    activity = Activity(
        id="h1",
        identity="id:h1",
        revision="r1",
        reported_at=datetime(2024, 8, 1, tzinfo=UTC),
        kind="conference",
        date=date(2024, 7, 20),
        unit="Tỉnh ủy",
        points=110,
        participants=11_800,
        invited=11_900,
    )
    writer.write([ReadActivity(activity, (), ("Vị Thanh",), "1", "1")], 0)
    return engine


def test_it_agrees(written, hau_giang):
    with written.connect() as connection:
        found = recount(connection, hau_giang)
    assert (found.items, found.activities, found.differences) == (3, 1, ())
    assert found.cells == 100


def test_what_has_an_empty_name_is_in_the_row_without_a_value(written, hau_giang, classified):
    """As activities are, whose key is the same: a message may state an empty form or outlet."""
    odd = classified("e", "2024-07-21T01:00", "2024-07-20T10:00", form="", outlet="", resolutions=("",))
    Writer(written, hau_giang, load_catalogue()).write([odd], 0)
    corrected = Correction(
        id="k", item="a", made_at=datetime(2024, 8, 2, tzinfo=UTC), by="lan", because="thử", resolutions=("",)
    )
    Writer(written, hau_giang, load_catalogue()).write([corrected], 0)
    with written.connect() as connection:
        found = recount(connection, hau_giang)
        july = read_tallies(connection, hau_giang, parse_period("2024-07"), ("form",)).rows
    assert found.differences == ()
    assert [(row["form"], row["items"], row["activities"]) for row in july] == [(None, 1, 1), ("brief", 1, 0)]


@pytest.mark.parametrize(
    ("damage", "key"),
    [
        ("UPDATE tally_cell SET items = items + 1 WHERE key = 'hau-giang|2024|'", "hau-giang|2024|"),
        (
            "DELETE FROM tally_cell WHERE key = 'hau-giang|2024-Q3|channel=conference'",
            "hau-giang|2024-Q3|channel=conference",
        ),
        (
            "DELETE FROM tally_cell_outlet WHERE key = 'hau-giang|2024-05|' AND outlet = 'nhandan'",
            "hau-giang|2024-05|",
        ),
        (
            "INSERT INTO tally_cell SELECT 'hau-giang|2024|form=video', programme, period, 'form', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0"
            " FROM tally_cell WHERE key = 'hau-giang|2024|'",
            "hau-giang|2024|form=video",
        ),
    ],
)
def test_it_finds_the_cell_that_is_wrong(written, hau_giang, damage, key):
    with writing(written) as connection:
        connection.execute(text(damage))
    with written.connect() as connection:
        found = recount(connection, hau_giang)
    assert [difference.key for difference in found.differences] == [key]
