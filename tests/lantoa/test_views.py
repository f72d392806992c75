"""What pages and commands read through the views is what the database holds."""

from datetime import UTC, date, datetime, timedelta

import pytest

from config.catalogue import load_catalogue
from config.errors import UsageError
from lantoa.commands import accounts
from lantoa.commands.correcting import make_correction
from lantoa.views.review_cases import MOST_OF_SENTENCE, InContext, review_cases, surrounded
from models.counting.period import parse_period
from models.database import reading
from models.messages.activity import Activity
from models.messages.mention import Mention
from models.queries.cell_lists import Selection, activities_in, activity_sums, items_by_day, units_in
from models.queries.correctable_items import reached_cells
from models.queries.listed_accounts import is_any_enabled, listed_accounts, newest_audited
from models.queries.listed_corrections import find_correction, listed_corrections
from models.queries.newest_items import newest_seen
from models.queries.paging import Sorting
from models.queries.stored_clippings import clippings_in, find_clipping
from models.queries.stored_evidence import evidence
from models.queries.waiting_cases import waiting_cases
from models.store.batch_writer import Writer
from producers.clipping import Clipping
from stream_apps.activity_classifier import ActivityClassifier
from stream_apps.classify import Classifier

YEAR = parse_period("2024")


def correct(engine, programme, *corrections):
    Writer(engine, programme, load_catalogue()).write(list(corrections), 0)


def test_of_several_corrections_the_later_one_is_in_force(engine, programme, write):
    item = write(title="Hậu Giang thực hiện Nghị quyết 42-NQ/TW")
    now = datetime(2024, 12, 31, tzinfo=UTC)
    first, second, third = (
        make_correction(item, "lan", "xem lại", form=form).model_copy(
            update={"made_at": now + timedelta(minutes=minute)}
        )
        for minute, form in enumerate(("photo", "video", "brief"))
    )
    later = {"made_at": now + timedelta(hours=1)}
    withdrawal = make_correction(item, "lan", "nhầm", withdraws=third.id).model_copy(update=later)
    correct(engine, programme, first, second, third, withdrawal)
    with reading(engine) as connection:
        listed = listed_corrections(connection, programme, None)
        assert listed_corrections(connection, programme, "none") == []
        found = find_correction(connection, second.id)
        assert find_correction(connection, "none") is None
    assert [(each.correction.id, each.status) for each in listed] == [
        (first.id, "overridden"),
        (second.id, "in force"),
        (third.id, "withdrawn"),
        (withdrawal.id, "in force"),
    ]
    assert {each.title for each in listed} == {"Hậu Giang thực hiện Nghị quyết 42-NQ/TW"}
    assert (found.item, found.fields, found.withdraws) == (item, {"form": "video"}, None)


@pytest.mark.parametrize(
    "fields",
    [{"channel": "local_press"}, {"resolutions": ("NQ-29-TW-XIII",)}, {"in_scope": False}],
    ids=["channel", "resolutions", "scope"],
)
def test_the_cells_that_are_expected_are_those_in_which_the_item_is_afterwards(
    engine, programme, write, fields
):
    item = write(title="Hậu Giang thực hiện Nghị quyết 42-NQ/TW")
    correction = make_correction(item, "lan", "xem lại", **fields)
    with reading(engine) as connection:
        before = set(evidence(connection, item)["cells"])
        expected = reached_cells(connection, programme, load_catalogue().plenums, correction)
    correct(engine, programme, correction)
    with reading(engine) as connection:
        after = set(evidence(connection, item)["cells"])
    assert expected.after == after != before == expected.before


def test_a_case_has_its_words_in_their_sentence_and_what_they_may_mean(engine, programme, write):
    item = write(
        title="Hậu Giang học tập", text="Chiều qua, đoàn quán triệt Nghị quyết số 18-NQ/TW cho cán bộ."
    )
    with reading(engine) as connection:
        (case,) = review_cases(connection, waiting_cases(connection, programme, YEAR))
    assert case.item == item
    assert list(case.words) == [
        InContext("Chiều qua, đoàn quán triệt ", "Nghị quyết số 18-NQ/TW", " cho cán bộ.")
    ]
    assert set(case.candidates) == {"NQ-18-TW-XII", "NQ-18-TW-XIII"}
    assert (case.choose_one, list(case.linked), case.alike) == (True, [], 0)
    assert case.first_seen is not None


NAMED = "Nghị quyết số 18-NQ/TW"
LONG = "Đoàn công tác của tỉnh " + "và các xã, phường " * 15
SHORT = "Câu ngắn. "


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{NAMED}.", ("", ".")),
        (f"{LONG}học tập {NAMED} cho cán bộ.", (f"{LONG}học tập ", " cho cán bộ.")),
        (
            f"{SHORT}{LONG}học tập {NAMED} về bộ máy. Hết rồi. {SHORT}",
            (f"…{LONG}học tập ", " về bộ máy.…"),
        ),
        (
            f"{SHORT * 20}Tại TP. Vị Thanh, PGS. An nói về {NAMED}. {SHORT * 20}",
            ("Tại TP. Vị Thanh, PGS. An nói về ", ". Câu ngắn."),
        ),
        ("a " * 500 + NAMED + " b" * 500, ("…a a", "b b…")),
    ],
    ids=["alone", "long", "between", "abbreviated", "endless"],
)
def test_a_sentence_is_not_cut_where_it_matters(text, shown):
    start = text.index(NAMED)
    mention = Mention(
        surface=NAMED,
        start=start,
        end=start + len(NAMED),
        zone="body",
        resolution=None,
        symbol="18-NQ/TW",
        family="party",
        status="ambiguous",
        rule="number",
        candidates=("NQ-18-TW-XII", "NQ-18-TW-XIII"),
        because="nothing decides between them",
    )
    found = surrounded(text, mention)
    before, after = shown
    assert before in found.before
    assert after in found.after
    assert len(found.before) <= MOST_OF_SENTENCE + 1
    assert len(found.after) <= MOST_OF_SENTENCE + 1


def test_a_clipping_is_found_as_it_was_entered(engine, programme, write):
    write(day="2024-05-02")
    outlet, printed = programme.outlets["nhandan"], date(2024, 5, 3)
    clipping = Clipping(outlet, printed, "trang 3", "Hậu Giang học tập", "Nghị quyết 42-NQ/TW")
    item = clipping.item(programme.timezone, datetime(2024, 5, 4, tzinfo=UTC))
    Writer(engine, programme, load_catalogue()).write([Classifier(programme).classify_item(item)], 0)
    with reading(engine) as connection:
        found = find_clipping(connection, item.id)
        listed = clippings_in(connection, programme, YEAR, "")
        assert find_clipping(connection, "none") is None
    assert (found.printed, found.page, found.title, found.text) == (
        "2024-05-03",
        "3",
        "Hậu Giang học tập",
        "Nghị quyết 42-NQ/TW",
    )
    assert (found.revision, found.outlet, found.scans) == (item.revision, "nhandan", ())
    assert (listed.count, [row.id for row in listed.rows]) == (1, [item.id])


def test_days_with_items_and_the_newest_of_them(engine, programme, write):
    with reading(engine) as connection:
        assert newest_seen(connection, programme) is None
    for day in ("2024-05-02", "2024-05-02", "2024-08-10", "2023-01-01"):
        write(title="Hậu Giang học tập Nghị quyết 42-NQ/TW", day=day)
    with reading(engine) as connection:
        assert items_by_day(connection, programme, YEAR) == {date(2024, 5, 2): 2, date(2024, 8, 10): 1}
        assert newest_seen(connection, programme) == datetime(2024, 12, 31, tzinfo=UTC)


def test_activities_are_narrowed_and_summed_alike(engine, programme):
    classifier, writer = ActivityClassifier(programme), Writer(engine, programme, load_catalogue())
    shared = {"kind": "oral_session", "date": "2024-05-02", "reported_at": "2024-12-31T00:00:00Z", "revision": "r1"}  # fmt: skip
    stated = [
        {"id": "a", "identity": "id:a", "unit": "Xã B", "participants": 40, "invited": 50},
        {"id": "b", "identity": "id:b", "unit": "Xã A", "participants": 7},
    ]
    writer.write([classifier.read_message(Activity(**shared | each)) for each in stated], 0)
    with reading(engine) as connection:
        everything = activities_in(connection, Selection(programme, YEAR), Sorting("unit"))
        invited = activities_in(connection, Selection(programme, YEAR, invited=True))
        sums = [activity_sums(connection, Selection(programme, YEAR, invited=only)) for only in (False, True)]
        units = units_in(connection, programme, YEAR)
    assert [row.id for row in everything.rows] == ["b", "a"]
    assert [row.id for row in invited.rows] == ["a"]
    assert [(each.participants, each.attended) for each in sums] == [(47, 40), (40, 40)]
    assert units == ["Xã A", "Xã B"]


def test_accounts_are_listed_with_what_opens_them_and_every_change_is_in_the_audit(engine):
    accounts.add_account(engine, "minh", "reader", "một câu dễ nhớ", by="chủ")
    accounts.add_account(engine, "lan", "liaison", None, by="chủ")
    accounts.issue_token(engine, "lan", "bảng của Sở", "reader", by="chủ")
    accounts.change_account(engine, "minh", "role", by="chủ", role="administrator")
    for name, refused in (("lan", accounts.add_account), ("ai", accounts.revoke_account)):
        with pytest.raises(UsageError, match=name):
            refused(engine, name, *(("reader", None) if name == "lan" else ()), by="chủ")
    with reading(engine) as connection:
        found = listed_accounts(connection)
        audited = newest_audited(connection, None)
        assert newest_audited(connection, 1) == audited[:1]
        assert is_any_enabled(connection)
    assert [(each.name, each.role, each.tokens) for each in found] == [
        ("lan", "liaison", 1),
        ("minh", "administrator", 0),
    ]
    assert [(each.event, each.subject, each.before, each.after) for each in reversed(audited)] == [
        ("account-added", "minh", None, {"role": "reader", "password": True}),
        ("account-added", "lan", None, {"role": "liaison", "password": False}),
        ("account-token", "lan", None, {"label": "bảng của Sở", "role": "reader"}),
        ("account-role", "minh", {"role": "reader"}, {"role": "administrator"}),
    ]
    for name in ("lan", "minh"):
        accounts.change_account(engine, name, "disable", by="chủ", disabled=True)
    with reading(engine) as connection:
        assert not is_any_enabled(connection)
        assert [each.tokens for each in listed_accounts(connection)] == [0, 0]
