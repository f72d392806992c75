"""Each limit, drawn at and just beyond: writers are refused, readers still take what was counted before, both databases
hold the largest of everything, and what no database holds ends as a MessageError."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from config.catalogue import load_catalogue
from config.errors import MessageError
from lantoa.contracts.samples import SAMPLES
from models.counting.stored_activity import ReadActivity
from models.database import reading, writing
from models.messages import limits
from models.messages.activity import Activity
from models.messages.item import Classified, Enclosure, Item
from models.messages.limits import LARGEST_COUNT, TextLimit
from models.messages.mention import Reason
from models.messages.source import SourceFetched
from models.messages.tally_cell import TallyCell
from models.queries.recount import recount
from models.sql import table_of
from models.store.activity_writer import record_activities
from models.store.item_writer import record
from models.tables.items import ItemRow
from models.tables.tallies import Cell
from stream_apps.rules.link import Linker

OF = {type(each): each for each in SAMPLES}
LONGEST = {
    (Item, "title"): limits.TITLE,
    (Item, "lead"): limits.LEAD,
    (Item, "text"): limits.TEXT,
    (Item, "guid"): limits.GUID,
    (Item, "url"): limits.ADDRESS,
    (Item, "identity"): limits.IDENTITY,
    (Item, "date_text"): limits.DATE_TEXT,
    (Activity, "unit"): limits.UNIT,
    (Activity, "place"): limits.PLACE,
    (Activity, "title"): limits.TITLE,
    (Activity, "note"): limits.NOTE,
}
DAYS = (date(1, 1, 1), date(1989, 12, 31), date(2101, 1, 1), date(9999, 12, 31))
LINKER = Linker(load_catalogue())
LETTERS = st.sampled_from(["a", "đ", "ế", "ក", "𠀀"])


def values_of(kind, **changed):
    return OF[kind].model_dump() | changed


def written(kind, **changed):
    """As an earlier release may have written it."""
    return json.dumps(OF[kind].model_dump(mode="json") | changed).encode()


def filled(limit: TextLimit, letter: str, beyond: int = 0):
    if limit.octets is None:
        return letter * (limit.characters + beyond)
    whole, rest = divmod(limit.octets + beyond, len(letter.encode()))
    return letter * whole + "a" * rest


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(LONGEST, key=str)), LETTERS)
def test_a_text_at_its_limit_and_beyond(place, letter):
    (kind, name), limit = place, LONGEST[place]
    longest, longer = filled(limit, letter), filled(limit, letter, beyond=1)
    assert getattr(kind(**values_of(kind, **{name: longest})), name) == longest
    with pytest.raises(ValidationError, match=name):
        kind(**values_of(kind, **{name: longer}))
    assert getattr(kind.decode(written(kind, **{name: longer})), name) == longer
    if limit.octets is None:
        assert limit.allows(limit.cut(longer))
        assert limit.cut(longest) == longest


@settings(deadline=None, max_examples=60)
@given(
    st.integers(LARGEST_COUNT - 2, LARGEST_COUNT + 2) | st.sampled_from([84_912_345_678, limits.HELD_COUNT])
)
def test_a_count_at_its_limit_and_beyond(count):
    if count <= LARGEST_COUNT:
        assert Activity(**values_of(Activity, participants=count)).participants == count
    else:
        with pytest.raises(ValidationError, match="participants"):
            Activity(**values_of(Activity, participants=count))
    assert Activity.decode(written(Activity, participants=count)).participants == count


@pytest.mark.parametrize("day", DAYS)
def test_a_day_beyond_its_limit(day):
    with pytest.raises(ValidationError, match="date"):
        Activity(**values_of(Activity, date=day))
    assert Activity.decode(written(Activity, date=day.isoformat())).date == day


@pytest.mark.parametrize("name", ["sessions", "points", "participants", "invited", "generation"])
@pytest.mark.parametrize("number", [-1, 2**53, 2**63, 2**64, 10**400])
def test_a_number_that_no_column_holds(name, number):
    with pytest.raises(MessageError):
        Activity.decode(written(Activity, **{name: number}))


@pytest.mark.parametrize(
    "moment", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]
)
def test_a_moment_that_some_time_zone_cannot_show(moment):
    for name in ("fetched_at", "claimed"):
        with pytest.raises(MessageError, match=name):
            Item.decode(written(Item, **{name: moment}))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda value: value.replace(b'"title": "', b'"title": "\\u0000'), "null-character"),
        (lambda value: value.replace(b'"title": "', b'"title": "\\\\\\u0000'), "null-character"),
        (lambda value: value.replace(b'"title": "', b'"title": "\\\\u0000'), None),
        (lambda value: value.replace(b'"title": "', b'"title": "\\\\\\\\u0000'), None),
        (lambda value: value.replace(b'"title": "', b'"title": "\0'), "not-json"),
        (lambda value: value.replace(b'"title": "', b'"title": "\xff'), "not-json"),
        (lambda value: value.replace(b'"title": "', b'"title": "\\ud800'), "not-json"),
        (lambda value: value[:-1] + b', "m\\u0000oi": 1}', "null-character"),
        (lambda value: value[:-1] + b', "moi": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "not-json"),
        (lambda value: value[:-1] + b', "moi": ' + b"9" * 5_000 + b"}", "not-json"),
        (lambda value: value[:-1] + b', "moi": {"moi": [null, 1e5]}}', None),
        (lambda value: value[:-1] + b', "title": "hai"}', None),
        (lambda value: b"\xef\xbb\xbf" + value, "not-json"),
        (lambda _value: b"", "not-json"),
        (lambda _value: b"[]", "not-this-schema"),
    ],
)
def test_bytes_that_are_odd(change, reason):
    value = change(written(Item))
    if reason is None:
        assert Item.decode(value).id == OF[Item].id
        return
    with pytest.raises(MessageError) as refused:
        Item.decode(value)
    assert refused.value.reason == reason


def test_six_characters_that_spell_a_null_character_are_text():
    item = OF[Item].model_copy(update={"title": "viết \\u0000 trong bài"})
    assert Item.decode(item.encode()) == item


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_a_number_that_json_does_not_have(number):
    """It would be written as null, which no reader of the contract accepts."""
    with pytest.raises(ValidationError, match="finite"):
        TypeAdapter(Reason).validate_python({"feature": "subject", "weight": number})
    for model, name in ((SourceFetched, "seconds"), (TallyCell, "attendance_rate")):
        with pytest.raises(ValidationError, match="finite"):
            model(**values_of(model) | {name: number})


@pytest.mark.parametrize("claim", [-1, 2**53, 10**400 - 1])
def test_what_an_enclosure_claims_beyond_belief_is_not_believed(claim):
    assert Enclosure(url="https://vov.vn/a.mp3", length=claim).length is None


def test_more_mentions_than_are_kept_are_read_and_not_written():
    sample = OF[Classified]
    many = sample.mentions[:1] * (limits.MOST_MENTIONS + 1)
    with pytest.raises(ValidationError, match="mentions"):
        Classified(**dict(sample) | {"mentions": many})
    earlier = sample.model_copy(update={"mentions": many})
    assert Classified.decode(earlier.encode()) == earlier


@pytest.mark.parametrize("day", [*DAYS, date(1990, 1, 1), date(2100, 12, 31)])
def test_the_rules_survive_any_day(day):
    texts = (
        "Nghị quyết 29 của Trung ương về phát triển kinh tế tư nhân", "Nghị quyết Trung ương 4 khóa XI",
        "Nghị quyết Đại hội XIII của Đảng", "Nghị quyết Trung ương 8 về văn hóa", "Nghị quyết của Bộ Chính trị về văn hóa",
        "các Nghị quyết 57, 59, 66 và 68; Chỉ thị số 05; bộ tứ trụ cột",
    )  # fmt: skip
    for text in texts:
        LINKER.link(text, text, text, day)


def test_both_databases_hold_the_largest_of_everything(engine, programme):
    outlet = next(iter(programme.outlets))
    when, name = datetime(2100, 12, 31, tzinfo=UTC), "x" * limits.NAME_CHARACTERS
    item = Item(
        id=name, identity="ế" * limits.IDENTITY_CHARACTERS, revision=name, outlet=outlet, source=name,
        url=filled(limits.ADDRESS, "ế"), title="ế" * limits.TITLE_CHARACTERS, lead="ế " * (limits.LEAD_CHARACTERS // 2),
        text="đ" * limits.TEXT_CHARACTERS, claimed=when, fetched_at=when, guid="ế" * limits.GUID_CHARACTERS,
        categories=["ế" * limits.CATEGORY_CHARACTERS] * limits.MOST_CATEGORIES,
    )  # fmt: skip
    named = OF[Classified].mentions[0]
    classified = Classified(
        **dict(OF[Classified])
        | {
            "item": item,
            "mentions": (named,) * limits.MOST_MENTIONS,
            "places": ("ế" * 160,),
            "form": "ế" * 160,
        }
    )
    with writing(engine) as connection:
        record(connection, [classified, classified], programme, {})
        record_activities(connection, [_largest(n) for n in range(3)], programme, {})
    with reading(engine) as connection:
        url = select(table_of(ItemRow).c.id).where(table_of(ItemRow).c.url == item.url)
        assert connection.execute(url).scalar_one() == name
        most = select(table_of(Cell).c.participants).order_by(table_of(Cell).c.participants.desc()).limit(1)
        assert connection.execute(most).scalar_one() == 3 * limits.HELD_COUNT
        assert recount(connection, programme).differences == ()


def _largest(number):
    """As an earlier release may have taken it; what is written today is smaller."""
    counts = dict.fromkeys(("sessions", "points", "participants", "invited"), limits.HELD_COUNT)
    sample = Activity.decode(written(Activity, id=str(number), unit="ế" * limits.UNIT_CHARACTERS, **counts))
    return ReadActivity(sample, (), (), "8", "1")


def test_the_limits_lie_in_their_order():
    assert limits.LARGEST_COUNT < limits.HELD_COUNT < limits.LARGEST_SUM
    assert timedelta(days=1) <= limits.HELD_FROM - datetime.min.replace(tzinfo=UTC)
