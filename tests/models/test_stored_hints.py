"""Hints have a table of their own; the rows of an earlier version go there, and those that one beside writes are read."""

import pytest
from alembic import command
from sqlalchemy import insert, select, text

from models.database import migration_config, reading, writing
from models.queries.stored_hints import hints_of, hints_of_all
from models.sql import table_of
from models.store.hint_rows import drop_hints, put_hints
from models.tables.sources import SeenEntry, SourceHint

OLD = {
    ("outlet:o", "alias:0a"): "url:a",
    ("outlet:o", "claim:0b"): '["0b", "một", "2024-05-02"]',
    ("outlet:o", "lesson:0c"): "tells:id",
    ("outlet:o", "rules"): "3",
    ("o-rss", "dates"): "day-first",
    ("o-rss", "dead:0d"): "no-identity",
    ("o-rss", "page:0e"): "r",
    ("o-rss", "f" * 20): "an item's revision",
}
NEW = {
    ("outlet:o", "alias", "0a"): "url:a",
    ("outlet:o", "claim", "0b"): '["0b", "một", "2024-05-02"]',
    ("outlet:o", "lesson", "0c"): "tells:id",
    ("outlet:o", "rules", ""): "3",
    ("o-rss", "dates", ""): "day-first",
    ("o-rss", "dead", "0d"): "no-identity",
    ("o-rss", "page", "0e"): "r",
}


def put_old(connection, rows):
    listed = [{"source_id": s, "item_id": i, "revision": r} for (s, i), r in rows.items()]
    connection.execute(insert(table_of(SeenEntry)), listed)


def old_rows(connection):
    table = table_of(SeenEntry)
    return {(row.source_id, row.item_id): row.revision for row in connection.execute(select(table))}


def moved(engine, to):
    with writing(engine) as connection:
        (command.upgrade if to == "head" else command.downgrade)(migration_config(connection), to)


def test_the_upgrade_copies_them_and_the_way_back_brings_them(engine):
    moved(engine, "0022")
    with writing(engine) as connection:
        put_old(connection, OLD)
    moved(engine, "head")
    with reading(engine) as connection:
        rows = connection.execute(select(table_of(SourceHint)))
        assert {(row.source_id, row.kind, row.key): row.value for row in rows} == NEW
        assert old_rows(connection) == OLD
    with writing(engine) as connection:
        put_hints(connection, "outlet:o", {("alias", "0a"): "url:b", ("lesson", "new"): "void:g"})
    moved(engine, "0022")
    with reading(engine) as connection:
        assert old_rows(connection) == OLD | {
            ("outlet:o", "alias:0a"): "url:b",
            ("outlet:o", "lesson:new"): "void:g",
        }
    moved(engine, "head")
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM source_hint")).scalar_one() == len(NEW) + 1


def test_the_way_back_keeps_what_an_older_fetcher_wrote_beside(engine):
    beside = {("outlet:o", "alias:0z"): "url:z", ("outlet:p", "rules"): "3"}
    moved(engine, "0022")
    with writing(engine) as connection:
        put_old(connection, OLD)
    moved(engine, "head")
    with writing(engine) as connection:
        put_old(connection, beside)
    moved(engine, "0022")
    with reading(engine) as connection:
        assert old_rows(connection) == OLD | beside
    moved(engine, "head")


@pytest.mark.parametrize(
    ("owner", "kind", "keys", "found"),
    [
        ("outlet:o", "alias", ["0a", "0z"], {"0a": "url:a"}),
        ("outlet:o", "alias", None, {"0a": "url:a"}),
        ("outlet:o", "lesson", None, {"0c": "tells:id"}),
        ("outlet:o", "rules", None, {"": "3"}),
        ("o-rss", "dates", None, {"": "day-first"}),
        ("o-rss", "dead", ["0d"], {"0d": "no-identity"}),
        ("outlet:p", "lesson", None, {}),
    ],
)
def test_what_an_older_fetcher_writes_beside_is_read(engine, owner, kind, keys, found):
    with writing(engine) as connection:
        put_old(connection, OLD)
        assert hints_of(connection, owner, kind, keys) == found


def test_a_hint_of_the_present_version_wins(engine):
    with writing(engine) as connection:
        put_old(connection, OLD)
        put_hints(connection, "outlet:o", {("alias", "0a"): "url:b", ("rules", ""): "4"})
        assert hints_of(connection, "outlet:o", "alias", ["0a"]) == {"0a": "url:b"}
        assert hints_of(connection, "outlet:o", "rules") == {"": "4"}
        assert hints_of_all(connection, "outlet:", "alias") == {("o", "0a"): "url:b"}


def test_the_rules_of_all_outlets_are_forgotten_in_both_tables(engine):
    with writing(engine) as connection:
        put_old(connection, OLD)
        put_hints(connection, "outlet:p", {("rules", ""): "4", ("lesson", "x"): "tells:id"})
        drop_hints(connection, "outlet:", "rules")
        assert hints_of_all(connection, "outlet:", "rules") == {}
        assert hints_of_all(connection, "outlet:", "lesson") == {
            ("o", "0c"): "tells:id",
            ("p", "x"): "tells:id",
        }
