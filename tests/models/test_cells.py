from dataclasses import replace
from datetime import date

import pytest

from models.counting.cells import Counted, cells, values_in

ITEM = Counted(
    programme="hau-giang",
    counts=True,
    day=date(2024, 5, 9),
    outlet="nhandan",
    channel="central_press",
    form="brief",
    level="central",
    resolutions=("NQ-29-TW-XIII", "TW-6-XIII"),
    waiting=False,
    flagged=False,
)


def keys(item):
    return {cell.key for cell in cells(item)}


def test_an_item_stands_once_in_the_total_and_in_every_row_of_its_resolutions():
    found = keys(ITEM)
    assert {"hau-giang|2024|", "hau-giang|2024-Q2|", "hau-giang|2024-05|"} <= found
    assert "hau-giang|2024|resolution=NQ-29-TW-XIII" in found
    assert "hau-giang|2024|channel=central_press,resolution=TW-6-XIII" in found
    assert "hau-giang|2024|month=2024-05,outlet=nhandan" in found
    assert len(found) == 3 * (6 + 3 * 2)


def test_an_item_without_a_resolution_stands_in_the_row_null():
    found = keys(replace(ITEM, resolutions=()))
    assert "hau-giang|2024|resolution=" in found
    assert values_in("hau-giang|2024|resolution=") == {"resolution": None}


def test_an_item_that_waits_counts_in_the_total_and_in_no_row_of_a_resolution():
    found = keys(replace(ITEM, resolutions=(), waiting=True))
    assert "hau-giang|2024|" in found
    assert not any("resolution" in key for key in found)


def test_an_item_that_waits_for_one_mention_keeps_the_rows_of_the_others():
    assert "hau-giang|2024|resolution=NQ-29-TW-XIII" in keys(replace(ITEM, waiting=True))


def test_an_item_out_of_scope_counts_nowhere():
    assert keys(replace(ITEM, counts=False)) == set()


def test_a_key_gives_its_values_back():
    for cell in cells(ITEM):
        assert values_in(cell.key) == dict(zip(cell.dimensions, cell.values, strict=True))


@pytest.mark.parametrize("name", ["a,resolution=b", "a|b", "a=b", "100%", "a%2Cb", "Báo Hậu Giang", ","])
def test_an_id_with_the_signs_of_a_key_makes_no_other_cell_and_is_given_back(name):
    odd = list(cells(replace(ITEM, outlet=name, resolutions=(name,))))
    assert len({cell.key for cell in odd}) == len(odd)
    assert not {cell.key for cell in odd} & keys(replace(ITEM, outlet="a", resolutions=("b",))) - keys(ITEM)
    for cell in odd:
        assert values_in(cell.key) == dict(zip(cell.dimensions, cell.values, strict=True))
        assert cell.key.count("|") == 2
