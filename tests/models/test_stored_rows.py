"""Rows become values and rows again without loss, those of earlier releases too."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from config.catalogue import load_catalogue
from models.counting.item_state import classification_in
from models.counting.stored_activity import ReadActivity
from models.messages.activity import Activity
from models.messages.mention import Mention, Reason
from models.sql import table_of
from models.store.batch_writer import Writer
from models.tables.activities import ActivityRow
from models.tables.items import ItemRow
from models.tables.stored_rows import (
    ACTIVITY_COLUMNS,
    ITEM_COLUMNS,
    activity_classification_json,
    activity_classification_of,
    activity_of,
    item_classification_json,
    item_classification_of,
    item_of,
    row_of_activity,
    row_of_item,
)

MENTION = Mention(
    "Nghị quyết 42",
    0,
    13,
    "title",
    "NQ-42-TW-XIII",
    "42-NQ/TW",
    "party",
    "linked",
    "number",
    candidates=("NQ-42-TW-XIII", "NQ-42-TW-XII"),
    probabilities=(0.9, 0.1),
    reasons=(Reason("subject", 2.5, "chính sách xã hội"),),
)


@pytest.fixture
def rows(engine, hau_giang, classified):
    """The row of an item and the row of an activity, as the database gives them."""
    writer = Writer(engine, hau_giang, load_catalogue())
    item = classified("a", resolutions=("NQ-42-TW-XIII",), ambiguous=True)
    writer.write([item.model_copy(update={"mentions": (MENTION,), "mentions_cut": True})], 0)
    activity = Activity(
        id="h1",
        identity="id:h1",
        revision="r1",
        reported_at=datetime(2024, 8, 1, tzinfo=UTC),
        kind="conference",
        date=date(2024, 7, 20),
        unit="Tỉnh ủy",
        resolutions=("Nghị quyết 42",),
        points=110,
    )
    writer.write([ReadActivity(activity, (MENTION,), ("Vị Thanh",), "1", "1")], 0)
    with engine.connect() as connection:
        return tuple(
            connection.execute(select(table_of(model))).mappings().one() for model in (ItemRow, ActivityRow)
        )


def as_json(value):
    """As a database keeps it: JSON has no tuples."""
    return json.loads(json.dumps(value, default=str))


def test_every_column_is_taken_once(rows):
    for row, columns in zip(rows, (ITEM_COLUMNS, ACTIVITY_COLUMNS), strict=True):
        assert sorted(columns) == sorted(row)


def test_a_row_comes_back_as_it_was(rows):
    item, activity = rows
    assert as_json(row_of_item(item_of(item))) == as_json(dict(item))
    assert as_json(row_of_activity(activity_of(activity))) == as_json(dict(activity))


def test_what_an_earlier_release_did_not_keep_stays_out(rows):
    old = dict(rows[0])
    old["classified"] = {
        name: value for name, value in old["classified"].items() if name not in {"plenums", "mentions_cut"}
    }
    found = item_of(old)
    assert (found.classification.values.plenums, found.classification.values.mentions_cut) == (None, False)
    assert as_json(row_of_item(found)) == as_json(old)


def test_a_classification_comes_back_from_the_history(rows):
    item, activity = item_of(rows[0]), activity_of(rows[1])
    kept = as_json(item_classification_json(item.classification.values))
    assert item_classification_of(kept, "can-tho", {}) == item.classification.values
    read = as_json(activity_classification_json(activity.classification.values))
    assert activity_classification_of(read, "can-tho", {}) == activity.classification.values


def test_an_older_history_takes_the_programme_of_the_item_and_the_plenums_of_now(rows):
    item, activity = item_of(rows[0]), activity_of(rows[1])
    plenums = {"NQ-42-TW-XIII": "TW-8-XIII"}
    found = item_classification_of(as_json(classification_in(item)), "can-tho", plenums)
    assert (found.programme, found.plenums) == ("can-tho", ("TW-8-XIII",))
    mentions = as_json(activity.classification.values.mentions)
    versions = {"places": [], "rules_version": "1", "catalogue_version": "1"}
    read = activity_classification_of({"mentions": mentions, **versions}, "can-tho", plenums)
    assert (read.programme, read.resolutions) == ("can-tho", ("NQ-42-TW-XIII", "TW-8-XIII"))
