"""Items as they were published, read back from the database to be classified again."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, select, true

from models.counting.item_state import Json
from models.counting.stored_item import StoredItem
from models.messages.item import Classified, Item
from models.sql import table_of
from models.tables.items import CorrectionRow, ItemClassification, ItemRevision, ItemRow
from models.tables.stored_rows import ITEM_COLUMNS, item_from

BATCH = 500
TEXTS_AT = len(ITEM_COLUMNS)
OF_REVISION = (
    "source",
    "url",
    "claimed",
    "date_text",
    "date_flag",
    "title",
    "lead",
    "text",
    "text_from",
    "rest",
)
OF_ITEM = ("id", "identity", "revision", "outlet", "fetched_at")
NAMES = (*OF_ITEM, *OF_REVISION[:-1])  # of the fields of a message, without those in `rest`
MESSAGE = itemgetter(
    *map(ITEM_COLUMNS.index, OF_ITEM), *range(TEXTS_AT, TEXTS_AT + len(OF_REVISION) - 1)
)  # faster by position than by name


def stored_items(
    connection: Connection, which: ColumnElement[bool] | None = None
) -> Iterator[list[tuple[StoredItem, Item]]]:
    """Every item with the message of its winning revision, in batches in the order of their ids."""
    for rows in _rows(connection, which):
        yield [(item_from(row[:TEXTS_AT]), _message(row)) for row in rows]


def items_of(connection: Connection, programme: str) -> Iterator[list[tuple[StoredItem, Item]]]:
    """Every item of a programme, as `stored_items`."""
    return stored_items(connection, table_of(ItemRow).c.programme == programme)


def corrected_items(connection: Connection) -> Iterator[tuple[StoredItem, Item]]:
    """Yields the items whose documents a correction in force states. Of copies, it yields only the item that is counted."""
    corrected = select(table_of(CorrectionRow).c.item)
    for batch in stored_items(connection, table_of(ItemRow).c.id.in_(corrected)):
        for stored, item in batch:
            if "resolutions" in stored.counted.corrected and stored.counted.same_as is None:
                yield stored, item


def current_items(connection: Connection, ids: Sequence[str]) -> list[Item]:
    """The winning revisions of those that are here, as messages."""
    return [_message(row) for rows in _rows(connection, table_of(ItemRow).c.id.in_(ids)) for row in rows]


def returned_items(connection: Connection, programme: str, last: int) -> Iterator[Classified]:
    """Of every item of a programme that reclassification `last` changed: its earlier classification, as a message of the next one."""
    item = table_of(ItemRow)
    for rows in _rows(connection, (item.c.programme == programme) & (item.c.generation == last)):
        earlier = _earlier(connection, [row.id for row in rows], last)
        for row in rows:
            if before := earlier.get((row.id, row.revision)):
                yield Classified.stored(item=_message(row), generation=last + 1, **before)


def _rows(connection: Connection, which: ColumnElement[bool] | None) -> Iterator[Sequence[Row[Any]]]:
    """ITEM_COLUMNS of items, then OF_REVISION of their winning revision."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    here = and_(item.c.id > bindparam("last"), true() if which is None else which)
    page = (
        select(*(item.c[name] for name in ITEM_COLUMNS))
        .where(here)
        .order_by(item.c.id)
        .limit(BATCH)
        .subquery()
    )  # first, or PostgreSQL joins it all
    winning = and_(revision.c.item_id == page.c.id, revision.c.revision == page.c.revision)
    texts = [revision.c[name].label(f"of_{name}") for name in OF_REVISION]
    statement = select(page, *texts).join(revision, winning).order_by(page.c.id)
    last = ""
    while rows := connection.execute(statement, {"last": last}).all():
        yield rows
        last = rows[-1].id


def _message(row: Row[Any]) -> Item:
    return Item.stored(**dict(zip(NAMES, MESSAGE(row), strict=True)), **row[-1])


def _earlier(connection: Connection, ids: Sequence[str], last: int) -> dict[tuple[str, str], Json]:
    """(item, revision) → the latest classification before that one."""
    table = table_of(ItemClassification)
    before = table.c.item_id.in_(ids) & (table.c.generation < last)
    found = connection.execute(select(table).where(before).order_by(table.c.generation))
    return {(row["item_id"], row["revision"]): row["classification"] for row in found.mappings()}
