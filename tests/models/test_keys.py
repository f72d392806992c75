"""Every key of --by, alone and combined: totals are distinct counts and never sums of rows."""

from itertools import combinations, product

import pytest

from config.catalogue import load_catalogue
from config.errors import UsageError
from config.programme import Place
from models.counting.cells import KEPT
from models.counting.period import parse_period
from models.queries.adhoc_tallies import computed_rows
from models.queries.tally import KEYS, parse_keys, read_tallies, stored_rows
from models.store.batch_writer import Writer

PLACES = (
    Place(name="Hòa An", district="Phụng Hiệp"),
    Place(name="Cây Dương", district="Phụng Hiệp"),
    Place(name="Vị Thanh"),
)


@pytest.fixture
def office(hau_giang):
    return hau_giang.model_copy(update={"office": hau_giang.office.model_copy(update={"places": PLACES})})


@pytest.fixture
def tally(engine, office, classified):
    def piece(name, *, places=("Vị Thanh",), language="vi", column=None, **stated):
        return classified(name, **stated).model_copy(
            update={"places": places, "language": language, "press_column": column}
        )

    Writer(engine, office, load_catalogue()).write(
        [
            piece("a", places=("Hòa An", "Cây Dương"), resolutions=("NQ-42-TW-XIII", "NQ-43-TW-XIII")),
            piece("b", places=("Hòa An", "Vị Thanh"), column="Xây dựng Đảng", form="article"),
            piece("c", places=(), language="km", outlet="vov", level="provincial"),
            piece("d", claimed="2024-08-01T10:00", ambiguous=True),
            piece("e", claimed=None, fetched="2024-12-31T18:00", flag="date-missing"),  # 2025 in Hanoi
            piece("f", in_scope=False),
        ],
        0,
    )

    def tally(*by, period="2024"):
        with engine.connect() as connection:
            found = read_tallies(connection, office, parse_period(period), by)
        return found.totals["items"], {tuple(row[name] for name in by): row["items"] for row in found.rows}

    return tally


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        (("place",), {("Hòa An",): 2, ("Cây Dương",): 1, ("Vị Thanh",): 2, (None,): 1}),
        (("district",), {("Phụng Hiệp",): 2, (None,): 3}),
        (("language",), {("vi",): 3, ("km",): 1}),
        (("column",), {("Xây dựng Đảng",): 1, (None,): 3}),
        (("quarter",), {("2024-Q2",): 3, ("2024-Q3",): 1}),
        (("month",), {("2024-05",): 3, ("2024-08",): 1}),
        (("unit",), {(None,): 4}),
        (("kind",), {(None,): 4}),
        (("level", "outlet"), {("central", "nhandan"): 3, ("provincial", "vov"): 1}),
        (("resolution",), {("NQ-42-TW-XIII",): 1, ("NQ-43-TW-XIII",): 1, ("TW-8-XIII",): 1, (None,): 2}),
        (
            ("district", "resolution"),
            {
                ("Phụng Hiệp", "NQ-42-TW-XIII"): 1,
                ("Phụng Hiệp", "NQ-43-TW-XIII"): 1,
                ("Phụng Hiệp", "TW-8-XIII"): 1,
                ("Phụng Hiệp", None): 1,
                (None, None): 2,
            },
        ),
        (
            ("form", "place"),
            {
                ("brief", "Hòa An"): 1,
                ("brief", "Cây Dương"): 1,
                ("article", "Hòa An"): 1,
                ("article", "Vị Thanh"): 1,
                ("brief", "Vị Thanh"): 1,
                ("brief", None): 1,
            },
        ),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, tuple) else "",
)
def test_rows(tally, by, rows):
    assert tally(*by) == (4, rows)


def test_any_combination_counts_each_item_in_at_least_one_row(tally):
    for by in (*combinations(KEYS, 1), *combinations(KEYS, 2), KEYS):
        total, rows = tally(*by)
        waiting_only = 1 if "resolution" in by else 0  # what only waits stands in no resolution's row
        assert sum(rows.values()) >= total - waiting_only, by


def test_kept_and_computed_rows_agree(tally, engine, office):
    with engine.connect() as connection:
        for period, by in product(("2024", "2024-Q2", "2024-05"), KEPT):
            stored = stored_rows(connection, office.id, period, by)
            computed = computed_rows(connection, office, parse_period(period), by)
            assert in_order(stored) == in_order(computed) != [], (period, by)


def in_order(rows):
    return sorted(repr(sorted(row.items())) for row in rows)


def test_periods_hold_both_ends_in_hanoi(tally):
    periods = {
        "2024-01-01..2024-06-30": 3,
        "2024-05-08": 3,
        "2024-12-31": 0,
        "2025-01-01": 1,
        "2025": 1,
    }
    assert {period: tally(period=period)[0] for period in periods} == periods


@pytest.mark.parametrize("text", ["huyen", "resolution,resolution", "place;unit"])
def test_an_unknown_key_is_said(text):
    with pytest.raises(UsageError, match=r"not known|twice"):
        parse_keys(text)
