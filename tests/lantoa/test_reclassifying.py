"""What a preview says is what the stream then does, to the last cell; and the way back leads back."""

from datetime import UTC, date, datetime

import pytest

from config.catalogue import load_catalogue
from config.programme import Place
from lantoa.commands.reclassifying import Reclassifying
from models.messages.activity import Activity
from models.messages.item import Item
from models.queries.recount import recount
from models.queries.tally import cell_figures, of_cell
from models.store.batch_writer import Writer
from stream_apps.activity_classifier import ActivityClassifier
from stream_apps.classify import Classifier

BODY = "Nghị quyết số 42-NQ/TW của Ban Chấp hành Trung ương về chính sách xã hội được quán triệt tại"


def piece(name, where, outlet="nhandan", **stated):
    return Item(
        **{
            "id": name,
            "identity": f"article:{name}",
            "revision": "r1",
            "outlet": outlet,
            "source": f"{outlet}-home",
            "url": f"https://nhandan.vn/{name}",
            "title": f"Tin {name}",
            "text": f"{BODY} {where}.",
            "claimed": datetime(2024, 5, 9, tzinfo=UTC),
            "fetched_at": datetime(2024, 5, 10, tzinfo=UTC),
            "categories": ("Chuyên mục: Xây dựng Đảng",),
        }
        | stated
    )


def cells(engine):
    with engine.connect() as connection:
        rows = connection.execute(cell_figures()).mappings().all()
    return {row["key"]: of_cell(row) for row in rows}


def with_places(programme, *names):
    office = programme.office.model_copy(update={"places": tuple(Place(name=name) for name in names)})
    return programme.model_copy(update={"office": office})


@pytest.fixture
def written(engine, hau_giang):
    catalogue = load_catalogue()
    classifier = Classifier(hau_giang, catalogue)
    items = [piece("a", "thành phố Vị Thanh"), piece("b", "tỉnh Hậu Giang"), piece("c", "tỉnh Cà Mau")]
    Writer(engine, hau_giang, catalogue).write([classifier.classify_item(item) for item in items], 0)
    return engine


def test_nothing_changes_when_nothing_was_changed(written, hau_giang):
    plan = Reclassifying(written, hau_giang, load_catalogue()).plan(lambda _n: None)
    assert (plan.classified, plan.items, plan.cells) == ([], [], {})


def test_preview_and_result_agree_and_undo_returns(written, hau_giang):
    first = cells(written)
    moved = with_places(hau_giang, "Vị Thanh", "Cà Mau")
    catalogue = load_catalogue()
    work = Reclassifying(written, moved, catalogue)
    plan = work.plan(lambda _n: None)
    assert {change.id: change.effect for change in plan.items} == {"b": "lost", "c": "gained"}
    assert cells(written) == first  # a preview changes nothing
    writer = Writer(written, moved, catalogue)
    writer.write(plan.classified, 0)
    second = cells(written)
    assert second == first | {k: after for k, (_, after) in plan.cells.items() if after}
    assert all(first.get(k) == before for k, (before, _) in plan.cells.items())
    back = work.undo()
    writer.write(back.classified, 0)
    assert cells(written) == first
    assert {change.id: change.effect for change in back.items} == {"b": "gained", "c": "lost"}
    with written.connect() as connection:
        assert recount(connection, hau_giang).differences == ()


def test_undoing_twice_is_doing_it_again(written, hau_giang):
    moved = with_places(hau_giang, "Cà Mau")
    work, writer = Reclassifying(written, moved, load_catalogue()), Writer(written, moved, load_catalogue())
    ends = []
    for plan in (work.plan, lambda _: work.undo(), lambda _: work.undo()):
        writer.write(plan(lambda _n: None).classified, 0)
        ends.append(cells(written))
    assert ends[0] == ends[2] != ends[1]


def test_of_two_changes_the_last_one_is_undone(written, hau_giang):
    ends = []
    for names in (("Vị Thanh", "Cà Mau"), ("Cà Mau",)):
        moved = with_places(hau_giang, *names)
        work, writer = (
            Reclassifying(written, moved, load_catalogue()),
            Writer(written, moved, load_catalogue()),
        )
        writer.write(work.plan(lambda _n: None).classified, 0)
        ends.append(cells(written))
    back = work.undo()
    assert {change.id: change.effect for change in back.items} == {"a": "gained"}
    writer.write(back.classified, 0)
    assert cells(written) == ends[0] != ends[1]


def test_what_activities_say_is_read_again_and_returned_whatever_the_workers_know(
    written, hau_giang, tmp_path
):
    """The workers still read by the files of before: what was previewed travels, and stands."""
    old = load_catalogue()
    (tmp_path / "resolutions.yaml").write_text(
        "- {use: NQ-42-TW-XIII, aliases: [Nghị quyết an sinh]}", "utf-8"
    )
    new = load_catalogue(tmp_path / "resolutions.yaml")
    activity = Activity(
        id="x",
        identity="id:x",
        revision="r1",
        reported_at=datetime(2024, 12, 1, tzinfo=UTC),
        kind="oral_session",
        date=date(2024, 5, 9),
        unit="Huyện ủy",
        resolutions=("Nghị quyết an sinh",),
        participants=40,
    )
    reader, writer = ActivityClassifier(hau_giang, old), Writer(written, hau_giang, old)
    writer.write([reader.read_message(activity)], 0)
    first = cells(written)
    assert not [key for key, row in first.items() if "NQ-42" in key and row["activities"]]
    work = Reclassifying(written, hau_giang, new)
    plan = work.plan(lambda _n: None)
    sent = [each.activity.encode() for each in plan.activities]
    writer.write([reader.read(value) for value in sent], 0)
    second = cells(written)
    told = first | {key: after for key, (_, after) in plan.cells.items()}
    assert second == {key: row for key, row in told.items() if row}
    assert [key for key, row in second.items() if "NQ-42" in key and row["activities"]]
    writer.write([reader.read_message(activity)], 0)  # late, and once more
    assert cells(written) == second
    assert work.plan(lambda _n: None).activities == []
    writer.write([reader.read(each.activity.encode()) for each in work.undo().activities], 0)
    assert cells(written) == first
    with written.connect() as connection:
        assert recount(connection, hau_giang).differences == ()


def test_a_redelivered_older_decision_changes_nothing(written, hau_giang):
    catalogue = load_catalogue()
    moved = with_places(hau_giang, "Cà Mau")
    plan = Reclassifying(written, moved, catalogue).plan(lambda _n: None)
    writer = Writer(written, moved, catalogue)
    writer.write(plan.classified, 0)
    after = cells(written)
    old = Classifier(hau_giang, catalogue)
    writer.write([old.classify_item(piece("c", "tỉnh Cà Mau"))], 0)
    assert cells(written) == after
