"""Offsets that the brokers forgot, and messages that nobody counts: nothing changes, and nobody says that all is well."""

import json
from contextlib import closing

import pytest
import yaml
from sqlalchemy import func, select

from config.errors import NotCounted
from lantoa.broker import ensure_topics, start_broker
from lantoa.broker.admin import open_admin
from lantoa.runtime.services import Runtime, open_runtime
from models.database import make_engine, migrate, reading
from models.messages.item import Item
from models.messages.topics import GROUP, ITEMS
from models.sql import table_of
from models.tables.items import ItemRow
from producers.publish import open_publisher

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PIECE = """<item><title>Hậu Giang: Nghị quyết 29-NQ/TW, kỳ {n}</title><link>https://{o}.vn/{n}</link>
<description>{text}</description><pubDate>{day} May 2024 08:00:00 +0700</pubDate></item>"""


def feed(outlet):
    """Pieces of 100 to 250 syllables."""
    pieces = "".join(
        PIECE.format(
            n=n, o=outlet, day=10 + n % 9, text=" ".join(f"Đảng bộ tỉnh {k}" for k in range(30 + 2 * n))
        )
        for n in range(12)
    )
    return f'<rss version="2.0"><channel><title>A</title>{pieces}</channel></rss>'.encode()


def test_what_was_counted_stays_when_offsets_are_lost_and_the_programme_has_changed(
    make_programme, office, run_lantoa, feeds
):
    programme = make_programme(["o1", "o2"])
    settings, lantoa = office(programme), run_lantoa(programme)
    feeds.bodies.update({f"/{name}.xml": feed(name) for name in ("o1", "o2")})

    def tallies():
        ran = lantoa("tallies", "--period", "2024", "--by", "outlet,form", "--format", "json")
        assert ran.returncode == 0, ran.stderr
        answer = json.loads(ran.stdout)
        return answer["totals"], answer["rows"]

    assert lantoa("ingest").returncode == 0
    before = tallies()
    assert before[0]["items"] == 24
    assert {row["form"] for row in before[1]} == {"brief"}
    file = programme.folder / "programme.yaml"
    file.write_text(
        yaml.safe_dump(yaml.safe_load(file.read_text("utf-8")) | {"brief_max_words": 100}), "utf-8"
    )
    with start_broker(settings) as broker, open_admin(settings, broker.bootstrap) as admin:
        assert admin.delete_groups([GROUP])
    ran = lantoa("ingest")
    assert ran.returncode == 0, ran.stderr
    assert tallies() == before
    assert lantoa("recount").returncode == 0


def items(count):
    for number in range(count):
        made = Item(
            id=f"i{number}", identity=f"article:{number}", revision="r1", outlet="o1", source="o1-feed",
            url=f"https://o1.vn/{number}", title=f"Hậu Giang, kỳ {number}", claimed="2024-05-14T01:00:00Z",
            fetched_at="2024-05-15T01:00:00Z",
        )  # fmt: skip
        yield ITEMS, made.key().encode(), made.encode(), []


def test_what_an_earlier_run_left_uncounted_is_waited_for_or_said(make_programme, office):
    """It was killed between publishing and counting, and its worker with it."""
    settings = office(make_programme(["o1"]))
    engine = make_engine(settings)
    migrate(engine)
    hurried = settings.model_copy(update={"counting_patience": 1.0})
    with start_broker(settings) as broker:
        ensure_topics(settings, broker.bootstrap)
        with open_publisher(settings, broker.bootstrap) as publisher:
            publisher.publish_bytes(list(items(3)))
        said = []
        alone = Runtime(hurried, lambda: broker.bootstrap, said.append)
        with closing(alone), pytest.raises(NotCounted, match=r"No worker is there.* lantoa\.items: 3\."):
            alone.wait_for_everything(lambda _left: None)
        with open_runtime(settings, said.append) as running:
            running.wait_for_everything(lambda _left: None)
        with reading(engine) as connection:
            assert connection.execute(select(func.count()).select_from(table_of(ItemRow))).scalar() == 3
    engine.dispose()
