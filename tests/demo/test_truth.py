from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lantoa.demo import answer
from lantoa.demo.simulate import UNDECIDABLE
from lantoa.demo.truth import Answer


@pytest.mark.parametrize("by", ["outlet", "channel", "form", "month", "level"])
def test_what_an_item_has_once_adds_up_to_the_total(by, truth):
    assert sum(row.items for row in truth.rows([by]).values()) == truth.totals.items


def test_resolutions_do_not_add_up_because_items_stand_in_several_rows(truth):
    rows = truth.rows(["resolution"])
    assert sum(row.items for row in rows.values()) > truth.totals.items
    without_any = sum(1 for piece in truth.pieces if not piece.text.resolutions and not piece.text.undecided)
    assert rows[None,].items == without_any


def test_a_plenum_covers_what_it_issued_once(truth):
    issued = {f"NQ-{number}-TW-XIII" for number in (42, 43, 44, 45)}
    covered = [piece for piece in truth.pieces if piece.text.resolutions & {*issued, "TW-8-XIII"}]
    rows = truth.rows(["resolution"])
    assert rows["TW-8-XIII",].items == len(covered)
    assert sum(rows[name,].items for name in issued) > len(
        [p for p in covered if p.text.resolutions & issued]
    )


def test_periods_split_the_year(world, truth):
    quarters = [answer(world, f"2024-Q{quarter}").totals.items for quarter in (1, 2, 3, 4)]
    months = [answer(world, f"2024-{month:02}").totals.items for month in range(1, 13)]
    halves = [
        answer(world, span).totals.items for span in ("2024-01-01..2024-06-30", "2024-07-01..2024-12-31")
    ]
    assert sum(quarters) == sum(months) == sum(halves) == truth.totals.items
    assert [row.items for _, row in sorted(truth.rows(["month"]).items())] == months
    assert answer(world, "2023").totals.items > 0 < answer(world, "2025").totals.items


def test_a_day_is_a_day_in_hanoi(world, truth):
    piece = truth.pieces[0]
    moved = replace(piece, dateline="stated", published=datetime(2023, 12, 31, 23, 30, tzinfo=UTC))
    there = replace(world, articles=(moved,))
    assert answer(there, "2024-01-01").totals.items == 1
    assert answer(there, "2023").totals.items == 0


def test_stories_are_fewer_than_items(truth):
    assert truth.totals.stories < truth.totals.items
    assert truth.totals.stories >= max(row.stories for row in truth.rows(["resolution"]).values())


def test_waiting_and_flagged(truth):
    assert 5 <= truth.totals.waiting <= UNDECIDABLE
    assert 20 < truth.totals.flagged < 150


def test_two_dimensions(truth):
    rows = truth.rows(["resolution", "channel"])
    both = [p for p in truth.pieces if "DH-XIII" in p.text.resolutions and p.channel == "radio"]
    assert rows["DH-XIII", "radio"].items == len(both)


def test_nothing_counts_to_nothing():
    assert Answer("2024", ()).totals.items == 0
    assert Answer("2024", ()).rows(["outlet"]) == {}
