import pytest

from lantoa.demo import central_partner_of, compare, figures_compared


@pytest.fixture
def tallies(truth):
    """As `lantoa tallies --format json` prints them, with every figure right."""
    return {by: _tally(truth, by) for by in ("", "outlet", "resolution", "resolution,channel", "month")}


def test_equal_figures(truth, tallies):
    assert compare(truth, tallies) == []
    assert figures_compared(truth, tallies) > 1000


def test_the_sentence_of_the_report_is_read_from_the_rows(truth, tallies):
    assert central_partner_of(truth, tallies["outlet"]) == (23, 1717)


def test_a_wrong_total(truth, tallies):
    tallies[""]["totals"]["items"] += 1
    expected = truth.totals.items
    assert compare(truth, tallies) == [f"total: items {expected + 1}, {expected} expected"]


def test_a_wrong_row(truth, tallies):
    row = next(row for row in tallies["resolution"]["rows"] if row["resolution"] == "TW-8-XIII")
    row["outlets"] -= 1
    assert compare(truth, tallies) == [
        f"by resolution: TW-8-XIII: outlets {row['outlets']}, {row['outlets'] + 1} expected"
    ]


def test_a_missing_row(truth, tallies):
    gone = tallies["month"]["rows"].pop()
    assert compare(truth, tallies) == [f"by month: {gone['month']}: no row, {gone['items']} items expected"]


def test_a_row_too_many(truth, tallies):
    tallies["resolution"]["rows"].append({"resolution": "NQ-18-TW-XIV", "items": 3})
    assert compare(truth, tallies) == ["by resolution: NQ-18-TW-XIV: 3 items, no row expected"]


def test_figures_that_a_tally_does_not_contain_are_not_compared(truth, tallies):
    for tally in tallies.values():
        for row in (tally["totals"], *tally["rows"]):
            row.pop("stories", None)
            row.pop("waiting", None)
    tallies["month"]["rows"][0]["stories"] = None
    assert compare(truth, tallies) == []


def test_rows_of_activities_alone_are_left_aside(truth, tallies):
    tallies["resolution"]["rows"].append({"resolution": "NQ-18-TW-XIV", "items": 0, "activities": 4})
    assert compare(truth, tallies) == []


def _tally(truth, by):
    names = by.split(",") if by else []
    rows = truth.rows(names).items() if names else ()
    return {
        "totals": _figures(truth.totals),
        "rows": [dict(zip(names, k, strict=True)) | _figures(f) for k, f in rows],
    }


def _figures(figures):
    return {name: getattr(figures, name) for name in ("items", "stories", "outlets", "waiting", "flagged")}
