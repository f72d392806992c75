"""What can hardly be so: each reason, and what is beside it and right."""

from datetime import UTC, datetime

import pytest

from config.catalogue import load_catalogue
from lantoa.commands.implausible import PlausibilityCheck, named_documents
from lantoa.commands.importing import plausibility_check
from models.database import reading
from models.messages.activity import Activity
from models.store.batch_writer import Writer
from stream_apps.activity_classifier import ActivityClassifier

NOW = datetime(2026, 11, 29, 17, 30, tzinfo=UTC)  # the 30th in Vietnam
FUTURE, INVITED, LACKS, FAR = "future-day", "more-than-invited", "not-in-the-catalogue", "far-from-usual"


def activity(name="a", **more):
    stated = {
        "kind": "conference",
        "date": "2026-11-02",
        "unit": "Tỉnh ủy",
        "reported_at": "2026-11-29T00:00:00Z",
    }
    return Activity(**{"id": name, "identity": f"id:{name}", "revision": "r1"} | stated | more)


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture
def doubted(engine, programme):
    """`doubted(activity, …)`: (id, reason, field) of each doubt, in order."""

    def look(*activities, now=NOW):
        with reading(engine) as connection:
            found = plausibility_check(programme, now).examine(connection, activities).doubts
        return [(each, doubt.reason, doubt.field) for each, doubts in found.items() for doubt in doubts]

    return look


@pytest.fixture
def recorded(engine, programme):
    def record(*activities):
        reader = ActivityClassifier(programme)
        writer = Writer(engine, programme, load_catalogue())
        writer.write([reader.read_message(each) for each in activities], 0)

    return record


ALONE = [
    ({"date": "2026-11-30"}, []),
    ({"date": "2026-12-01"}, [(FUTURE, "date")]),
    ({"date": "2027-11-05", "participants": 200, "invited": 100}, [(FUTURE, "date"), (INVITED, "participants")]),
    ({"participants": 100, "invited": 100}, []),
    ({"participants": 1, "invited": 0}, [(INVITED, "participants")]),
    ({"participants": 200}, []),
    ({"sessions": 0, "date": "2027-01-01"}, []),
    ({"sessions": 0, "participants": 9, "invited": 8}, [(INVITED, "participants")]),
    ({"resolutions": ("57-NQ/TW",)}, []),
    ({"resolutions": ("NQ-57-TW-XIII",)}, []),
    ({"resolutions": ("Nghị quyết Trung ương 8 khóa XIII",)}, []),
    ({"resolutions": ("nghị quyết của Đảng",)}, []),
    ({"resolutions": ("không",)}, []),
    ({"resolutions": ("27-NQ/TW",)}, []),  # waits for a decision, which is told elsewhere
    ({"resolutions": ("999-NQ/TW",)}, [(LACKS, "resolutions")]),
    ({"resolutions": ("57-NQ/TW", "Chỉ thị 99-CT/TW")}, [(LACKS, "resolutions")]),
    ({"resolutions": ("Nghị quyết 57-NQ/TW và 999-NQ/TW",)}, [(LACKS, "resolutions")]),
    ({"resolutions": ("999",)}, [(LACKS, "resolutions")]),
    ({"resolutions": ("57-NQ/TW",), "date": "2024-05-02"}, [(LACKS, "resolutions")]),  # seven months too early
    ({"title": "Quán triệt Nghị quyết 999-NQ/TW"}, [(LACKS, "title")]),
    ({"title": "Quán triệt Nghị quyết 15-NQ/TU của Tỉnh ủy"}, []),
    ({"title": "Quán triệt 999-NQ/TW", "resolutions": ("TW-8-XIII",)}, []),
]  # fmt: skip


@pytest.mark.slow
def test_one_row_alone(doubted):
    for more, expected in ALONE:
        found = [(reason, name) for _id, reason, name in doubted(activity(**more))]
        assert found == expected, more


@pytest.mark.parametrize("name", ["sessions", "points", "participants", "invited"])
def test_a_number_is_measured_by_what_the_unit_reported_before(doubted, recorded, name):
    def row(number, value, **more):
        return activity(f"{number:02}", **{"sessions": 1, name: value} | more)

    usual = [row(n, value) for n, value in enumerate((8, 9, 10, 11, 12))]
    recorded(*usual[:4])
    assert doubted(row(50, 5000)) == []  # four say nothing
    recorded(usual[4])
    assert doubted(row(50, 100)) == []
    assert doubted(row(50, 101)) == [("50", FAR, name)]
    assert doubted(row(50, 101, unit="TỈNH  ỦY")) == [("50", FAR, name)]
    assert doubted(row(50, 101, unit="Huyện ủy")) == []
    assert doubted(row(50, 101, kind="contest")) == []
    assert doubted(row(2, 5000, revision="r2")) == []  # it is not measured by itself, and four are left


def test_rows_above_measure_those_below_and_what_is_held_measures_nothing(doubted):
    rows = [
        activity(f"{n:02}", participants=value) for n, value in enumerate([10, 10, 10, 10, 10, 101, 101, 100])
    ]
    assert doubted(*rows) == [("05", FAR, "participants"), ("06", FAR, "participants")]
    assert doubted(*reversed(rows[:5]), rows[7]) == []


def test_a_changed_row_is_measured_by_recorded_rows_below_it(doubted, recorded):
    rows = [activity(f"{n:02}", participants=10) for n in range(6)]
    recorded(*rows)
    changed = rows[0].model_copy(update={"participants": 101, "revision": "r2"})
    assert doubted(changed, *rows[1:]) == [("00", FAR, "participants")]


def test_what_was_withdrawn_and_what_is_another_programmes_measures_nothing(doubted, recorded):
    nobody = [activity(f"{n:02}", sessions=0) for n in range(5)]
    theirs = [activity(f"t{n}", participants=1, programme="khac") for n in range(5)]
    recorded(*nobody, *theirs)
    assert doubted(activity("50", participants=5000)) == []


def test_what_was_recorded_once_is_not_doubted_again(doubted, recorded):
    wrong = activity("w", date="2027-01-01", participants=2, invited=1)
    assert len(doubted(wrong)) == 2
    recorded(wrong)
    recorded(activity("w", revision="r2", reported_at="2026-11-29T01:00:00Z"))
    assert doubted(wrong) == []
    assert doubted(wrong.model_copy(update={"revision": "r3"})) != []


def test_what_was_understood_of_each_row(programme, catalogue):
    reader = ActivityClassifier(programme, catalogue)
    stated = ("NQ-42-TW-XIII", "57-NQ/TW và 999-NQ/TW", "27-NQ/TW", "chuyển đổi số", "nghị quyết của Đảng")
    found = named_documents(reader.read_now(activity(resolutions=stated, date="2025-05-02")), catalogue)
    assert {"NQ-27-TW-X", "NQ-27-TW-XII", "NQ-27-TW-XIII"} == set(found[3].documents)
    assert [(each.words, () if each.is_open else each.documents, each.is_open) for each in found] == [
        ("NQ-42-TW-XIII", ("NQ-42-TW-XIII",), False),
        ("57-NQ/TW", ("NQ-57-TW-XIII",), False),
        ("999-NQ/TW", (), False),
        ("27-NQ/TW", (), True),
        ("chuyển đổi số", (), False),
    ]


def test_rows_that_say_the_same_are_read_once(programme, catalogue):
    asked = []

    def read_now(activities):
        asked.extend(activities)
        return [ActivityClassifier(programme, catalogue).read_now(each) for each in activities]

    check = PlausibilityCheck(programme, catalogue, read_now, NOW)
    found = list(check.read([activity(str(n), title="Nghị quyết 42-NQ/TW") for n in range(9)]))
    assert [each.activity.id for each in found] == [str(n) for n in range(9)]
    assert len(asked) == 1
