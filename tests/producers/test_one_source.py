"""What goes wrong with one source or one page is that one's failure; the others of the night are fetched."""

import psycopg
import pytest
from feed_text import entry, rss
from page_text import page
from small_programme import outlet_of
from sqlalchemy import select
from sqlalchemy.exc import DataError, OperationalError

import producers.crawl
import producers.ingest
from models.database import make_engine
from models.sql import table_of
from models.store.source_state import SourceStateRepository
from models.tables.sources import PendingPage, SourceState
from producers.archive import Archive
from producers.http.fetch import Fetcher
from producers.page_fetcher import PageFetcher
from producers.publish import Publisher

CALLS = [
    (producers.crawl, "first_request"), (Fetcher, "fetch"), (producers.ingest, "plan_document"), (producers.ingest, "publish_batch"), (producers.ingest, "finish"), (Archive, "keep"),
    (SourceStateRepository, "save"), (SourceStateRepository, "content"), (Publisher, "publish"),
]  # fmt: skip
ERRORS = [
    ValueError("[/caption]\x1b[31m"),
    DataError("INSERT", {}, Exception("integer out of range")),
    RecursionError("đệ quy"),
    OSError(28, "No space left on device"),
    KeyError("title"),
]


def states(settings):
    engine, table = make_engine(settings), table_of(SourceState)
    with engine.connect() as connection:
        found = {
            row.source_id: (row.status, row.reason, row.message) for row in connection.execute(select(table))
        }
    engine.dispose()
    return found


def concerns(arguments, source):
    """Whether a call is about this source: by its id, its object or its address."""
    return any(source in str(getattr(each, "url", getattr(each, "source", each))) for each in arguments)


@pytest.mark.parametrize(("owner", "name"), CALLS, ids=[f"{owner.__name__}.{name}" for owner, name in CALLS])
def test_an_exception_anywhere_is_one_sources_failure(
    ingest, server, quick_settings, monkeypatch, owner, name
):
    error = ERRORS[CALLS.index((owner, name)) % len(ERRORS)]
    real, raised = getattr(owner, name), []

    def wrapped(*arguments, **more):
        if not raised and concerns(arguments, "hong"):
            raised.append(name)
            raise error
        return real(*arguments, **more)

    async def wrapped_later(*arguments, **more):
        return await wrapped(*arguments, **more)

    for path in ("hong", "b", "c"):
        server.answers[f"/{path}.xml"] = rss(entry(1), entry(2))
    settings = quick_settings.model_copy(update={"archive": True})
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, wrapped_later if name == "fetch" else wrapped)
        found = ingest({path: f"/{path}.xml" for path in ("hong", "b", "c")}, settings=settings)
    assert raised
    results = {result.source.id: (result.status, result.reason) for result in found.results}
    assert results == {"hong": ("failed", "unexpected"), "b": ("ok", ""), "c": ("ok", "")}
    kept = states(settings)
    assert kept["hong"][:2] == ("failed", "unexpected")
    assert "\x1b" not in kept["hong"][2]
    again = ingest({path: f"/{path}.xml" for path in ("hong", "b", "c")}, settings=settings)
    assert {result.source.id: result.status for result in again.results}["hong"] == "ok"


def test_an_exception_of_one_page_is_that_pages_failure(ingest, server, quick_settings, monkeypatch):
    async def broken(pages, fetched, outlet, asked):
        if fetched.url.endswith("tin-1.html"):
            raise RuntimeError("[/caption]")
        return await real(pages, fetched, outlet, asked)

    real = PageFetcher._read
    monkeypatch.setattr(PageFetcher, "_read", broken)
    server.answers["/a.xml"] = rss(*(entry(n, link=server.url(f"/tin-{n}.html")) for n in (1, 2)))
    for n in (1, 2):
        server.answers[f"/tin-{n}.html"] = page(f"Tin {n}", f"Ấp {n} học nghị quyết.")
    outlet = outlet_of("a", "", sources=[{"id": "a", "kind": "feed", "url": server.url("/a.xml")}])
    (result,) = ingest({}, outlets=[outlet]).results
    assert (result.status, result.new, result.pages) == ("ok", 2, 2)
    engine = make_engine(quick_settings)
    with engine.connect() as connection:
        waiting = {row.identity: row.reason for row in connection.execute(select(table_of(PendingPage)))}
    engine.dispose()
    assert [name for name, reason in waiting.items() if reason == "unexpected"] == [
        name for name in waiting if name.endswith("tin-1.html")
    ]
    assert "unexpected" in waiting.values()


def test_a_database_that_stays_away_concerns_all(ingest, server, monkeypatch):
    ended = psycopg.OperationalError("server closed the connection unexpectedly")
    error = OperationalError("SELECT", {}, ended, connection_invalidated=True)
    server.answers["/a.xml"] = rss(entry(1))
    monkeypatch.setattr(producers.ingest, "plan_document", lambda *_arguments: (_ for _ in ()).throw(error))
    with pytest.raises(OperationalError):
        ingest({"a": "/a.xml"})
