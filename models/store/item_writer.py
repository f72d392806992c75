"""Writing classified items: one transaction for the items and the tallies that they change.

Everything is keyed by identity and the tallies move by the difference between an item's old and new cells, so that a
redelivered, repeated or reordered message changes nothing (invariant 1).
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, select

from config.programme import Programme
from models.counting.apply_corrections import stored_correction
from models.counting.classification_history import Placed, placed
from models.counting.item_state import fold_item
from models.messages.correction import Correction
from models.messages.item import Classified
from models.sql import table_of, upsert
from models.store.item_rows import ItemRows
from models.store.turns import count_alone, count_beside_others
from models.tables.items import CorrectionRow
from models.tables.stored_rows import row_of_correction

REST = {"guid", "enclosures", "categories", "text_flag", "text_reason", "served_by", "document_at"}


def record(
    connection: Connection,
    messages: Sequence[Classified | Placed[Classified]],
    programme: Programme,
    plenum_of: Mapping[str, str],
    *,
    beside: bool = False,
) -> set[str]:
    """Folds the messages into the items and moves the cells, whose keys it gives. The caller owns the transaction, beside
    which no other writer counts; with `beside`, others count other items. Raises NotBesideOthers then, after which the
    transaction has to end.

    `plenum_of` names the plenum that issued a document. A message without its position comes after those that have one.
    """
    (count_beside_others if beside else count_alone)(connection)
    items = ItemRows(connection, beside=beside and connection.dialect.name == "postgresql")
    listed = placed(messages)
    arrived = [each.message for each in listed]
    ids = {message.item.id for message in arrived}
    items.load(ids)
    items.load_history(((m.item.id, m.item.revision, m.generation) for m in arrived), plenum_of)
    for each in listed:
        stored = items.get(each.message.item.id)
        items.put(fold_item(stored, each.message, each.position, programme, plenum_of, items.history))
        items.add_revision(_revision(each.message))
    items.write_revisions()
    changed = [each for each in ids if items.is_changed(each)]  # the others stay as they were counted
    return items.count(changed, programme, plenum_of)


def record_corrections(
    connection: Connection,
    messages: Sequence[Correction | Placed[Correction]],
    programme: Programme,
    plenum_of: Mapping[str, str],
) -> None:
    """Keeps the corrections and applies them to the items that are here; the others find theirs when they come."""
    corrections = [stored_correction(each.message) for each in placed(messages)]
    if not corrections:
        return
    count_alone(connection)
    new = _unknown(connection, {c.id for c in corrections})
    insert = upsert(connection, table_of(CorrectionRow)).on_conflict_do_nothing()
    connection.execute(insert, [row_of_correction(c) for c in corrections])
    items = ItemRows(connection)
    ids = {c.item for c in corrections if c.id in new}  # one that comes again changes nothing
    items.load(ids)
    items.count([each for each in ids if items.get(each)], programme, plenum_of)


def _revision(message: Classified) -> dict[str, object]:
    item = message.item
    return {
        "item_id": item.id,
        "revision": item.revision,
        "source": item.source,
        "url": item.url,
        "fetched_at": item.fetched_at,
        "claimed": item.claimed,
        "date_text": item.date_text,
        "date_flag": item.date_flag,
        "title": item.title,
        "lead": item.lead,
        "text": item.text,
        "text_from": item.text_from,
        "rest": item.model_dump(mode="json", include=REST),
    }


def _unknown(connection: Connection, corrections: set[str]) -> set[str]:
    """The ids of those that are not here yet."""
    table = table_of(CorrectionRow)
    named = table.c.id.in_(bindparam("ids", expanding=True))
    found = connection.execute(select(table.c.id).where(named), {"ids": list(corrections)})
    return corrections - {*found.scalars()}
