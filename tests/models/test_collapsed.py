"""Items that one document shows as several entries: told until a human has looked, or the document shows them otherwise."""

from datetime import UTC, datetime

from models.counting.period import parse_period
from models.queries.source_rows import collapsed_of
from models.queries.waiting import waiting
from models.store.collapsed import settle

MOMENT = datetime(2024, 5, 2, tzinfo=UTC)
TITLES = ("Bản tin sáng", "Bản tin chiều")


def told(engine, programme):
    with engine.connect() as connection:
        rows = list(waiting(connection, programme, parse_period("2024")))
    return {row.item: row.words for row in rows if row.kind == "collapsed"}


def test_what_became_one_item_is_told_until_it_is_shown_otherwise(engine, programme, write):
    one, other = write(title="Hậu Giang: tin một"), write(title="Hậu Giang: tin hai")
    with engine.begin() as connection:
        settle(connection, "a", [one, other], {one: TITLES}, MOMENT)
        settle(connection, "b", [one, other], {one: ("Bản tin sáng", "Bản tin tối")}, MOMENT)
        assert [(each.item_id, each.titles) for each in collapsed_of(connection, "a", 5)] == [
            (one, [*TITLES])
        ]
    assert told(engine, programme) == {one: "Bản tin sáng; Bản tin chiều; Bản tin tối"}
    with engine.begin() as connection:
        settle(connection, "b", [one, other], {}, MOMENT)
        settle(connection, "a", [other], {}, MOMENT)
    assert told(engine, programme) == {one: "Bản tin sáng; Bản tin chiều"}
    with engine.begin() as connection:
        settle(connection, "a", [one], {}, MOMENT)
    assert told(engine, programme) == {}


def test_a_short_text_twice_on_one_day_is_a_suspected_duplicate(engine, programme, write):
    said = {"title": "Hậu Giang: tin vắn", "text": "Chiều nay, ấp 3 họp dân."}
    first, second = write(**said), write(**said)
    for other in (
        {"day": "2024-05-03"},
        {"text": "Sáng nay, ấp 4 họp dân."},
        {"text": ""},
        {"outlet": "tw-khac"},
    ):
        write(**{**said, **other})
    write(**{**said, "text": ""})
    with engine.connect() as connection:
        rows = [
            row for row in waiting(connection, programme, parse_period("2024")) if row.kind == "duplicate"
        ]
    (row,) = rows
    assert {row.item, *row.candidates} == {first, second}
