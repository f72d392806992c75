"""The archive read again by better readers: revisions, and nothing fetched."""

import pytest
from feed_text import entry, rss
from page_text import page
from small_programme import outlet_of, programme_of
from test_poll_pages import MENTION, html

from config.catalogue import load_catalogue
from lantoa.views.evidence import document_of
from models.database import make_engine
from models.messages.item import Item
from models.queries.stored_evidence import evidence
from models.store.batch_writer import Writer
from producers.archive import archive_folder, read_archive
from producers.reextract import read_again
from stream_apps.classify import Classifier


@pytest.fixture
def office(ingest, server, topics, quick_settings, broker, tmp_path):
    """`fetch(**of_outlet)` and `again(**of_outlet)` of one source; what they publish is counted at once."""
    settings = quick_settings.model_copy(update={"archive": True})

    class Office:
        engine = make_engine(settings)

        def fetch(self, **of_outlet):
            found = ingest({}, outlets=[self.outlet(**of_outlet)], settings=settings)
            return self.counted(found, **of_outlet)

        def again(self, **of_outlet):
            programme = programme_of(tmp_path, self.outlet(**of_outlet))
            chosen = programme.sources.values()
            found = read_again(settings, programme, broker.bootstrap, chosen, self.engine)
            return self.counted(found, **of_outlet)

        def counted(self, found, **of_outlet):
            programme = programme_of(tmp_path, self.outlet(**of_outlet))
            classifier = Classifier(programme)
            items = [
                Item.model_validate({name: value for name, value in each.items() if name != "headers"})
                for each in topics(found, "lantoa.items")
            ]
            Writer(self.engine, programme, load_catalogue()).write(
                [classifier.classify_item(each) for each in items], 0
            )
            (result,) = found.results
            return result, items

        def outlet(self, **of_outlet):
            source = {"id": "a", "kind": "feed", "url": server.url("/a.xml")} | of_outlet.pop("source", {})
            return outlet_of("bao", "", sources=[source], **of_outlet)

    made = Office()
    yield made
    made.engine.dispose()


@pytest.fixture
def one_page(server):
    """A page whose text no general reader would take from where it stands."""
    hidden = page("Tin của trang", "Đoạn mở đầu của bài.").replace(
        b'<div class="related">',
        f'<div class="comments"><p>{MENTION}</p></div><div class="related">'.encode(),
    )
    server.answers["/a.xml"] = rss(entry(1, link=server.url("/tin-1.html"), title="Tin một"))
    server.answers["/tin-1.html"] = html(hidden)


def test_what_was_fetched_is_kept_with_its_source(office, one_page, quick_settings, server):
    office.fetch()
    kept = list(read_archive(archive_folder(quick_settings)))
    assert [(each.source, each.part, each.requested) for each in kept] == [
        ("a", "document", server.url("/a.xml")),
        ("a", "page", server.url("/tin-1.html")),
    ]


def test_better_selectors_make_a_revision_and_fetch_nothing(office, one_page, server):
    office.fetch()
    asked = len(server.asked)
    result, items = office.again(page={"body": "div.comments"})
    assert (result.entries, result.changed, result.missing) == (2, 1, 0)
    before, after = items
    assert MENTION not in before.text
    assert MENTION in after.text
    assert (after.id, after.title, after.claimed) == (before.id, before.title, before.claimed)
    assert after.fetched_at > before.fetched_at
    assert after.document_at == before.document_at, "the page is as old as it was"
    assert len(server.asked) == asked


def test_an_item_can_be_shown_as_it_was(office, one_page, server, quick_settings):
    _, (item,) = office.fetch()
    server.answers["/tin-1.html"] = html(page("Trang đã đổi", "Khác."))
    with office.engine.connect() as connection:
        kept = document_of(archive_folder(quick_settings), evidence(connection, item.id))
    assert kept.requested == server.url("/tin-1.html")
    assert MENTION in kept.body.decode()
    office.again(page={"body": "div.comments"})
    with office.engine.connect() as connection:
        found = evidence(connection, item.id)
    assert {each["served_by"] for each in found["revisions"]} > {"selectors"}
    assert document_of(archive_folder(quick_settings), found) == kept


def test_reading_again_without_a_change_publishes_nothing(office, one_page):
    office.fetch()
    assert office.again()[0].changed == 0
    assert office.again(page={"body": "div.comments"})[0].changed == 1
    assert office.again(page={"body": "div.comments"})[0].changed == 0
    result, items = office.again()
    assert result.changed == 1, "and back"
    assert items[-1].text == items[0].text


def test_what_was_fetched_later_is_newer_than_the_archive(office, one_page, server, quick_settings, ingest):
    office.fetch()
    server.answers["/a.xml"] = rss(entry(1, link=server.url("/tin-1.html"), title="Tin một, viết lại"))
    found = ingest({}, outlets=[office.outlet()], settings=quick_settings)
    office.counted(found)
    result, items = office.again(page={"body": "div.comments"})
    assert result.changed == 0
    assert len(items) == 2


def test_a_page_that_could_not_be_read_is_read_now(office, server):
    server.answers["/a.xml"] = rss(entry(1, link=server.url("/tin-1.html")))
    server.answers["/tin-1.html"] = html(
        f"<html><body><div class='box'>{MENTION}</div></body></html>".encode()
    )
    result, (item,) = office.fetch()
    assert (result.missing, item.text_flag) == (1, "text-missing")
    result, items = office.again(page={"body": "div.box"})
    assert result.changed == 1
    assert (items[-1].text_flag, items[-1].text) == (None, MENTION)


def test_texts_of_a_feed_are_read_again_from_its_documents(office, server):
    feed = {"source": {"text": "feed"}}
    server.answers["/a.xml"] = rss(entry(1, description=MENTION), entry(2))
    office.fetch(**feed)
    server.answers["/a.xml"] = rss(entry(2), entry(3))
    office.fetch(**feed)
    result, items = office.again(**feed)
    assert (result.entries, result.changed) == (2, 0)
    assert len(items) == 3
    result, items = office.again(source={"text": "feed", "form": "video"})
    assert result.changed == 3, "the form is part of a revision"
    assert len(items) == 6
