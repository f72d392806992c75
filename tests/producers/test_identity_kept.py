"""Ids that were given stay: when a document shows what tells its pieces apart, after an upgrade, and after a replay."""

from datetime import UTC, datetime

import pytest
from feed_text import entry, rss
from small_programme import outlet_of, programme_of
from sqlalchemy import delete, insert, select

from config.catalogue import load_catalogue
from models.database import make_engine
from models.messages.item import Item
from models.sql import table_of
from models.store.batch_writer import Writer
from models.tables.items import ItemRow
from models.tables.sources import SeenEntry, SeenItem
from producers.item.identity import item_id
from stream_apps.classify import Classifier

MOMENT = datetime(2026, 7, 29, tzinfo=UTC)
PAGE = "https://bao.example/chi-tiet.aspx"


@pytest.fixture
def office(ingest, server, topics, quick_settings, tmp_path):
    """One outlet: what a feed publishes is counted at once, unless it is to wait."""

    class Office:
        engine = make_engine(quick_settings)
        sources = ("a",)

        def outlet(self, **stated):
            sources = [
                {"id": name, "kind": "feed", "url": server.url(f"/{name}.xml"), "text": "feed"}
                for name in self.sources
            ]
            return outlet_of("bao", "", sources=sources, **stated)

        def fetch(self, *entries, source="a", counted=True, **stated):
            """The identities of what was published."""
            server.answers[f"/{source}.xml"] = rss(*entries)
            found = ingest({}, outlets=[self.outlet(**stated)])
            items = [Item.model_validate(each) for each in topics(found, "lantoa.items")]
            if counted:
                self.count(items)
            return [each.identity for each in items]

        def count(self, items):
            programme = programme_of(tmp_path, self.outlet())
            classifier = Classifier(programme)
            writer = Writer(self.engine, programme, load_catalogue())
            writer.write([classifier.classify_item(each) for each in items], 0)

        def items(self):
            table = table_of(ItemRow)
            with self.engine.connect() as connection:
                rows = connection.execute(select(table.c.identity, table.c.title))
                return {row.identity: row.title for row in rows}

        def forget(self, *models):
            with self.engine.begin() as connection:
                for model in models:
                    connection.execute(delete(table_of(model)))

    made = Office()
    yield made
    made.engine.dispose()


def piece(number, mark="cid", **more):
    stated = {
        "title": f"Bài số {number}",
        "link": f"{PAGE}?{mark}={number}",
        "description": f"Lời dẫn {number}",
    }
    return entry(number, **stated | more)


@pytest.mark.parametrize("counted", [True, False], ids=["counted", "not counted yet"])
def test_a_piece_that_was_alone_keeps_its_id_when_others_come(office, counted):
    assert set(office.fetch(piece(1), counted=counted)) == {"url:bao.example/chi-tiet.aspx"}
    found = office.fetch(piece(1), piece(2), piece(3))
    assert set(found) == {
        "url:bao.example/chi-tiet.aspx", "url:bao.example/chi-tiet.aspx?cid=2", "url:bao.example/chi-tiet.aspx?cid=3",
    }  # fmt: skip
    again = office.fetch(piece(1, title="Bài số 1 (sửa)"), piece(4))
    assert set(again) - set(found) == {"url:bao.example/chi-tiet.aspx?cid=4"}
    assert len(office.items()) == 4
    assert office.items()["url:bao.example/chi-tiet.aspx"] == "Bài số 1 (sửa)"


def test_what_was_learnt_is_read_from_the_items_again(office):
    """As after a replay onto a new database: a piece that comes back alone is the piece that it was."""
    office.fetch(piece(1))
    office.fetch(piece(1), piece(2))
    office.fetch(
        entry(5, title="Tập 1", link=f"{PAGE}?nghe", guid="1"),
        entry(6, title="Tập 2", link=f"{PAGE}?nghe", guid="2"),
    )
    before = office.items()
    office.forget(SeenEntry, SeenItem)
    for each in (piece(2), piece(1), entry(6, title="Tập 2", link=f"{PAGE}?nghe", guid="2")):
        office.fetch(each)
        assert office.items() == before


def test_another_source_of_the_outlet_learns_with_it(office):
    office.sources = ("a", "b")
    office.fetch(piece(1), piece(2))
    office.fetch(piece(2), source="b")
    office.fetch(piece(3), source="b")
    assert len(office.items()) == 3


OLD_RULES = [
    # identity by the rules of before, address, what else the item states; tonight's entries; how many pieces they are
    ("session", [("url:bao.example/a;jsessionid=A1", "https://bao.example/a;jsessionid=A1", {})],
     [entry(1, title="Bài", link="https://bao.example/a;jsessionid=B2")], 1),
    ("print", [("url:bao.example/a?print=1", "https://bao.example/a?print=1", {})],
     [entry(1, title="Bài", link="https://bao.example/a")], 1),
    ("cookieless", [("url:bao.example/(S(abc))/a.aspx?id=1", "https://bao.example/(S(abc))/a.aspx?id=1", {})],
     [entry(1, title="Bài", link="https://bao.example/(S(def))/a.aspx?id=1")], 1),
    ("one for twelve", [("url:bao.example/chi-tiet.aspx", f"{PAGE}?cid=2", {"title": "Bài số 2"})],
     [piece(1), piece(2), piece(3)], 3),
    ("a guid before", [("guid:1", f"{PAGE}?cid=1", {"guid": "1", "title": "Bài số 1"}),
                       ("guid:2", f"{PAGE}?cid=2", {"guid": "2", "title": "Bài số 2"})],
     [piece(1, guid="1"), piece(2, guid="2")], 2),
    ("one guid for all", [("guid:x", "https://bao.example/nghe", {"guid": "x", "title": "Số 1", "enclosures": (
        {"url": "https://bao.example/1.mp3", "type": "audio/mpeg"},)})],
     [entry(n, title=f"Số {n}", link="https://bao.example/nghe", guid="x", enclosure=f"https://bao.example/{n}.mp3") for n in (1, 2)], 2),
    ("one stream for all", [("enclosure:bao.example/dai.mp3", "https://bao.example/tap-1.html", {"title": "Số 1", "enclosures": (
        {"url": "https://bao.example/dai.mp3", "type": "audio/mpeg"},)})],
     [entry(n, title=f"Số {n}", link=f"https://bao.example/tap-{n}.html", guid="", enclosure="https://bao.example/dai.mp3") for n in (1, 2)], 2),
    ("a mark that was none", [("url:bao.example/a?cmp=rss", "https://bao.example/a?cmp=rss", {})],
     [entry(1, title="Bài", link="https://bao.example/a?cmp=zalo")], 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("published", "tonight", "pieces"), [row[1:] for row in OLD_RULES], ids=[row[0] for row in OLD_RULES]
)
def test_an_upgrade_counts_no_piece_twice(office, published, tonight, pieces):
    made = [
        Item(
            id=item_id("bao", key), identity=key, revision="cũ", outlet="bao", source="a", url=url,
            fetched_at=MOMENT, claimed=MOMENT, date_text="Tue, 28 Jul 2026 18:50:00 +0700", **{"title": "Bài", **stated},
        )
        for key, url, stated in published
    ]  # fmt: skip
    office.count(made)
    with office.engine.begin() as connection:
        connection.execute(
            insert(table_of(SeenItem)), [{"item_id": each.id, "revision": "cũ"} for each in made]
        )
        seen = [{"source_id": "a", "item_id": each.id, "revision": "cũ"} for each in made]
        connection.execute(insert(table_of(SeenEntry)), seen)
    office.fetch(*tonight)
    found = office.items()
    assert {key for key, *_rest in published} <= found.keys()
    assert len(found) == pieces
    again = office.fetch(*reversed(tonight))
    assert office.items() == found
    assert len(again) == pieces
