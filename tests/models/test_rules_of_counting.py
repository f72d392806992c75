"""Each rule of counting is one pure function: what it answers, without a database."""

import re
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

import pytest

from models.counting.activity_state import fold_activity
from models.counting.apply_corrections import StoredCorrection, apply_corrections
from models.counting.cell_deltas import activity_figures, item_deltas, outlets_in_rows
from models.counting.cells import Reported
from models.counting.classification_history import NOWHERE, ClassificationHistory, Position
from models.counting.date_and_period import date_and_period
from models.counting.item_state import counted, fold_item
from models.counting.merges import settle_merges
from models.counting.resolution_rows import resolutions_in_rows
from models.counting.stored_activity import ReadActivity
from models.counting.stories.components import stories
from models.messages.activity import Activity

DOCUMENT = Path(__file__).parents[2] / "docs" / "counting.md"
RULE = re.compile(r"^\| ([A-Z][\w ]+) \| `(\w+)`[^|]*\| `([\w/]+)\.py` \|$", re.M)
RULES = RULE.findall(DOCUMENT.read_text())
MAY = datetime(2024, 5, 9, 1, tzinfo=UTC)
NO_PLENUMS: dict[str, str] = {}


@pytest.fixture
def fold(hau_giang):
    """Folds messages at their positions into one item; gives it and what is not in force."""

    def fold(*messages, history=None):
        kept, item = history or ClassificationHistory(), None
        for message, position in messages:
            item = fold_item(item, message, position, hau_giang, NO_PLENUMS, kept)
        return item, kept

    return fold


@pytest.fixture
def item(fold, classified, hau_giang):
    """One item as it counts by these corrections, before merges."""

    def item(name, *corrections, **stated):
        folded, _ = fold((classified(name, **stated), NOWHERE))
        return folded.with_state(apply_corrections(folded, corrections, hau_giang, NO_PLENUMS))

    return item


def correction(number, **fields):
    made_at = datetime(2024, 6, number, tzinfo=UTC)
    withdraws = fields.pop("withdraws", None)
    return StoredCorrection(f"c{number}", "a", made_at, "cán bộ", "đọc lại", fields, withdraws)


def test_the_document_names_a_function_for_every_rule():
    rules = {"Revisions", "Date and period", "Stories", "Outlets", "Resolutions in rows", "Activities"}
    assert {rule for rule, _name, _path in RULES} == rules | {"Corrections"}


@pytest.mark.parametrize(("rule", "name", "path"), RULES)
def test_a_functions_docstring_names_its_rule(rule, name, path):
    function = getattr(import_module(path.replace("/", ".")), name)
    assert f"(counting.md, {rule}" in " ".join(function.__doc__.split())


def test_the_greatest_revision_counts_in_either_order(fold, classified):
    old, new = classified("a", "2024-05-09T01:00"), classified("a", "2024-05-10T01:00", revision="r0")
    for first, second in ((old, new), (new, old)):
        found, kept = fold((first, Position(1, 1)), (second, Position(2, 2)))
        assert (found.shown.revision, found.classification.revision) == ("r0", "r0")
        assert [each.revision for _, each in kept.to_write] == ["r1"]


def test_of_one_revision_the_first_classification_of_the_latest_generation_is_in_force(fold, classified):
    first, second = classified("a", form="brief"), classified("a", form="video")
    again = classified("a", form="audio").model_copy(update={"generation": 1})
    found, kept = fold((second, Position(2, 2)), (first, Position(1, 1)))
    assert (found.classification.values.form, kept.to_write) == ("brief", [])
    found, kept = fold((first, Position(1, 1)), (again, Position(5, 5)), (second, Position(2, 2)))
    assert found.classification.values.form == "audio"
    assert [each.values.form for _, each in kept.to_write] == ["brief"]


def test_a_repeated_message_gives_the_same_value(fold, classified, hau_giang):
    message = classified("a", resolutions=("NQ-42-TW-XIII",), ambiguous=True)
    found, kept = fold((message, Position(1, 1)))
    assert fold_item(found, message, Position(1, 1), hau_giang, NO_PLENUMS, kept) is found


def test_the_first_plausible_date_stays(classified):
    undated = classified("a", claimed=None, flag="date-missing").item
    late = classified("a", "2024-05-11T01:00", "2024-04-30T10:00", revision="r3").item
    first = classified("a", "2024-05-10T01:00", "2024-05-08T10:00", revision="r2").item
    date = date_and_period(None, undated, wins=True)
    assert (date.moment, date.date_flag) == (MAY, "date-missing")
    date = date_and_period(date, late, wins=True)
    assert (date.published, date.date_flag) == (late.claimed, None)
    date = date_and_period(date, first, wins=False)
    assert (date.published, date.first_seen) == (first.claimed, MAY)
    assert date_and_period(date, undated, wins=True) == date


def test_the_latest_correction_of_each_field_wins_whatever_arrives_first(item):
    corrections = [correction(3, form="video"), correction(1, form="audio", channel="radio")]
    for listed in (corrections, corrections[::-1]):
        state = item("a", *listed).counted
        assert (state.form, state.channel, state.corrected) == (
            "video",
            "radio",
            {"channel": "c1", "form": "c3"},
        )
    state = item("a", *corrections, correction(4, withdraws="c3")).counted
    assert (state.form, state.corrected["form"]) == ("audio", "c1")


def test_a_correction_of_the_documents_ends_the_waiting(item):
    waiting = item("a", ambiguous=True).counted
    assert (waiting.waiting, waiting.resolutions) == (True, ())
    state = item("a", correction(1, resolutions=["NQ-42-TW-XIII"]), ambiguous=True).counted
    assert (state.waiting, state.resolutions) == (False, ("NQ-42-TW-XIII",))


def test_a_corrected_day_needs_no_date(item):
    state = item("a", correction(1, published="2024-03-02"), claimed=None, flag="date-missing").counted
    assert (state.day, state.flagged) == (date(2024, 3, 2), False)


class Here:
    """Items in a dictionary, as a transaction holds them."""

    def __init__(self, *items):
        self.items = {item.id: item for item in items}

    def get(self, item_id):
        return self.items.get(item_id)

    def put(self, item):
        self.items[item.id] = item

    def pointing_to(self, ids):
        return {item.id for item in self.items.values() if item.counted.same_as in ids}


@pytest.mark.parametrize(
    ("same_as", "counting"),
    [
        ({"a": None, "b": "a"}, {"a"}),
        ({"a": "b", "b": "c", "c": None}, {"c"}),
        ({"a": "b", "b": "a"}, {"a"}),
        ({"a": "b", "b": "c", "c": "b"}, {"b"}),
        ({"a": "absent", "b": None}, {"a", "b"}),
        ({"a": "a", "b": None}, {"a", "b"}),
    ],
)
def test_of_merged_items_the_one_they_lead_to_counts(item, same_as, counting):
    made = [item(name, *([correction(1, same_as=of)] if of else [])) for name, of in same_as.items()]
    for changed in (made, made[::-1]):
        here = Here(*changed)
        settle_merges(here, {}, [each.id for each in changed])
        assert {each.id for each in here.items.values() if each.counted.counts} == counting


def test_the_counting_of_a_copy_returns_when_the_merge_is_withdrawn(item):
    target, copy = item("a"), item("b", correction(1, same_as="a"))
    here = Here(target, copy)
    settle_merges(here, {}, ["a", "b"])
    before = dict(here.items)
    withdrawn = item("b", correction(1, same_as="a"), correction(2, withdraws="c1"))
    here.put(withdrawn)
    settle_merges(here, before, ["b"])
    assert here.get("b").counted.counts


def test_a_story_is_named_by_its_least_item_and_one_that_is_alone_has_none():
    places = {"d": (1, 10), "b": (2, 12), "c": (1, 10), "a": (3, 12), "e": (1, 40)}
    assert stories(places, {(1, 2)}) == {"b": "b", "c": "b", "d": "b", "a": None, "e": None}


@pytest.mark.parametrize(
    ("resolutions", "waiting", "rows"),
    [
        (("NQ-42-TW-XIII", "TW-8-XIII"), False, ("NQ-42-TW-XIII", "TW-8-XIII")),
        (("NQ-42-TW-XIII",), True, ("NQ-42-TW-XIII",)),
        ((), True, ()),
        ((), False, (None,)),
    ],
)
def test_rows_by_resolution(resolutions, waiting, rows):
    assert resolutions_in_rows(resolutions, waiting=waiting) == rows


def test_an_outlet_leaves_a_cell_with_its_last_item(item):
    one, other = (counted(item(name)) for name in ("a", "b"))
    deltas = item_deltas([], [])
    for found, sign in ((one, 1), (other, 1), (one, -1)):
        outlets_in_rows(deltas.outlets, ["cell"], found, sign)
    assert deltas.outlets == {("cell", "nhandan"): 1}
    outlets_in_rows(deltas.outlets, ["cell"], other, -1)
    assert deltas.outlets == {("cell", "nhandan"): 0}


@pytest.mark.parametrize(
    ("participants", "invited", "attended"), [(9, 10, 9), (9, None, 0), (None, 10, 0), (None, None, 0)]
)
def test_attendance_is_of_the_reports_that_state_who_was_invited(participants, invited, attended):
    report = Reported("hau-giang", date(2024, 5, 9), "oral", (), False, 3, None, participants, invited)
    figures = activity_figures(report)
    assert (figures["activities"], figures["participants"]) == (3, participants or 0)
    assert (figures["invited_stated"], figures["points_stated"]) == (invited is not None, False)
    assert figures["attended"] == attended


def test_an_activity_is_folded_by_the_same_rule_of_revisions():
    reports = [
        Activity(
            id="h1",
            identity="id:h1",
            revision=f"r{day}",
            reported_at=datetime(2024, 6, day, tzinfo=UTC),
            kind="oral_session",
            date=date(2024, 5, 9),
            unit="Huyện ủy",
            sessions=day,
        )
        for day in (1, 2)
    ]
    for order in (reports, reports[::-1]):
        kept, found = ClassificationHistory(), None
        for report in order:
            read = ReadActivity(report, (), (), "1", "1")
            found = fold_activity(found, read, NOWHERE, "hau-giang", NO_PLENUMS, kept)
        assert (found.stated.revision, found.stated.sessions) == ("r2", 2)
        assert found.first_reported_at == reports[0].reported_at
        assert [each.revision for _, each in kept.to_write] == ["r1"]
