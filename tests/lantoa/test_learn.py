"""`lantoa learn`: what standing corrections teach, written once and shown before anything changes."""

import os
import stat
from datetime import UTC, datetime, timedelta

import pytest

from config.catalogue import load_catalogue
from config.errors import CatalogueError, ConfigError, UsageError
from config.learned import Learned, read_learned
from config.programme import load_programme
from config.settings import SHIPPED_PROGRAMME
from lantoa.commands.alias_change import catalogue_with
from lantoa.commands.learning import count, keep, own_catalogue, with_counts
from lantoa.commands.reclassifying import Reclassifying
from models.messages.correction import Correction
from models.messages.item import Item
from models.store.batch_writer import Writer
from stream_apps.classify import Classifier
from tests.command import run_lantoa

NOON = datetime(2024, 12, 31, 12, tzinfo=UTC)
BARE = "Chi bộ ấp ở Hậu Giang học tập Nghị quyết 29, ba trăm đảng viên tham dự."
RIGHT, OTHER = "NQ-29-TW-XIII", "NQ-29-TW-XI"
OUTLETS = """
- id: nhandan
  name: Báo Nhân Dân
  level: central
  medium: newspaper
  sources: [{id: nhandan-feed, kind: feed, url: "https://nhandan.vn/rss"}]
"""


class Desk:
    """An office with a folder of its own: items come, a human decides."""

    def __init__(self, folder, engine):
        self.folder, self.engine = folder, engine
        folder.mkdir()
        (folder / "programme.yaml").write_text("id: thu\nname: Tỉnh thử\nplaces: [Hậu Giang]\n", "utf-8")
        (folder / "outlets.yaml").write_text(OUTLETS, "utf-8")
        self.programme = load_programme(folder)
        self.catalogue = load_catalogue()
        self.classifier = Classifier(self.programme, self.catalogue)
        self.writer = Writer(engine, self.programme, self.catalogue)
        self.made = 0

    def publish(self, text=BARE, day="2024-05-14"):
        self.made += 1
        name = f"bài-{self.made:02}"
        item = Item.stored(
            id=name, identity=f"url:{name}", revision="r1", outlet="nhandan", source="nhandan-feed",
            url=f"https://nhandan.vn/{name}", title="Hậu Giang học tập", text=text,
            claimed=f"{day}T02:00:00Z", date_text=day, fetched_at=NOON,
        )  # fmt: skip
        self.writer.write([self.classifier.classify_item(item)], 0)
        return name

    def correct(self, item, *resolutions, **stated):
        self.made += 1
        fields = stated or {"resolutions": resolutions}
        correction = Correction(
            id=f"c{self.made}", item=item, made_at=NOON + timedelta(minutes=self.made), by="Lan", because="x", **fields
        )  # fmt: skip
        self.writer.write([correction], 0)
        return correction.id

    def publish_corrected(self, *resolutions, times=1, **stated):
        return [self.correct(self.publish(**stated), *resolutions) for _ in range(times)]

    def count(self):
        with self.engine.connect() as connection:
            return count(connection, self.programme, own_catalogue(self.programme), lambda _n: None)

    @property
    def file(self):
        return self.folder / "learned.json"


@pytest.fixture
def desk(tmp_path, engine):
    return Desk(tmp_path / "chương trình", engine)


@pytest.fixture
def lantoa(desk, settings, tmp_path):
    def run(*arguments, status=0, **environment):
        ran = run_lantoa(
            *arguments,
            environment=os.environ
            | {
                "LANTOA_PROGRAMME": str(desk.folder),
                "LANTOA_DATA_DIR": str(tmp_path / "data"),
                "LANTOA_DATABASE_URL": settings.database,
                "LANGUAGE": "en",
                "LC_ALL": "C.UTF-8",
                "COLUMNS": "250",
            }
            | environment,
        )
        assert ran.returncode == status, ran.stderr
        assert "Traceback" not in ran.stderr
        return ran

    return run


def test_the_standing_decision_of_each_item_counts_once(desk):
    desk.publish_corrected(RIGHT, times=2)
    desk.publish_corrected(day="2023-12-30")
    (withdrawn,) = desk.publish_corrected(OTHER)
    desk.correct("bài-07", withdraws=withdrawn)
    changed = desk.publish()
    desk.correct(changed, OTHER)
    desk.correct(changed, RIGHT)
    first, copy = desk.publish(), desk.publish()
    for item in (first, copy):
        desk.correct(item, RIGHT)
    desk.correct(copy, same_as=first)
    desk.correct(desk.publish(), channel="radio")  # says nothing of documents
    desk.publish()
    found = desk.count()
    assert found.habits == {"NQ 29": {RIGHT: {4048: 4.0}, "": {4047: 1.0}}}
    assert (found.corrections, found.subjects) == (5, {})


def test_the_day_that_a_human_said_is_the_one_that_counts(desk):
    item = desk.publish()
    desk.correct(item, RIGHT)
    desk.correct(item, published="2023-03-01")
    assert desk.count().habits == {"NQ 29": {RIGHT: {4046: 1.0}}}


def test_what_a_document_s_plenum_is_called_by_counts_for_the_plenum(desk):
    desk.publish_corrected("NQ-42-TW-XIII", text="Hậu Giang học tập Nghị quyết Trung ương 8 cho đảng viên.")
    assert desk.count().habits == {"TW 8": {"TW-8-XIII": {4048: 1.0}}}


def test_equal_corrections_give_equal_bytes_and_what_was_learned_plays_no_part(desk):
    desk.publish_corrected(RIGHT, times=3)
    first = desk.count()
    keep(desk.folder, first)
    assert desk.count().text == first.text == desk.file.read_text("utf-8")
    assert load_catalogue(*desk.programme.resolutions).version == with_counts(desk.catalogue, first).version


def test_the_preview_is_what_is_then_decided_and_forgetting_returns(desk):
    waiting = desk.publish()
    desk.publish_corrected(RIGHT, times=12)

    def plan():
        catalogue = load_catalogue(*desk.programme.resolutions)
        return Reclassifying(desk.engine, desk.programme, catalogue).plan(lambda _n: None)

    assert plan().items == []
    keep(desk.folder, desk.count())
    changes = {change.id: change for change in plan().items}
    assert changes[waiting].before.waiting is True
    after = changes[waiting].after
    assert (after.waiting, after.resolutions) == (False, (RIGHT, "TW-6-XIII"))
    keep(desk.folder, None)
    assert plan().items == []


def test_a_short_name_is_previewed_with_what_was_learned(desk):
    desk.publish_corrected(RIGHT, times=2)
    keep(desk.folder, desk.count())
    before = load_catalogue(*desk.programme.resolutions)
    assert catalogue_with(None, *desk.programme.learned).version == before.version
    text = "- {use: NQ-42-TW-XIII, aliases: [Nghị quyết an sinh]}\n"
    assert catalogue_with(text, *desk.programme.learned).learned == before.learned
    desk.file.write_text("{", "utf-8")
    with pytest.raises(CatalogueError, match=r"learned\.json:1: not JSON"):
        catalogue_with(text, *desk.programme.learned)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_is_shown_written_said_again_and_forgotten(desk, lantoa):
    waiting = desk.publish()
    desk.publish_corrected(RIGHT, times=11)
    desk.publish_corrected(OTHER)
    tried = lantoa("learn", "--dry-run")
    assert not desk.file.exists()
    assert "12 corrected items" in tried.stderr
    (counted,) = [line.split() for line in tried.stdout.splitlines() if RIGHT in line and "NQ 29" in line]
    assert counted == ["NQ", "29", RIGHT, "11"]
    (decided,) = [line for line in tried.stdout.splitlines() if waiting in line and "resolutions" in line]
    assert f"{RIGHT}, TW-6-XIII" in decided
    wrote = lantoa("learn")
    assert wrote.stdout == tried.stdout
    assert "reclassify --apply" in wrote.stderr
    assert read_learned(desk.file) == desk.count()
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o600
    assert [path.name for path in desk.folder.glob(".*")] == []
    content, written_at = desk.file.read_bytes(), desk.file.stat().st_mtime_ns
    again = lantoa("learn")
    assert "The counts are those of before." in again.stderr
    assert (desk.file.read_bytes(), desk.file.stat().st_mtime_ns) == (content, written_at)
    gone = lantoa("learn", "--forget")
    assert not desk.file.exists()
    assert ["NQ", "29", RIGHT, "11"] in [line.split() for line in gone.stdout.splitlines()]
    assert "nothing was learned yet" in lantoa("learn", "--forget").stderr


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_corrections_nothing_is_written(desk, lantoa):
    desk.publish()
    assert "there is nothing to learn" in lantoa("learn").stderr
    desk.publish_corrected("NQ-42-TW-XIII", text="Hậu Giang trồng thêm ba trăm héc-ta khóm.")
    assert "1 corrected items were read" in lantoa("learn").stderr
    assert not desk.file.exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_damaged_file_is_said_and_counted_anew(desk, lantoa):
    desk.publish_corrected(RIGHT, times=2)
    desk.file.write_text('{"format": 1, "habits":', "utf-8")
    said = lantoa("reclassify", status=2).stderr
    assert f"{desk.file}:1: not JSON" in said
    assert "`lantoa learn` counts it anew" in said
    assert f"{desk.file}:1: not JSON" in lantoa("learn").stderr
    assert read_learned(desk.file) == desk.count()
    desk.file.write_text("\x00", "utf-8")
    lantoa("learn", "--forget")
    assert not desk.file.exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_shipped_programme_is_not_written_to(desk, lantoa):
    desk.publish_corrected(RIGHT, times=2)
    ran = lantoa("learn", status=2, LANTOA_PROGRAMME=str(SHIPPED_PROGRAMME))
    assert "LANTOA_PROGRAMME" in ran.stderr
    assert not (SHIPPED_PROGRAMME / "learned.json").exists()
    empty = Learned(format=1, corrections=0, habits={}, subjects={})
    with pytest.raises(UsageError, match="LANTOA_PROGRAMME"):
        keep(SHIPPED_PROGRAMME, empty)


def test_what_cannot_be_written_leaves_what_was_there(tmp_path):
    (tmp_path / "learned.json").mkdir()
    counted = Learned(format=1, corrections=1, habits={}, subjects={})
    with pytest.raises(ConfigError, match="cannot be written"):
        keep(tmp_path, counted)
    assert [path.name for path in tmp_path.iterdir()] == ["learned.json"]
