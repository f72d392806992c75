"""Entries into items: revisions, order of dates, doubles."""

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from small_programme import outlet_of

from models.messages.item import Enclosure, Item
from models.messages.limits import ITEM_BYTES
from producers.item.entry import Entry
from producers.item.normalise import normalise
from producers.state.source_hints import SourceHints

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
FETCHED = datetime(2026, 7, 29, 6, tzinfo=HANOI)
PAGE = "https://bao.example/a.html"
ENTRY = Entry(url=PAGE, title="T", lead="L", text="X", dates=("28/07/2026 18:50",))


def items(*entries: Entry, outlet=None, known=None, at=FETCHED):
    outlet = outlet or outlet_of("bao", "http://x/")
    return normalise(entries, outlet.sources[0], outlet, HANOI, at, known or SourceHints())


def revision(entry: Entry, **more):
    return items(entry, **more).items[0].revision


@pytest.mark.parametrize(
    "change",
    [{"title": "T2"}, {"lead": "L2"}, {"text": "X2"}, {"dates": ("28/07/2026 18:51",)},
     {"enclosures": (Enclosure(url="https://x/1.mp4", type="video/mp4"),)}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_other_content_is_another_revision(change):
    assert revision(ENTRY.model_copy(update=change)) != revision(ENTRY)


@pytest.mark.parametrize(
    "same",
    [
        {"url": f"{PAGE}?utm_source=x"},
        {"guid": "g"},
        {"categories": ("A",)},
        {"dates": ("2026-07-28T11:50:00Z",)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_no_content_changes_nothing(same):
    assert revision(ENTRY.model_copy(update=same)) == revision(ENTRY)


def test_a_later_fetch_of_the_same_is_the_same_revision():
    future = ENTRY.model_copy(update={"dates": ("05/08/2026 10:00",)})
    assert items(future).items[0].date_flag == "date-implausible"
    assert revision(future, at=FETCHED + timedelta(days=30)) == revision(future)


def test_two_entries_of_one_piece_are_one_item_in_whatever_order():
    entries = [ENTRY.model_copy(update={"title": f"T{n}"}) for n in range(5)]
    shuffled = Random(1).sample(entries, 5)
    assert items(*entries).items == items(*shuffled).items
    assert len(items(*entries).items) == 1


def test_of_two_entries_the_one_with_a_date_is_shown():
    undated = [ENTRY.model_copy(update={"dates": (), "title": f"T{n}"}) for n in range(5)]
    assert items(*undated, ENTRY).items[0].title == "T"


@pytest.mark.parametrize(
    ("declared", "remembered", "others", "day"),
    [
        (None, None, [], "2026-08-07"),
        ("month-first", None, [], "2026-07-08"),
        (None, "month-first", [], "2026-07-08"),
        ("day-first", "month-first", [], "2026-08-07"),
        (None, None, ["7/28/2026"], "2026-07-08"),
        ("day-first", None, ["7/28/2026"], "2026-07-08"),
        ("month-first", None, ["28/7/2026"], "2026-08-07"),
        ("month-first", None, ["28/7/2026", "7/28/2026"], "2026-07-08"),
    ],
)
def test_the_order_of_dates_is_the_whole_feeds(declared, remembered, others, day):
    outlet = outlet_of("bao", "http://x/", dates=declared)
    entries = [
        Entry(url=f"https://b.example/{n}", dates=(text,)) for n, text in enumerate(["7/8/2026", *others])
    ]
    found = items(
        *entries, outlet=outlet, known=SourceHints(order=remembered), at=FETCHED + timedelta(days=30)
    )
    assert found.items[0].claimed.astimezone(HANOI).date().isoformat() == day


def test_a_page_once_shared_stays_shared():
    both = [Entry(url=PAGE, guid=str(n)) for n in (1, 2)]
    first = items(*both)
    assert {i.identity for i in first.items} == {"guid:1", "guid:2"}
    assert items(both[1], known=first.known).items[0].identity == "guid:2"


def test_what_is_longer_than_its_limit():
    """An address is refused by its bytes; what else is too long is cut, and is the same piece."""
    long = ENTRY.model_copy(
        update={
            "title": "Nghị quyết " * 200,
            "lead": "Hậu Giang " * 20_000,
            "dates": ("1/1/1970 00:00",),
            "categories": ("chính trị", "x" * 600, *map(str, range(300))),
            "enclosures": (Enclosure.model_construct(url="https://b.example/" + "ế" * 1_000),),
        }
    )
    found = items(long, Entry(url="https://b.example/" + "ế" * 1_900, title="dài"))
    assert [(each.reason, each.message) for each in found.rejected] == [
        ("address-too-long", "an address of 5718 bytes, at most 2048")
    ]
    (item,) = found.items
    assert item.identity == items(ENTRY).items[0].identity
    assert (len(item.title), len(item.lead), len(item.categories)) == (1_000, 100_000, 200)
    assert (item.claimed, item.date_flag, item.date_text) == (None, "date-implausible", "1/1/1970 00:00")
    assert item.enclosures == ()
    assert Item.decode(item.encode()) == item


def test_what_cannot_be_an_item_is_rejected_by_name():
    found = items(
        Entry(title="không có gì"),
        Entry(url="https://b.example/" + "x" * 2048),
        ENTRY.model_copy(update={"text": "x" * ITEM_BYTES}),
        Entry(guid="g" * 3000),
        ENTRY,
    )
    assert [each.reason for each in found.rejected] == [
        "no-identity",
        "address-too-long",
        "too-large",
        "no-identity",
    ]
    assert len(found.items) == 1
