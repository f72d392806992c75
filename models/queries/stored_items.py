"""Items as they were published, read back from the database to be classified again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, select, true

from models.counting.item_state import classification_in
from models.messages.item import Classified, Item
from models.sql import Row, table_of
from models.tables.items import CorrectionRow, ItemClassification, ItemRevision, ItemRow

BATCH = 500
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


@dataclass(frozen=True, slots=True)
class ItemInForce:
    """An item as it was published, with its classification in force.

    `classified` holds the documents of the classification, `resolutions` those that count, plenums too, and `corrected`
    the fields that corrections set.
    """

    item: Item
    classification: Mapping[str, Any]
    classified: tuple[str, ...]
    resolutions: tuple[str, ...]
    corrected: frozenset[str]


@dataclass(frozen=True, slots=True)
class CorrectedItem:
    """An item whose documents a correction in force states. `story` is the item's own id while it is alone."""

    item: Item
    day: date
    resolutions: frozenset[str]
    story: str


def stored_items(
    connection: Connection, which: ColumnElement[bool] | None = None
) -> Iterator[list[tuple[Row, Item]]]:
    """Every item's row with the message of its winning revision, in batches in the order of their ids."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    here = and_(item.c.id > bindparam("last"), true() if which is None else which)
    page = (
        select(item).where(here).order_by(item.c.id).limit(BATCH).subquery()
    )  # first, or PostgreSQL joins it all
    winning = and_(revision.c.item_id == page.c.id, revision.c.revision == page.c.revision)
    texts = [revision.c[name].label(f"of_{name}") for name in OF_REVISION]
    statement = select(page, *texts).join(revision, winning).order_by(page.c.id)
    last = ""
    while rows := [dict(row) for row in connection.execute(statement, {"last": last}).mappings()]:
        yield [(row, _message(row)) for row in rows]
        last = rows[-1]["id"]


def items_in_force(connection: Connection, programme: str) -> Iterator[list[ItemInForce]]:
    """Every item of a programme, in batches."""
    for batch in stored_items(connection, table_of(ItemRow).c.programme == programme):
        yield [
            ItemInForce(
                item,
                classification_in(row),
                tuple(row["classified"]["resolutions"]),
                tuple(row["resolutions"]),
                frozenset(row["corrected"]),
            )
            for row, item in batch
        ]


def corrected_items(connection: Connection) -> Iterator[CorrectedItem]:
    """The items whose documents a correction in force states. Of copies, only the one that is counted."""
    corrected = select(table_of(CorrectionRow).c.item)
    for batch in stored_items(connection, table_of(ItemRow).c.id.in_(corrected)):
        for row, item in batch:
            if "resolutions" in row["corrected"] and row["same_as"] is None:
                yield CorrectedItem(
                    item, row["day"], frozenset(row["resolutions"]), row["story"] or row["id"]
                )


def current_items(connection: Connection, ids: Sequence[str]) -> list[Item]:
    """The winning revisions of those that are here, as messages."""
    return [
        item for batch in stored_items(connection, table_of(ItemRow).c.id.in_(ids)) for _row, item in batch
    ]


def returned_items(connection: Connection, programme: str, last: int) -> Iterator[Classified]:
    """Of every item of a programme that reclassification `last` changed: its earlier classification, as a message of the next one."""
    item = table_of(ItemRow)
    for batch in stored_items(connection, (item.c.programme == programme) & (item.c.generation == last)):
        earlier = _earlier(connection, [row["id"] for row, _ in batch], last)
        for row, message in batch:
            if before := earlier.get((row["id"], row["revision"])):
                yield Classified.stored(item=message, generation=last + 1, **before)


def _message(row: Row) -> Item:
    return Item.stored(
        **{name: row[name] for name in ("id", "identity", "revision", "outlet", "fetched_at")},
        **{name: row[f"of_{name}"] for name in OF_REVISION if name != "rest"},
        **row["of_rest"],
    )


def _earlier(connection: Connection, ids: Sequence[str], last: int) -> dict[tuple[str, str], Row]:
    """(item, revision) → the latest classification before that one."""
    table = table_of(ItemClassification)
    before = table.c.item_id.in_(ids) & (table.c.generation < last)
    found = connection.execute(select(table).where(before).order_by(table.c.generation))
    return {(row["item_id"], row["revision"]): row["classification"] for row in found.mappings()}
