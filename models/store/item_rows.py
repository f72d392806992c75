"""The items of one transaction: what is counted of them follows from corrections, merges and stories, and the cells follow."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, select

from config.programme import Programme
from models.counting.apply_corrections import apply_corrections
from models.counting.cell_deltas import item_deltas
from models.counting.item_state import counted
from models.counting.merges import settle_merges
from models.counting.stored_item import StoredClassification, StoredItem
from models.queries.stored_corrections import corrections_of
from models.sql import table_of
from models.store import tally_outbox
from models.store.cell_writer import add_to_cells
from models.store.revisioned import Lists, RevisionedRows, RevisionedTables
from models.store.stories.regroup import StoryText, regroup
from models.store.stories.wordings import Wordings
from models.store.turns import NotBesideOthers, Slots, lock_days
from models.tables.items import (
    ItemClassification,
    ItemPlace,
    ItemResolution,
    ItemRevision,
    ItemRow,
)
from models.tables.stored_rows import (
    ITEM_COLUMNS,
    item_classification_json,
    item_classification_of,
    item_from,
    row_of_item,
)

ITEMS: RevisionedTables[StoredItem, StoredClassification] = RevisionedTables(
    model=ItemRow,
    revisions=ItemRevision,
    classifications=ItemClassification,
    of="item_id",
    moment="fetched_at",
    lists=(
        Lists(ItemResolution, "resolution", lambda item: item.counted.resolutions),
        Lists(ItemPlace, "place", lambda item: item.classification.values.places),
    ),
    columns=ITEM_COLUMNS,
    stored=item_from,
    row=row_of_item,
    classification=item_classification_of,
    classification_json=item_classification_json,
)


class ItemRows(RevisionedRows[StoredItem, StoredClassification]):
    """The items of one transaction. What is counted of them looks at other items too: at those of the days that it locks, when others count `beside`."""

    def __init__(self, connection: Connection, *, beside: bool = False) -> None:
        super().__init__(connection, ITEMS)
        self._beside = beside

    def count(self, ids: Sequence[str], programme: Programme, plenum_of: Mapping[str, str]) -> set[str]:
        """Corrections, then merges, then stories: each looks at what the one before has left. Writes the items and moves
        their cells, whose keys it gives."""
        if ids:
            self._correct(ids, programme, plenum_of)
            self._merge([each for each in ids if self.is_changed(each)])
            self._regroup()
        changed = self.changed()
        if not changed:
            return set()
        self.write(changed)
        before = [counted(old) for each in changed if (old := self.before.get(each.id))]
        keys = add_to_cells(self._connection, item_deltas(before, map(counted, changed)))
        tally_outbox.enqueue(self._connection, keys)
        return keys

    def pointing_to(self, ids: Sequence[str]) -> set[str]:
        if not ids:
            return set()
        item = table_of(ItemRow)
        statement = select(item.c.id).where(item.c.same_as.in_(bindparam("ids", expanding=True)))
        return {*self._connection.execute(statement, {"ids": list(ids)}).scalars()}

    def _correct(self, ids: Sequence[str], programme: Programme, plenum_of: Mapping[str, str]) -> None:
        said = corrections_of(self._connection, ids)
        for item_id in ids:
            if item := self.get(item_id):
                before = self.before.get(item_id)
                state = apply_corrections(item, said.get(item_id, ()), programme, plenum_of, before)
                self.put(item.with_state(state))

    def _merge(self, changed: Sequence[str]) -> None:
        """Items that no one merged, and that no other one waits for, are alone in what merging may change."""
        reached = settle_merges(self, self.before, changed)
        states = [(self.before.get(each), self.get(each)) for each in changed]
        merged = any(item and item.counted.same_as for pair in states for item in pair)
        if self._beside and (merged or reached != {*changed}):
            raise NotBesideOthers

    def _regroup(self) -> None:
        gone, come = [], []
        for item in self.here():
            old = self.before.get(item.id)
            counted_before = bool(old and old.counted.counts)
            if not item.counted.counts:
                gone += [item.id] if counted_before else []
            elif not counted_before or _retold(old, item):
                come.append(item)
        texts = _story_texts(self._connection, come) if come else []
        wordings = Wordings(self._connection)
        wordings.prepare(texts)  # what takes long and needs no lock
        slots = self._lock_days() if self._beside else None
        if not gone and not come:
            return
        stories = regroup(self._connection, gone, texts, wordings, slots)
        self.load(stories)
        for item_id, story in {**dict.fromkeys(gone), **stories}.items():
            member = self.get(item_id)
            if member and member.counted.story != story:
                self.put(member.with_state(replace(member.counted, story=story)))

    def _lock_days(self) -> Slots:
        """From here on no other writer changes the stories of what is written, which until here they may have done."""
        states = [state for item in self.changed() for state in (self.before.get(item.id), item) if state]
        slots = lock_days(self._connection, {item.counted.day for item in states if item.counted.counts})
        item, ids = table_of(ItemRow), [i.id for i in self.before.values() if i.counted.counts]
        if slots and ids:
            named = item.c.id.in_(bindparam("ids", expanding=True))
            for item_id, story in self._connection.execute(
                select(item.c.id, item.c.story).where(named), {"ids": ids}
            ):
                self._tell_story(item_id, story)
        return slots

    def _tell_story(self, item_id: str, story: str | None) -> None:
        """What is stored now, of an item as it was and as it is."""
        before, after = self.before[item_id], self.get(item_id)
        if before.counted.story != story and after:
            unchanged = after is before
            self.before[item_id] = before.with_state(replace(before.counted, story=story))
            told = after.with_state(replace(after.counted, story=story))
            self.put(self.before[item_id] if unchanged else told)


def _retold(old: StoredItem | None, item: StoredItem) -> bool:
    before = old and (old.shown.revision, old.counted.day)
    return before != (item.shown.revision, item.counted.day)


def _story_texts(connection: Connection, items: Sequence[StoredItem]) -> list[StoryText]:
    revision = table_of(ItemRevision)
    found = connection.execute(
        select(revision.c.item_id, revision.c.revision, revision.c.lead, revision.c.text).where(
            revision.c.item_id.in_(bindparam("ids", expanding=True))
        ),
        {"ids": [item.id for item in items]},
    )
    texts = {(item_id, name): (lead, body) for item_id, name, lead, body in found}
    return [
        StoryText(item.id, item.programme, item.counted.day, *texts[item.id, item.shown.revision])
        for item in items
    ]
