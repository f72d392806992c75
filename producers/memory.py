"""What the sources showed last: read before a fetch, moved on after the broker has acknowledged what it gave."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, delete, func, or_, select
from sqlalchemy.exc import DBAPIError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from config.errors import LantoaError
from config.settings import Settings
from models import backfill_cursor, collapsed, page_texts, pending_pages, source_days
from models.database import is_unavailable, make_engine, writing
from models.page_texts import PageText
from models.pending_pages import Pending
from models.pieces import Published, published_of
from models.source_days import DayCounts
from models.sql import put, table_of
from models.tables import ItemRow, SeenEntry, SeenItem, SourceState

OUTLET = "outlet:"  # before its id, where a source's would stand
ALIAS, CLAIM, LESSON, RULES = "alias:", "claim:", "lesson:", "rules"  # how the notes of an outlet are named
MOST_DUE = 100  # pages of a source that are tried again in one fetch
MOST_NAMES = 10_000  # in one question; a sitemap may list five times as many
PATIENCE = 60.0  # seconds that a database may be locked or away
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class State:
    """The outcome of a fetch. `content` is None where nothing was read: what is known of the last one stays. `counts` are
    added to those of their day."""

    source_id: str
    url: str
    fetched_at: datetime
    status: str
    reason: str = ""
    message: str = ""
    content: "Content | None" = None
    counts: DayCounts | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a server says to recognise its content by, and the hash of it."""

    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""


@dataclass(frozen=True, slots=True)
class Learnt:
    """Additions and changes: what the source showed and what was published, each by item, and pages that wait."""

    entries: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    pending: Sequence[Pending] = ()
    told: Collection[str] = ()  # items that wait for their page no longer
    texts: Sequence[PageText] = ()
    outlet: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)  # of the outlet: producers.lessons
    document: "Document | None" = None


@dataclass(frozen=True, slots=True)
class Document:
    """What a document shows of itself: its items, and of those that are several entries their titles."""

    items: Collection[str]
    collapsed: Mapping[str, Sequence[str]]
    fetched_at: datetime


class SourceMemory(Protocol):
    def last_fetch(self) -> datetime | None:
        """The latest moment that any fetch was given."""

    def content(self, source_id: str, url: str) -> Content:
        """What was read from this address last; empty when nothing was."""

    def entries(self, source_id: str, names: Collection[str]) -> Mapping[str, str]:
        """Item id → revision that this source showed last. Notes of our own stand there under other names."""

    def items(self, item_ids: Collection[str]) -> Mapping[str, str]:
        """Item id → revision that was published last, by whichever source."""

    def notes(self, outlet_id: str) -> Mapping[str, str]:
        """What is remembered of an outlet, but for its aliases."""

    def aliases(self, outlet_id: str, item_ids: Collection[str]) -> Mapping[str, str]:
        """Item id that a piece would have → the identity under which it was published."""

    def claims(self, outlet_id: str, item_ids: Collection[str]) -> Mapping[str, str]:
        """Item id that an address would have → who claims it: producers.claims."""

    def counted(self, item_ids: Collection[str]) -> Mapping[str, tuple[str, date]]:
        """Item → its title and its day, of those that are counted."""

    def decided(self, item_ids: Collection[str]) -> Collection[str]:
        """Items of which somebody has decided whether they are another one's copy, or count."""

    def published(self, outlet_id: str) -> Iterable[Published]:
        """What tells the items of an outlet apart, the one seen first before the others."""

    def due_pages(self, source_id: str, now: datetime) -> Sequence[Pending]:
        """Entries whose page is to be tried again."""

    def pending(self, item_ids: Collection[str]) -> Mapping[str, int]:
        """Item → how often its page could not be read, of those that wait for it."""

    def page_texts(self, outlet: str, hashes: Collection[str]) -> Mapping[str, PageText]:
        """Hash of a text → whose page showed it, of those that a page of the outlet has shown."""

    def ahead(self, source_id: str, since: date) -> Sequence[str]:
        """Where an earlier walk back to that day was ended; empty when none was."""

    def stand(self, source_id: str, since: date, ahead: Sequence[str]) -> None:
        """How far the walk is; it is over when nothing is ahead."""

    def save(self, source_id: str, learnt: "Learnt", state: State | None = None) -> None:
        """In one transaction. `state` when the fetch is done with."""


class DatabaseMemory:
    """SourceMemory in the tables source_state, seen_entry and seen_item."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def last_fetch(self) -> datetime | None:
        latest: datetime | None = self._read(select(func.max(table_of(SourceState).c.fetched_at)))[0][0]
        return latest

    def content(self, source_id: str, url: str) -> Content:
        table = table_of(SourceState)
        query = select(table.c.etag, table.c.last_modified, table.c.body_hash)
        rows = self._read(query.where(table.c.source_id == source_id, table.c.url == url))
        return Content(*rows[0]) if rows else Content()

    def entries(self, source_id: str, names: Collection[str]) -> Mapping[str, str]:
        table = table_of(SeenEntry)
        query = select(table.c.item_id, table.c.revision).where(table.c.source_id == source_id)
        return self._mapping(query, table.c.item_id, names)

    def items(self, item_ids: Collection[str]) -> Mapping[str, str]:
        table = table_of(SeenItem)
        return self._mapping(select(table.c.item_id, table.c.revision), table.c.item_id, item_ids)

    def notes(self, outlet_id: str) -> Mapping[str, str]:
        table = table_of(SeenEntry)
        name = table.c.item_id
        mine = table.c.source_id == _of_outlet(outlet_id), or_(name.startswith(LESSON), name == RULES)
        return dict(self._read(select(name, table.c.revision).where(*mine)))

    def aliases(self, outlet_id: str, item_ids: Collection[str]) -> Mapping[str, str]:
        found = self.entries(_of_outlet(outlet_id), [f"{ALIAS}{each}" for each in item_ids])
        return {name.removeprefix(ALIAS): key for name, key in found.items()}

    def claims(self, outlet_id: str, item_ids: Collection[str]) -> Mapping[str, str]:
        found = self.entries(_of_outlet(outlet_id), [f"{CLAIM}{each}" for each in item_ids])
        return {name.removeprefix(CLAIM): claim for name, claim in found.items()}

    def counted(self, item_ids: Collection[str]) -> Mapping[str, tuple[str, date]]:
        item = table_of(ItemRow)
        found = self._read(select(item.c.id, item.c.title, item.c.day).where(item.c.id.in_(item_ids)))
        return {row.id: (row.title, row.day) for row in found}

    def decided(self, item_ids: Collection[str]) -> Collection[str]:
        item = table_of(ItemRow)
        found = self._read(select(item.c.id, item.c.corrected).where(item.c.id.in_(item_ids)))
        return {row.id for row in found if {"same_as", "in_scope"} & row.corrected.keys()}

    def published(self, outlet_id: str) -> Iterable[Published]:
        return self._connected(lambda connection: list(published_of(connection, outlet_id)))

    def due_pages(self, source_id: str, now: datetime) -> Sequence[Pending]:
        return self._connected(lambda connection: pending_pages.due(connection, source_id, now, MOST_DUE))

    def pending(self, item_ids: Collection[str]) -> Mapping[str, int]:
        return self._mapping(pending_pages.ATTEMPTS, pending_pages.ITEM_ID, item_ids)

    def page_texts(self, outlet: str, hashes: Collection[str]) -> Mapping[str, PageText]:
        if not hashes:
            return {}
        return self._connected(lambda connection: page_texts.shown(connection, outlet, hashes))

    def ahead(self, source_id: str, since: date) -> Sequence[str]:
        return self._connected(lambda connection: backfill_cursor.ahead(connection, source_id, since))

    def stand(self, source_id: str, since: date, ahead: Sequence[str]) -> None:
        def write() -> None:
            with writing(self._engine) as connection:
                backfill_cursor.stand(connection, source_id, since, list(ahead))

        retry_while_unavailable(write)

    def save(self, source_id: str, learnt: Learnt, state: State | None = None) -> None:
        entries, items = learnt.entries, learnt.items
        told = (learnt.told, learnt.notes, learnt.document, learnt.texts)
        if not (entries or items or learnt.pending or any(told) or state):
            return
        seen = [
            {"source_id": owner, "item_id": name, "revision": noted[name]}
            for owner, noted in ((_of_outlet(learnt.outlet), learnt.notes), (source_id, entries))
            for name in sorted(noted)
        ]
        published = [{"item_id": name, "revision": items[name]} for name in sorted(items)]

        def write() -> None:
            with writing(self._engine) as connection:
                put(connection, SeenEntry, seen, ("revision",))
                put(connection, SeenItem, published, ("revision",))
                pending_pages.settle(connection, learnt.pending, learnt.told)
                page_texts.remember(connection, learnt.texts)
                if shown := learnt.document:
                    collapsed.settle(connection, source_id, shown.items, shown.collapsed, shown.fetched_at)
                if state:
                    put(connection, SourceState, [_row(state)], _columns(state))
                if state and state.counts:
                    source_days.add(connection, source_id, state.counts)

        retry_while_unavailable(write)

    def _mapping(self, query: Any, column: Any, names: Collection[str]) -> dict[str, Any]:
        """Name → value, of those names that the column holds."""
        ordered = sorted(names)
        parts = [ordered[i : i + MOST_NAMES] for i in range(0, len(ordered), MOST_NAMES)]
        return {name: value for part in parts for name, value in self._read(query.where(column.in_(part)))}

    def _read(self, query: Any) -> list[Any]:
        return self._connected(lambda connection: list(connection.execute(query).all()))

    def _connected(self, read: Callable[[Connection], Read]) -> Read:
        def connect() -> Read:
            with self._engine.connect() as connection:
                return read(connection)

        return retry_while_unavailable(connect)


@contextmanager
def open_memory(settings: Settings) -> Iterator[SourceMemory]:
    engine = make_engine(settings)
    try:
        yield DatabaseMemory(engine)
    finally:
        engine.dispose()


def forget_rules(engine: Engine) -> None:
    """So that what documents have shown is read from the items again: those came from elsewhere."""
    table = table_of(SeenEntry)
    with writing(engine) as connection:
        connection.execute(
            delete(table).where(table.c.source_id.startswith(OUTLET), table.c.item_id == RULES)
        )


def retry_while_unavailable(work: Callable[[], Read]) -> Read:
    """Raises LantoaError when the database stays away."""
    retrying = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, DBAPIError) and is_unavailable(error)),
        wait=wait_random_exponential(multiplier=0.2, max=5),
        stop=stop_after_delay(PATIENCE),
        reraise=True,
    )
    try:
        return retrying(work)
    except DBAPIError as error:
        raise LantoaError(f"the database did not answer: {error.orig}") from error


def _of_outlet(outlet_id: str) -> str:
    """In the place of a source's id, which looks otherwise."""
    return f"{OUTLET}{outlet_id}"


def _row(state: State) -> dict[str, Any]:
    content = state.content or Content()
    return {
        "source_id": state.source_id,
        "url": state.url,
        "etag": content.etag,
        "last_modified": content.last_modified,
        "body_hash": content.body_hash,
        "fetched_at": state.fetched_at,
        "status": state.status,
        "reason": state.reason,
        "message": state.message,
    }


def _columns(state: State) -> tuple[str, ...]:
    """Those that a fetch changes. The address changes with the content only: a new one that fails says nothing
    about how to recognise its content."""
    outcome = ("fetched_at", "status", "reason", "message")
    return (*outcome, "url", "etag", "last_modified", "body_hash") if state.content else outcome
