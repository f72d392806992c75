"""What two sources missed, estimated and compared with what a simulated outlet really published."""

import random
from datetime import UTC, date, datetime
from math import comb, sqrt
from statistics import fmean, pvariance

import pytest
from small_programme import outlet_of
from sqlalchemy import insert

from models.sql import table_of
from models.tables.items import ItemRow
from models.tables.sources import SeenEntry
from producers.state.completeness import Captures, captures_of, estimate

NOW = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("captures", "total", "missed", "variance"),
    [
        (Captures(0, 0, 0), 0, 0, 0),
        (Captures(10, 10, 10), 10, 0, 0),
        (Captures(20, 30, 10), 21 * 31 / 11 - 1, 21 * 31 / 11 - 41, 21 * 31 * 10 * 20 / (11**2 * 12)),
        (Captures(3, 4, 0), 19, 12, 4 * 5 * 3 * 4 / 2),
    ],
)
def test_the_formula(captures, total, missed, variance):
    found = estimate(captures)
    assert (found.total, found.missed, found.variance) == pytest.approx((total, missed, variance))


def test_it_is_unbiased_where_the_sources_together_could_show_everything():
    """Exactly, by the hypergeometric distribution: n₁ + n₂ ≥ N is Chapman's condition. So is Seber's variance."""
    published, first, second = 24, 15, 12
    chances = {
        both: comb(first, both) * comb(published - first, second - both) / comb(published, second)
        for both in range(first + second - published, second + 1)
    }
    estimates = {both: estimate(Captures(first, second, both)) for both in chances}
    mean = sum(chance * estimates[both].total for both, chance in chances.items())
    variance = sum(chance * (estimates[both].total - mean) ** 2 for both, chance in chances.items())
    stated = sum(chance * estimates[both].variance for both, chance in chances.items())
    assert mean == pytest.approx(published)
    assert stated == pytest.approx(variance, rel=1e-9)


def test_independent_sources_of_a_simulated_year():
    rng = random.Random(7)
    published, totals, deviations = 5000, [], []
    for _ in range(200):
        first = {n for n in range(published) if rng.random() < 0.8}
        second = {n for n in range(published) if rng.random() < 0.6}
        found = estimate(Captures(len(first), len(second), len(first & second)))
        totals.append(found.total)
        deviations.append(sqrt(found.variance))
    assert fmean(totals) == pytest.approx(published, rel=0.002)
    assert sqrt(pvariance(totals)) == pytest.approx(fmean(deviations), rel=0.2)


def test_more_in_both_than_in_one_is_refused():
    with pytest.raises(ValueError, match="cannot have shown"):
        estimate(Captures(3, 4, 5))


def item_row(name, outlet, day):
    """What of an item's row the question is about; the rest is whatever the columns take."""
    table = table_of(ItemRow)
    values = {"id": name, "outlet": outlet, "day": day, "fetched_at": NOW, "first_seen": NOW}
    for column in table.c:
        if column.name not in values and not column.nullable:
            values[column.name] = {bool: False, int: 0}.get(column.type.python_type, "")
    return values


def test_captures_come_from_what_each_source_showed(engine):
    outlet = outlet_of(
        "bao", "", sources=[{"id": f"bao-{n}", "kind": "feed", "url": f"https://bao.vn/{n}"} for n in "abc"]
    )
    shown = {"bao-a": ["1", "2", "3", "old", "page:1", "dates"], "bao-b": ["2", "3", "4"], "khac": ["1"]}
    rows = [item_row(name, "bao", date(2026, 7, 10)) for name in "1234"]
    rows += [item_row("old", "bao", date(2026, 6, 30)), item_row("9", "khac", date(2026, 7, 10))]
    with engine.begin() as connection:
        connection.execute(insert(table_of(ItemRow)), rows)
        for source, names in shown.items():
            entries = [{"source_id": source, "item_id": name, "revision": "r"} for name in names]
            connection.execute(insert(table_of(SeenEntry)), entries)
        found = captures_of(connection, outlet, date(2026, 7, 1), date(2026, 7, 31))
    assert found == {("bao-a", "bao-b"): Captures(3, 3, 2)}
