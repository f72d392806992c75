"""What is new in a document is a pure function of what it shows and of what was seen before."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from config.programme import Programme
from models.store.pending_pages import Pending
from models.store.source_state import SeenBefore
from producers.diff import dead_names, diff, unpublished
from producers.document_plan import Counts
from producers.http.fetch import Fetched
from producers.item.entry import Entry
from producers.item.normalise import normalise
from producers.parse.documents import Listing
from producers.state.source_hints import SourceHints

AT = datetime(2026, 7, 20, 2, tzinfo=UTC)
NOTHING = SeenBefore({}, (), {}, {}, ())


def entry(number, day=14):
    return Entry(
        url=f"https://bao.vn/tin-{number}.html",
        title=f"Tin {number}",
        dates=(f"2026-07-{day:02}T08:00:00+07:00",),
    )


@pytest.fixture
def planned(programme: Programme):
    """The plan of a document of the first source, given what was seen."""
    source = next(iter(programme.sources.values()))
    outlet = programme.outlets[source.outlet]

    def plan(*entries, seen=NOTHING, since=None, **of_source):
        stated = source.model_copy(update=of_source)
        found = normalise(entries, stated, outlet, programme.timezone, AT, SourceHints())
        return diff(
            found, seen, Fetched(stated.url, AT, 0.1), Listing(tuple(entries)), programme, since
        ), found

    return plan


def test_all_of_a_first_document_is_new(planned):
    plan, found = planned(entry(1), entry(2, 16))
    assert [each.item_id for each in plan.candidates] == [item.id for item in found.items]
    assert (plan.counts.entries, plan.counts.items, plan.counts.known) == (2, 2, 0)
    assert plan.counts.newest == date(2026, 7, 16)
    assert (plan.quiet, plan.dead, plan.error) == ({}, (), None)


def test_what_the_source_showed_before_is_not_new(planned):
    _, found = planned(entry(1), entry(2))
    first, second = found.items
    seen = replace(NOTHING, entries={first.id: first.revision, second.id: "older"})
    plan, _ = planned(entry(1), entry(2), seen=seen)
    assert [each.item_id for each in plan.candidates] == [second.id]
    assert plan.counts.known == 2


def test_a_piece_whose_page_another_source_has_shown_is_not_asked_for_again(planned):
    _, found = planned(entry(1), text="page")
    (item,) = found.items
    seen = replace(NOTHING, published={item.id: "with its page"})
    plan, _ = planned(entry(1), seen=seen, text="page")
    assert (plan.candidates, plan.quiet) == ([], {item.id: item.revision})
    plan, _ = planned(entry(1), seen=replace(seen, attempts={item.id: 2}), text="page")
    assert [(each.wants_page, each.failed, each.keeps) for each in plan.candidates] == [(True, 2, False)]


def test_pages_that_are_due_come_with_the_document(planned):
    kept = Pending("a" * 20, "s", "url:bao.vn/x", entry(9).model_dump_json(), 3, AT, "timeout")
    plan, found = planned(entry(1), seen=replace(NOTHING, due=(kept,)))
    assert [(each.item_id, each.shown != "", each.failed) for each in plan.candidates] == [
        (found.items[0].id, True, 0),
        ("a" * 20, False, 3),
    ]


def test_earlier_days_are_left_out_of_a_backfill(planned):
    plan, found = planned(entry(1, 10), entry(2, 12), since=date(2026, 7, 11))
    assert [each.item_id for each in plan.candidates] == [found.items[1].id]
    assert set(plan.document.items) == {item.id for item in found.items}
    assert plan.counts.newest == date(2026, 7, 12)


def test_the_oldest_pages_are_left_for_another_night(planned, monkeypatch):
    monkeypatch.setattr("producers.diff.MOST_PAGES", 2)
    plan, _ = planned(*(entry(n, 10 + n) for n in range(4)), text="page")
    assert sorted(each.entry.title for each in plan.candidates) == ["Tin 2", "Tin 3"]
    assert plan.counts.left == 2
    plan, _ = planned(*(entry(n, 10 + n) for n in range(4)), text="page", since=date(2026, 7, 1))
    assert (len(plan.candidates), plan.counts.left) == (4, 0)


def test_an_entry_that_is_no_item_is_reported_once(planned):
    nameless = Entry(title="Không địa chỉ")
    plan, found = planned(nameless)
    assert [each.reason for each in plan.dead] == ["no-identity"]
    assert plan.hints == {("dead", name): "no-identity" for name in dead_names(found)}
    plan, _ = planned(nameless, seen=replace(NOTHING, reported=dead_names(found)))
    assert (plan.dead, plan.counts.rejected) == ((), 1)


def test_one_revision_is_published_once(planned):
    _, found = planned(entry(1), entry(2))
    first, second = found.items
    assert unpublished(found.items, {first.id: first.revision, second.id: "older"}) == (second,)


def test_counts_add_up():
    one = Counts(entries=2, new=1, rest_seconds=3.0, newest=date(2026, 7, 1))
    other = Counts(entries=3, left=4, rest_seconds=1.0, newest=date(2026, 7, 2))
    assert one + other == Counts(entries=5, new=1, left=4, rest_seconds=3.0, newest=date(2026, 7, 2))
    assert sum([one, other], Counts()) == one + other
    assert one + Counts() == one
