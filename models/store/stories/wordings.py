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
from models.sql import table_of
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

    def places(self, items: Iterable[StoryText]) -> dict[str, Place]:
        """The place of each item that is long enough. Wordings that were unknown are stored."""
        said: dict[bytes, Said] = {}
        standing: dict[str, tuple[bytes, int]] = {}
        for item in items:
            words = syllables(item.lead, item.text)
            if len(words) >= LEAST_SYLLABLES:
                name = digest(item.programme, words)
                said[name] = item.programme, words
                standing[item.id] = name, item.day.toordinal()
        ids = self._known(said)
        self._said |= {ids[name]: found for name, found in said.items() if name in ids}
        ids |= self._store({name: found for name, found in said.items() if name not in ids})
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
        """Those of the wordings that no item shows any more."""
        member, table = table_of(StoryMember), table_of(StoryWording)
        shown = rows_with(self._connection, select(member.c.wording).distinct(), member.c.wording, wordings)
        unused = {*wordings} - {wording for (wording,) in shown}
        likeness.remove(self._connection, unused)
        if rows := [{"unused": wording} for wording in unused]:
            self._connection.execute(delete(table).where(table.c.id == bindparam("unused")), rows)

    def _shingles_of(self, wording: int) -> Shingles:
        if wording not in self._shingles:
            self._shingles[wording] = shingles(*self._said[wording])
        return self._shingles[wording]

    def _known(self, names: Collection[bytes]) -> dict[bytes, int]:
        table = table_of(StoryWording)
        found = list(rows_with(self._connection, select(table), table.c.digest, names))
        self.sketches |= {row.id: row.buckets for row in found}
        return {row.digest: row.id for row in found}

    def _store(self, unknown: Mapping[bytes, Said]) -> dict[bytes, int]:
        if not unknown:
            return {}
        table = table_of(StoryWording)
        found = {name: shingles(*said) for name, said in unknown.items()}
        sketches = {name: sketched(shingled) for name, shingled in found.items()}
        rows = [{"digest": name, "buckets": sketch} for name, sketch in sketches.items()]
        stored = self._connection.execute(table.insert().returning(table.c.id, table.c.digest), rows)
        ids = {name: wording for wording, name in stored}
        self._shingles |= {wording: found[name] for name, wording in ids.items()}
        self.sketches |= {wording: sketches[name] for name, wording in ids.items()}
        return ids

    def _load(self, wordings: Iterable[int]) -> None:
        """From the text of any item that shows the wording: keeping the shingles too would double what is stored."""
        missing = {*wordings} - self._said.keys() - self._shingles.keys()
        member, item, revision = table_of(StoryMember), table_of(ItemRow), table_of(ItemRevision)
        shown = select(func.min(member.c.item_id), member.c.wording).group_by(member.c.wording)
        shows = dict(rows_with(self._connection, shown, member.c.wording, missing))
        texts = select(item.c.id, item.c.programme, revision.c.lead, revision.c.text).join(
            revision, (revision.c.item_id == item.c.id) & (revision.c.revision == item.c.revision)
        )
        for item_id, programme, lead, text in rows_with(self._connection, texts, item.c.id, shows):
            self._said[shows[item_id]] = programme, syllables(lead, text)
