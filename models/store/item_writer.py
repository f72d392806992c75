"""Writing classified items: one transaction for the items and the tallies that they change.

Everything is keyed by identity and the tallies move by the difference between an item's old and new cells, so that a
redelivered, repeated or reordered message changes nothing (invariant 1).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from sqlalchemy import BindParameter, Connection, Table, bindparam, delete, func, or_, select, text

from config.programme import Programme
from models.counting import merges
from models.counting.apply_corrections import apply_corrections, stated
from models.counting.cell_deltas import item_deltas
from models.counting.classification_history import (
    ClassificationHistory,
    Placed,
    RevisionClassification,
    classification_at,
    classification_columns,
    placed,
)
from models.counting.item_state import counted, fold, from_history, to_history
from models.messages.correction import Correction
from models.messages.item import Classified
from models.queries.stored_corrections import corrections_of
from models.sql import Row, put, table_of, upsert
from models.store import tally_outbox
from models.store.cell_writer import add_to_cells
from models.store.stories.regroup import StoryText, regroup
from models.tables.items import (
    CorrectionRow,
    ItemClassification,
    ItemPlace,
    ItemResolution,
    ItemRevision,
    ItemRow,
)

PERSIST_LOCK = 7_201_002  # namespace of PostgreSQL's advisory locks, one per partition
COUNTING_LOCK = 7_201_003
REST = {"guid", "enclosures", "categories", "text_flag", "text_reason", "served_by", "document_at"}


def record(
    connection: Connection,
    messages: Sequence[Classified | Placed[Classified]],
    programme: Programme,
    plenum_of: Mapping[str, str],
) -> set[str]:
    """Folds the messages into the items and moves the cells, whose keys it gives. The caller owns the transaction.

    `plenum_of` names the plenum that issued a document. A message without its position comes after those that have one.
    """
    listed = placed(messages)
    ids = {each.message.item.id for each in listed}
    counts = any(each.message.in_scope for each in listed)
    lock_counting(connection, counts or _any_counts(connection, ids))
    items = _Items(connection, programme, plenum_of)
    items.load(ids)
    items.load_kept([each.message for each in listed])
    revisions: dict[tuple[str, str], Row] = {}
    for each in listed:
        items.fold(each)
        place = each.message.item.id, each.message.item.revision
        revisions[place] = _merge_revision(revisions.get(place), each.message)
    _write_revisions(connection, list(revisions.values()))
    _write_history(connection, items.kept.to_write)
    items.settle(items.folded(ids))
    return items.write()


def record_corrections(
    connection: Connection,
    messages: Sequence[Correction | Placed[Correction]],
    programme: Programme,
    plenum_of: Mapping[str, str],
) -> None:
    """Keeps the corrections and applies them to the items that are here; the others find theirs when they come."""
    corrections = [each.message for each in placed(messages)]
    if not corrections:
        return
    lock_counting(connection, True)
    table = table_of(CorrectionRow)
    rows = [
        {
            "id": c.id,
            "item": c.item,
            "made_at": c.made_at,
            "by": c.by,
            "because": c.because,
            "fields": stated(c),
            "withdraws": c.withdraws,
        }
        for c in corrections
    ]
    new = _unknown(connection, corrections)
    connection.execute(upsert(connection, table).on_conflict_do_nothing(), rows)
    items = _Items(connection, programme, plenum_of)
    ids = {c.item for c in corrections if c.id in new}  # one that comes again changes nothing
    items.load(ids)
    items.settle(ids)
    items.write()


def lock_partition(connection: Connection, partition: int) -> None:
    """One writer a partition, even while a worker that lost it in a rebalance still finishes its last batch.
    SQLite's single write lock does the same by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n, :p)"), {"n": PERSIST_LOCK, "p": partition})


def lock_counting(connection: Connection, counts: bool) -> None:
    """What counts may change the story or the merge of any other item: one writer at a time. The rest goes on beside."""
    if counts and connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": COUNTING_LOCK})


class _Items:
    """The items of one transaction: as they were (`before`), and as they are."""

    def __init__(self, connection: Connection, programme: Programme, plenum_of: Mapping[str, str]) -> None:
        self.before: dict[str, Row] = {}
        self._after: dict[str, Row] = {}
        self._connection = connection
        self._programme = programme
        self._plenum_of = plenum_of
        self._looked: set[str] = set()
        self.kept = ClassificationHistory()

    def load(self, ids: Iterable[str]) -> None:
        missing = {*ids} - self._looked
        self._looked |= missing
        if missing:
            found = _stored(self._connection, missing)
            self.before |= found
            self._after |= {item_id: dict(row) for item_id, row in found.items()}

    def get(self, item_id: str) -> Row | None:
        self.load([item_id])
        return self._after.get(item_id)

    def put(self, item_id: str, **values: object) -> None:
        self._after[item_id] |= values

    def pointing_to(self, ids: Sequence[str]) -> set[str]:
        return _pointing_to(self._connection, ids) if ids else set()

    def load_kept(self, messages: Iterable[Classified]) -> None:
        """The classifications that are not in force, of items of which another one than the current one has come."""
        ids = {
            m.item.id
            for m in messages
            if (row := self._after.get(m.item.id))
            and (row["revision"], row["generation"]) != (m.item.revision, m.generation)
        }
        if ids:
            self.kept.load(_kept(self._connection, ids, self._after, self._plenum_of))

    def fold(self, placed: Placed[Classified]) -> None:
        item_id = placed.message.item.id
        self._after[item_id] = fold(
            self._after.get(item_id),
            placed.message,
            placed.position,
            self._programme,
            self._plenum_of,
            self.kept,
        )

    def folded(self, ids: Iterable[str]) -> list[str]:
        """Those that the messages have changed: the others stay as they were counted, by whatever files."""
        return [item_id for item_id in ids if self._changed(item_id)]

    def settle(self, ids: Iterable[str]) -> None:
        """Corrections, then merges, then stories: each looks at what the one before has left."""
        here = [item_id for item_id in ids if item_id in self._after]
        said = corrections_of(self._connection, here)
        for item_id in here:
            row = {"counts": False, "story": None} | self._after[item_id]
            before = self.before.get(item_id)
            self._after[item_id] = apply_corrections(
                row, said.get(item_id, ()), self._programme, self._plenum_of, before
            )
        merges.settle(self, self.before, [i for i in here if self._changed(i)])
        self._regroup()

    def write(self) -> set[str]:
        changed = [row for item_id, row in sorted(self._after.items()) if self._changed(item_id)]
        if not changed:
            return set()
        _write_items(self._connection, changed, self.before)
        _write_places(self._connection, changed, self.before)
        before = [counted(self.before[row["id"]]) for row in changed if row["id"] in self.before]
        keys = add_to_cells(self._connection, item_deltas(before, map(counted, changed)))
        tally_outbox.enqueue(self._connection, keys)
        return keys

    def _changed(self, item_id: str) -> bool:
        return self._after[item_id] != self.before.get(item_id)

    def _regroup(self) -> None:
        gone, come = [], []
        for item_id, row in self._after.items():
            old = self.before.get(item_id)
            counted_before = bool(old and old["counts"])
            if not row["counts"]:
                gone += [item_id] if counted_before else []
            elif not counted_before or _retold(old, row):
                come.append(row)
        if not gone and not come:
            return
        stories = regroup(self._connection, gone, _story_texts(self._connection, come))
        self.load(stories)
        for item_id in gone:
            self.put(item_id, story=None)
        for item_id, story in stories.items():
            self.put(item_id, story=story)


def _retold(old: Row | None, row: Row) -> bool:
    return old is None or (old["revision"], old["day"]) != (row["revision"], row["day"])


def _story_texts(connection: Connection, rows: Sequence[Row]) -> list[StoryText]:
    revision = table_of(ItemRevision)
    found = connection.execute(
        select(revision.c.item_id, revision.c.revision, revision.c.lead, revision.c.text).where(
            revision.c.item_id.in_(bindparam("ids", expanding=True))
        ),
        {"ids": [row["id"] for row in rows]},
    )
    texts = {(item_id, name): (lead, body) for item_id, name, lead, body in found}
    return [
        StoryText(row["id"], row["programme"], row["day"], *texts[row["id"], row["revision"]]) for row in rows
    ]


def _merge_revision(row: Row | None, message: Classified) -> Row:
    item = message.item
    first, last = item.fetched_at, item.fetched_at
    if row:
        first, last = min(first, row["first_fetched_at"]), max(last, row["fetched_at"])
    return {
        "item_id": item.id,
        "revision": item.revision,
        "source": item.source,
        "url": item.url,
        "first_fetched_at": first,
        "fetched_at": last,
        "claimed": item.claimed,
        "date_text": item.date_text,
        "date_flag": item.date_flag,
        "title": item.title,
        "lead": item.lead,
        "text": item.text,
        "text_from": item.text_from,
        "rest": item.model_dump(mode="json", include=REST),
    }


def _any_counts(connection: Connection, ids: Iterable[str]) -> bool:
    """Also a correction may bring an item into scope, and an item may be what another one waits for to give way."""
    item, correction = table_of(ItemRow), table_of(CorrectionRow)
    named: BindParameter[list[str]] = bindparam("ids", expanding=True)
    counts = select(item.c.id).where(or_(item.c.id.in_(named) & item.c.counts, item.c.same_as.in_(named)))
    corrected = select(correction.c.item).where(correction.c.item.in_(named))
    found = connection.execute(counts.union(corrected).limit(1), {"ids": list(ids)})
    return found.first() is not None


def _stored(connection: Connection, ids: Iterable[str]) -> dict[str, Row]:
    table = table_of(ItemRow)
    found = connection.execute(
        select(table).where(table.c.id.in_(bindparam("ids", expanding=True))), {"ids": list(ids)}
    )
    return {row["id"]: dict(row) for row in found.mappings()}


def _pointing_to(connection: Connection, ids: Sequence[str]) -> set[str]:
    item = table_of(ItemRow)
    statement = select(item.c.id).where(item.c.same_as.in_(bindparam("ids", expanding=True)))
    return set(connection.execute(statement, {"ids": list(ids)}).scalars())


def _unknown(connection: Connection, corrections: Sequence[Correction]) -> set[str]:
    """The ids of those that are not here yet."""
    table = table_of(CorrectionRow)
    ids = {c.id for c in corrections}
    named = table.c.id.in_(bindparam("ids", expanding=True))
    return ids - set(connection.execute(select(table.c.id).where(named), {"ids": list(ids)}).scalars())


def _kept(
    connection: Connection, ids: Iterable[str], rows: Mapping[str, Row], plenum_of: Mapping[str, str]
) -> Iterator[tuple[str, RevisionClassification]]:
    table = table_of(ItemClassification)
    named = table.c.item_id.in_(bindparam("ids", expanding=True))
    for found in connection.execute(select(table).where(named), {"ids": list(ids)}).mappings():
        values = partial(from_history, found["classification"], rows[found["item_id"]], plenum_of)
        yield found["item_id"], classification_at(dict(found), values)


def _write_history(connection: Connection, kept: Sequence[tuple[str, RevisionClassification]]) -> None:
    rows = [
        {
            "item_id": item,
            "revision": each.revision,
            "classification": to_history(each.values()),
            **classification_columns(each),
        }
        for item, each in kept
    ]
    put(connection, ItemClassification, rows, ("classification", "classified_offset", "classified_ms"))


def _write_revisions(connection: Connection, rows: list[Row]) -> None:
    table = table_of(ItemRevision)
    insert = upsert(connection, table)
    least, most = ("min", "max") if connection.dialect.name == "sqlite" else ("least", "greatest")
    new = insert.excluded
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=[table.c.item_id, table.c.revision],
            set_={
                "first_fetched_at": getattr(func, least)(table.c.first_fetched_at, new.first_fetched_at),
                "fetched_at": getattr(func, most)(table.c.fetched_at, new.fetched_at),
            },
        ),
        rows,
    )


def _write_items(connection: Connection, rows: list[Row], before: Mapping[str, Row]) -> None:
    put(connection, ItemRow, rows)
    moved = [row for row in rows if row["resolutions"] != before.get(row["id"], {}).get("resolutions", [])]
    named = [{"item_id": row["id"], "resolution": name} for row in moved for name in row["resolutions"]]
    _replace(connection, table_of(ItemResolution), [row["id"] for row in moved if row["id"] in before], named)


def _write_places(connection: Connection, rows: list[Row], before: Mapping[str, Row]) -> None:
    moved = [row for row in rows if row["places"] != before.get(row["id"], {}).get("places", [])]
    named = [
        {"item_id": row["id"], "place": place} for row in moved for place in dict.fromkeys(row["places"])
    ]
    _replace(connection, table_of(ItemPlace), [row["id"] for row in moved if row["id"] in before], named)


def _replace(connection: Connection, table: Table, ids: list[str], rows: list[Row]) -> None:
    if ids:
        connection.execute(delete(table).where(table.c.item_id == bindparam("i")), [{"i": i} for i in ids])
    if rows:
        connection.execute(table.insert(), rows)
