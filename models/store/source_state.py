"""The state of the sources: what each showed last. It is read before a fetch and moves on after the broker has
acknowledged what the fetch produced."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from config.errors import LantoaError
from models.database import is_unavailable, writing
from models.queries.pieces import Published, published_of
from models.queries.stored_hints import hints_of
from models.sql import put, table_of
from models.store import backfill_cursor, collapsed, page_texts, pending_pages, source_days
from models.store.hint_rows import drop_hints, put_hints
from models.store.page_texts import PageText
from models.store.pending_pages import Pending
from models.store.source_days import DayCounts
from models.tables.items import ItemRow
from models.tables.sources import OUTLET, HintKind, Hints, SeenEntry, SeenItem, SourceState

MOST_DUE = 100  # pending pages of a source that are requested in one fetch
MOST_NAMES = 10_000  # names in one query; a sitemap may list five times as many
RETRY_SECONDS = 60.0  # seconds to retry while a database is locked or unavailable
ReadResult = TypeVar("ReadResult")


@dataclass(frozen=True, slots=True)
class FetchState:
    """The outcome of a fetch. `content` is None where nothing was read: what is known of the last content stays.
    `counts` are added to those of their day."""

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
    """The headers by which a server recognises its content, and the hash of the content."""

    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""


@dataclass(frozen=True, slots=True)
class StateUpdate:
    """What a fetch adds or changes: what the source showed and what was published, each by item, and pending
    pages."""

    entries: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    pending: Sequence[Pending] = ()
    no_longer_pending: Collection[str] = ()  # items whose page is pending no longer
    texts: Sequence[PageText] = ()
    hints: Hints = field(default_factory=dict)
    outlet: str = ""
    outlet_hints: Hints = field(default_factory=dict)  # of that outlet: producers.state.source_hints
    document: "SeenDocument | None" = None


@dataclass(frozen=True, slots=True)
class SeenDocument:
    """The items of a document, and the titles of the entries of those items that combine several entries."""

    items: Collection[str]
    collapsed: Mapping[str, Sequence[str]]
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """What is known of the items and the rejected entries of a document. `entries` maps items to the revision that the
    source showed last, `published` items to the revision that was published last, by any source, and `attempts` items
    whose page is pending to the number of failed attempts; these two only of items that the source showed otherwise.
    `reported` are rejected entries that were reported before; `due` are pages that are to be requested again."""

    entries: Mapping[str, str]
    reported: Collection[str]
    published: Mapping[str, str]
    attempts: Mapping[str, int]
    due: Sequence[Pending]


class SourceStateRepository:
    """Reads and writes the tables source_state, seen_entry, seen_item and source_hint."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def last_fetch(self) -> datetime | None:
        """The latest moment of any fetch."""
        latest: datetime | None = self._read(select(func.max(table_of(SourceState).c.fetched_at)))[0][0]
        return latest

    def content(self, source_id: str, url: str) -> Content:
        """Returns what was read from this address last; empty when nothing was."""
        table = table_of(SourceState)
        query = select(table.c.etag, table.c.last_modified, table.c.body_hash)
        rows = self._read(query.where(table.c.source_id == source_id, table.c.url == url))
        return Content(*rows[0]) if rows else Content()

    def entries(self, source_id: str, names: Collection[str]) -> Mapping[str, str]:
        """Maps an item id to the revision that this source showed last."""
        table = table_of(SeenEntry)
        query = select(table.c.item_id, table.c.revision).where(table.c.source_id == source_id)
        return self._mapping(query, table.c.item_id, names)

    def items(self, item_ids: Collection[str]) -> Mapping[str, str]:
        """Maps an item id to the revision that was published last, by any source."""
        table = table_of(SeenItem)
        return self._mapping(select(table.c.item_id, table.c.revision), table.c.item_id, item_ids)

    def seen(
        self, source_id: str, revisions: Mapping[str, str], rejected: Collection[str], at: datetime
    ) -> SeenBefore:
        """`revisions` maps the items of a document to the revision that it shows; `rejected` are the names of entries that
        are no items."""
        entries = self.entries(source_id, revisions.keys())
        fresh = [name for name, revision in revisions.items() if entries.get(name) != revision]
        reported = self.hints(source_id, "dead", rejected)
        return SeenBefore(
            entries, reported, self.items(fresh), self.pending(fresh), self.due_pages(source_id, at)
        )

    def hints(self, owner: str, kind: HintKind, keys: Collection[str] | None = None) -> Mapping[str, str]:
        """Maps keys to values, of a source; all of them where `keys` is None."""
        if keys is not None and not keys:
            return {}
        return self._connected(lambda connection: hints_of(connection, owner, kind, keys))

    def outlet_hints(
        self, outlet_id: str, kind: HintKind, keys: Collection[str] | None = None
    ) -> Mapping[str, str]:
        return self.hints(_of_outlet(outlet_id), kind, keys)

    def aliases(self, outlet_id: str, item_ids: Collection[str]) -> Mapping[str, str]:
        """Maps the item id that a piece would have now to the identity under which it was published."""
        return self.outlet_hints(outlet_id, "alias", item_ids)

    def claims(self, outlet_id: str, item_ids: Collection[str]) -> Mapping[str, str]:
        """Maps the item id that an address would have to the item that claims the address: producers.item.claims."""
        return self.outlet_hints(outlet_id, "claim", item_ids)

    def counted(self, item_ids: Collection[str]) -> Mapping[str, tuple[str, date]]:
        """Maps an item id to its title and its day, for items that are counted."""
        item = table_of(ItemRow)
        found = self._read(select(item.c.id, item.c.title, item.c.day).where(item.c.id.in_(item_ids)))
        return {row.id: (row.title, row.day) for row in found}

    def corrected(self, item_ids: Collection[str]) -> Collection[str]:
        """Returns the items for which a person has stated whether they count, or which item they duplicate."""
        item = table_of(ItemRow)
        found = self._read(select(item.c.id, item.c.corrected).where(item.c.id.in_(item_ids)))
        return {row.id for row in found if {"same_as", "in_scope"} & row.corrected.keys()}

    def published(self, outlet_id: str) -> Iterable[Published]:
        """Returns what distinguishes the items of an outlet, the one seen first before the others."""
        return self._connected(lambda connection: list(published_of(connection, outlet_id)))

    def due_pages(self, source_id: str, now: datetime) -> Sequence[Pending]:
        """Returns the entries whose pending page is due."""
        return self._connected(lambda connection: pending_pages.due(connection, source_id, now, MOST_DUE))

    def pending(self, item_ids: Collection[str]) -> Mapping[str, int]:
        """Maps an item to the number of failed attempts at its page, for items whose page is pending."""
        return self._mapping(pending_pages.ATTEMPTS, pending_pages.ITEM_ID, item_ids)

    def page_texts(self, outlet: str, hashes: Collection[str]) -> Mapping[str, PageText]:
        """Maps the hash of a text to the page that showed it, for texts that a page of the outlet has shown."""
        if not hashes:
            return {}
        return self._connected(lambda connection: page_texts.shown(connection, outlet, hashes))

    def cursor(self, source_id: str, since: date) -> Sequence[str]:
        """Returns the addresses at which an earlier backfill to that day ended; empty when there was none."""
        return self._connected(lambda connection: backfill_cursor.ahead(connection, source_id, since))

    def save_cursor(self, source_id: str, since: date, ahead: Sequence[str]) -> None:
        """Stores how far a backfill has come; it is complete when no address is left."""

        def write() -> None:
            with writing(self._engine) as connection:
                backfill_cursor.stand(connection, source_id, since, list(ahead))

        retry_while_unavailable(write)

    def save(self, source_id: str, update: StateUpdate, state: FetchState | None = None) -> None:
        """Writes in one transaction. `state` is given when the fetch is complete."""
        entries, items = update.entries, update.items
        hints, outlet_hints = update.hints, update.outlet_hints
        others = (update.no_longer_pending, hints, outlet_hints, update.document, update.texts)
        if not (entries or items or update.pending or any(others) or state):
            return
        seen = [
            {"source_id": source_id, "item_id": name, "revision": entries[name]} for name in sorted(entries)
        ]
        published = [{"item_id": name, "revision": items[name]} for name in sorted(items)]

        def write() -> None:
            with writing(self._engine) as connection:
                put_hints(connection, _of_outlet(update.outlet), outlet_hints)
                put_hints(connection, source_id, hints)
                put(connection, SeenEntry, seen, ("revision",))
                put(connection, SeenItem, published, ("revision",))
                pending_pages.settle(connection, update.pending, update.no_longer_pending)
                page_texts.remember(connection, update.texts)
                if shown := update.document:
                    collapsed.settle(connection, source_id, shown.items, shown.collapsed, shown.fetched_at)
                if state:
                    put(connection, SourceState, [_row(state)], _columns(state))
                if state and state.counts:
                    source_days.add(connection, source_id, state.counts)

        retry_while_unavailable(write)

    def _mapping(self, query: Any, column: Any, names: Collection[str]) -> dict[str, Any]:
        """Maps the names that the column holds to their values."""
        ordered = sorted(names)
        parts = [ordered[i : i + MOST_NAMES] for i in range(0, len(ordered), MOST_NAMES)]
        return {name: value for part in parts for name, value in self._read(query.where(column.in_(part)))}

    def _read(self, query: Any) -> list[Any]:
        return self._connected(lambda connection: list(connection.execute(query).all()))

    def _connected(self, read: Callable[[Connection], ReadResult]) -> ReadResult:
        def connect() -> ReadResult:
            with self._engine.connect() as connection:
                return read(connection)

        return retry_while_unavailable(connect)


def forget_rules(engine: Engine) -> None:
    """Makes the next fetch read from the items again what documents have shown, because the items came from
    elsewhere."""
    with writing(engine) as connection:
        drop_hints(connection, OUTLET, "rules")


def retry_while_unavailable(work: Callable[[], ReadResult]) -> ReadResult:
    """Raises LantoaError when the database stays unavailable."""
    retrying = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, DBAPIError) and is_unavailable(error)),
        wait=wait_random_exponential(multiplier=0.2, max=5),
        stop=stop_after_delay(RETRY_SECONDS),
        reraise=True,
    )
    try:
        return retrying(work)
    except DBAPIError as error:
        raise LantoaError(f"the database did not answer: {error.orig}") from error


def _of_outlet(outlet_id: str) -> str:
    """Returns what replaces a source's id for the notes of an outlet; no source's id looks so."""
    return f"{OUTLET}{outlet_id}"


def _row(state: FetchState) -> dict[str, object]:
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


def _columns(state: FetchState) -> tuple[str, ...]:
    """Returns the columns that a fetch changes. The address changes with the content only: a new address that fails
    says nothing about how to recognise its content."""
    outcome = ("fetched_at", "status", "reason", "message")
    return (*outcome, "url", "etag", "last_modified", "body_hash") if state.content else outcome
