"""The wordings of one transaction: what comes with it and, when asked for, what is stored."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from sqlalchemy import Connection, bindparam, delete, func, select

from models.counting.stories.components import Place
from models.counting.stories.sketch import sketched
from models.counting.stories.wording import (
    LEAST_SYLLABLES,
    Shingles,
    StoryText,
    alike,
    digest,
    shingles,
    syllables,
)
from models.sql import table_of, upsert
from models.store.stories import likeness
from models.store.stories.bulk import rows_with
from models.store.stories.likeness import Pair
from models.tables.items import ItemRevision, ItemRow
from models.tables.stories import StoryMember, StoryWording

Said = tuple[str, list[str]]  # for which programme, in which syllables


class Wordings:
    """`sketches` holds those that were asked for: wording → its packed buckets."""

    def __init__(self, connection: Connection) -> None:
        self.sketches: dict[int, bytes] = {}
        self._connection = connection
        self._said: dict[int, Said] = {}
        self._shingles: dict[int, Shingles] = {}
        self._named: dict[str, tuple[bytes, Said]] = {}
        self._made: dict[bytes, tuple[Shingles, bytes]] = {}

    def prepare(self, items: Iterable[StoryText]) -> None:
        """Cuts the texts, and makes the sketches of those that seem to be unknown, before others have to wait for it."""
        table = table_of(StoryWording)
        for item in items:
            self._named[item.id] = _named(item)
        said = {name: found for name, found in self._named.values() if _stands(found)}
        known = rows_with(self._connection, select(table.c.digest), table.c.digest, said)
        for name in said.keys() - {name for (name,) in known}:
            self._make(name, said[name])

    def places(self, items: Iterable[StoryText]) -> dict[str, Place]:
        """The place of each item that is long enough. Wordings that were unknown are stored."""
        said: dict[bytes, Said] = {}
        standing: dict[str, tuple[bytes, int]] = {}
        for item in items:
            name, found = self._named.get(item.id) or _named(item)
            if _stands(found):
                said[name] = found
                standing[item.id] = name, item.day.toordinal()
        ids = self._known(said)
        self._said |= {ids[name]: found for name, found in said.items() if name in ids}
        while unknown := {name: found for name, found in said.items() if name not in ids}:
            ids |= self._store(unknown)
            ids |= self._known(said.keys() - ids.keys())  # which another writer has stored meanwhile
        return {item_id: (ids[name], day) for item_id, (name, day) in standing.items()}

    def load_sketches(self, wordings: Iterable[int]) -> None:
        table = table_of(StoryWording)
        missing = {*wordings} - self.sketches.keys()
        found = rows_with(self._connection, select(table.c.id, table.c.buckets), table.c.id, missing)
        self.sketches |= dict(found)

    def verified(self, pairs: Collection[Pair]) -> Iterator[Pair]:
        """Those that are alike, by their texts."""
        self._load({wording for pair in pairs for wording in pair})
        for one, other in pairs:
            if alike(self._shingles_of(one), self._shingles_of(other)):
                yield one, other

    def forget(self, wordings: Collection[int]) -> None:
        """Those of the wordings that no item shows any more. One that another writer is just using stays."""
        if not wordings:
            return
        member, table = table_of(StoryMember), table_of(StoryWording)
        unused = select(table.c.id).order_by(table.c.id).with_for_update(skip_locked=True)
        mine = {wording for (wording,) in rows_with(self._connection, unused, table.c.id, wordings)}
        shown = rows_with(self._connection, select(member.c.wording).distinct(), member.c.wording, mine)
        mine -= {wording for (wording,) in shown}
        likeness.remove(self._connection, mine)
        if rows := [{"unused": wording} for wording in mine]:
            self._connection.execute(delete(table).where(table.c.id == bindparam("unused")), rows)

    def _shingles_of(self, wording: int) -> Shingles:
        if wording not in self._shingles:
            self._shingles[wording] = shingles(*self._said[wording])
        return self._shingles[wording]

    def _make(self, name: bytes, said: Said) -> tuple[Shingles, bytes]:
        if name not in self._made:
            shingled = shingles(*said)
            self._made[name] = shingled, sketched(shingled)
        return self._made[name]

    def _known(self, names: Collection[bytes]) -> dict[bytes, int]:
        """Until the end of the transaction no writer forgets them."""
        table = table_of(StoryWording)
        kept = select(table).with_for_update(read=True, key_share=True)
        found = list(rows_with(self._connection, kept, table.c.digest, names))
        self.sketches |= {row.id: row.buckets for row in found}
        return {row.digest: row.id for row in found}

    def _store(self, unknown: Mapping[bytes, Said]) -> dict[bytes, int]:
        """Those that no other writer stores, in one order, so that two writers never wait for each other in a ring."""
        table = table_of(StoryWording)
        made = {name: self._make(name, said) for name, said in sorted(unknown.items())}
        rows = [{"digest": name, "buckets": sketch} for name, (_, sketch) in made.items()]
        insert = upsert(self._connection, table).on_conflict_do_nothing()
        stored = self._connection.execute(insert.returning(table.c.id, table.c.digest), rows)
        ids = {name: wording for wording, name in stored}
        self._shingles |= {wording: made[name][0] for name, wording in ids.items()}
        self.sketches |= {wording: made[name][1] for name, wording in ids.items()}
        return ids

    def _load(self, wordings: Iterable[int]) -> None:
        """From the text of any item that shows the wording: keeping the shingles too would double what is stored. Where
        another writer changes that item meanwhile, another item is looked for."""
        member, item, revision = table_of(StoryMember), table_of(ItemRow), table_of(ItemRevision)
        shown = select(func.min(member.c.item_id)).group_by(member.c.wording)
        texts = (
            select(member.c.wording, item.c.programme, revision.c.lead, revision.c.text)
            .join(item, item.c.id == member.c.item_id)
            .join(revision, (revision.c.item_id == item.c.id) & (revision.c.revision == item.c.revision))
        )
        asked: set[str] = set()
        while missing := {*wordings} - self._said.keys() - self._shingles.keys():
            showing = {name for (name,) in rows_with(self._connection, shown, member.c.wording, missing)}
            if showing <= asked:
                return
            asked |= showing
            for wording, programme, lead, text in rows_with(
                self._connection, texts, member.c.item_id, showing
            ):
                self._said[wording] = programme, syllables(lead, text)


def _named(item: StoryText) -> tuple[bytes, Said]:
    words = syllables(item.lead, item.text)
    return digest(item.programme, words), (item.programme, words)


def _stands(said: Said) -> bool:
    return len(said[1]) >= LEAST_SYLLABLES
