"""An empty database, built anew from the topics alone, holds what the first one holds."""

import pytest
from sqlalchemy import select

from lantoa.broker import start_broker
from lantoa.broker.admin import open_admin
from lantoa.commands.correcting import make_correction
from lantoa.commands.ingesting import ingest
from lantoa.runtime.consumer_lag import ends_of, wait_until_counted
from lantoa.runtime.services import open_runtime
from models.database import make_engine, migrate, reading
from models.messages.activity import Activity
from models.messages.topics import ACTIVITIES, CORRECTIONS, GROUP, ITEMS, ITEMS_CLASSIFIED
from models.sql import table_of
from models.tables.activities import ActivityPlace, ActivityResolution, ActivityRevision, ActivityRow
from models.tables.items import (
    CorrectionRow,
    ItemClassification,
    ItemPlace,
    ItemResolution,
    ItemRevision,
    ItemRow,
)
from models.tables.tallies import Cell, CellOutlet, CellStory
from producers.publish import open_publisher
from tests.end_to_end.conftest import Feeds, office_maker, programme_maker, runner_maker

pytestmark = pytest.mark.slow
COUNTED = (
    ItemRow, ItemRevision, ItemClassification, ItemResolution, ItemPlace, Cell, CellOutlet, CellStory, CorrectionRow,
    ActivityRow, ActivityRevision, ActivityResolution, ActivityPlace,
)  # fmt: skip
FEED = """<rss version="2.0"><channel><title>A</title>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>https://{o}.vn/{n}</link><description>{text}</description>
<pubDate>{day} May 2024 08:00:00 +0700</pubDate></item>"""
TEXT = " ".join(
    f"Đảng bộ tỉnh Hậu Giang học tập, quán triệt lần thứ {n}." for n in range(12)
)  # a story of its own


def silent(_anything):
    pass


def bodies(revised):
    """Two papers with the same texts; every third piece says another resolution once it is revised."""
    for outlet in ("o1", "o2"):
        items = "".join(
            ITEM.format(
                title=f"Bài {n}: Nghị quyết {27 + (n + revised * (n % 3 == 0)) % 3}-NQ/TW khóa XIII",
                o=outlet, n=n, day=10 + n % 9, text=f"{TEXT} Bài {n % 7}.",
            )
            for n in range(40)
        )  # fmt: skip
        yield f"/{outlet}.xml", FEED.format(items=items).encode()


def activities():
    for n in range(12):
        for revision in range(1 + n % 2):
            yield Activity(
                id=f"a{n}", identity=f"id:a{n}", revision=f"r{revision}", kind="oral_session", date="2024-05-20",
                reported_at=f"2024-06-0{revision + 1}T08:00:00Z", unit=f"Đảng ủy xã {n % 4}", place="Hậu Giang",
                title="Tuyên truyền Nghị quyết", resolutions=("NQ-29-TW-XIII",), sessions=3 + revision, participants=120 + n, invited=130 + n,
            )  # fmt: skip


@pytest.fixture(scope="module")
def lantoa(tmp_path_factory):
    """Runs `lantoa …` in an office of two papers."""
    place, feeds = tmp_path_factory.mktemp("replay"), Feeds()
    run = runner_maker(office_maker(place))(programme_maker(place, feeds)(["o1", "o2"]))
    run.feeds = feeds
    yield run
    feeds.stop()


@pytest.fixture(scope="module")
def counted(lantoa):
    """Items with revisions, activities with revisions, corrections and one withdrawn, rubbish between them."""
    programme, settings, feeds = lantoa.programme, lantoa.settings, lantoa.feeds
    engine = make_engine(settings)
    migrate(engine)
    with open_runtime(settings, silent) as running:
        for revised in (0, 1):
            feeds.bodies.update(bodies(revised))
            ingest(running, programme, None, on_result=silent, on_remaining=silent)
        with reading(engine) as connection:
            ids = sorted(connection.execute(select(table_of(ItemRow).c.id)).scalars())
        made = [make_correction(i, "Lan", "không thuộc tỉnh", in_scope=False) for i in ids[:6]]
        made += [make_correction(ids[7], "Lan", "chép lại", same_as=ids[8])]
        made += [make_correction(made[0].item, "Lan", "nhầm", withdraws=made[0].id)]
        with open_publisher(settings, running.bootstrap) as publisher:
            publisher.publish_messages(CORRECTIONS, made, "/test")
            publisher.publish_messages(ACTIVITIES, list(activities()), "/test")
            publisher.publish_bytes([(ITEMS_CLASSIFIED, b"k", b"no json", [])])
        wait_until_counted(running.bus.admin, settings.counting_patience, publisher.ends, silent)
    yield settings, engine
    engine.dispose()


def contents(engine):
    with reading(engine) as connection:
        return {
            model.__tablename__: sorted(map(repr, connection.execute(select(table_of(model)))))
            for model in COUNTED
        }


def test_every_item_revision_activity_correction_and_cell_is_the_same(counted, lantoa, database_url):
    settings, engine = counted
    before = contents(engine)
    assert all(before.values())
    assert len(before["item_revision"]) > len(before["item"]) == 80
    url = database_url.replace("lantoa.db", "new.db")
    ran = lantoa("replay", "--from-beginning", LANTOA_DATABASE_URL=url)
    assert ran.returncode == 0, ran.stderr
    assert "messages in" in ran.stderr
    assert "1 messages could not be read" in ran.stderr
    assert "lantoa.items.classified" in ran.stderr
    assert "not-json" in ran.stderr
    fresh = make_engine(settings.model_copy(update={"database_url": url}))
    assert contents(fresh) == before
    fresh.dispose()
    assert lantoa("recount", LANTOA_DATABASE_URL=url).returncode == 0

    again = lantoa("replay", "--from-beginning", LANTOA_DATABASE_URL=url)
    assert again.returncode == 2
    assert "is not empty" in again.stderr


def test_a_worker_that_reads_on_after_a_replay_changes_nothing(counted, lantoa, tmp_path):
    """Also when the group's offsets are lost and everything is read again. It is the last test, because it reclassifies."""
    settings, engine = counted
    before = contents(engine)
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert lantoa("replay", "--from-beginning", LANTOA_DATABASE_URL=url).returncode == 0
    ours = settings.model_copy(update={"database_url": url})
    with start_broker(ours) as broker, open_admin(ours, broker.bootstrap) as admin:
        assert admin.delete_groups([GROUP])
    with open_runtime(ours, silent) as running:
        with open_admin(ours, running.bootstrap) as admin:
            ends = {
                tuple(place): end
                for topic in (ITEMS, CORRECTIONS, ACTIVITIES)
                for place, end in ends_of(admin, topic.name).items()
            }
        wait_until_counted(running.bus.admin, ours.counting_patience, ends, silent)
    fresh = make_engine(ours)
    assert contents(fresh) == before
    fresh.dispose()
