"""The index of sketches: which wordings may be alike, among those of near days."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from models.counting.stories.components import DAYS, Place
from models.counting.stories.sketch import buckets
from models.sql import table_of
from models.store.stories.bulk import delete_numbers, insert_numbers, rows_with
from models.store.stories.likeness import Pair
from models.tables.stories import StoryBucket

SLOT_DAYS = 16  # more than the days around a place, which so lie in two slots at most; databases keep it
Sketches = Mapping[int, bytes]  # wording → its packed buckets


def add(connection: Connection, places: Collection[Place], sketches: Sketches) -> None:
    insert_numbers(connection, table_of(StoryBucket), _rows(places, sketches))


def drop(connection: Connection, places: Collection[Place], sketches: Sketches) -> None:
    delete_numbers(connection, table_of(StoryBucket), _rows(places, sketches))


def candidates(connection: Connection, places: Collection[Place], sketches: Sketches) -> set[Pair]:
    """The pairs of each place's wording with another one that shares a band and is near: in the index, which does
    not hold the places yet, or among them."""
    if not places:
        return set()
    asking: dict[int, list[Place]] = defaultdict(list)
    for wording, day in places:
        for bucket in buckets(sketches[wording]):
            for key in {_key(bucket, day - DAYS), _key(bucket, day + DAYS)}:
                asking[key].append((wording, day))
    table = table_of(StoryBucket)
    first, last = min(day for _, day in places), max(day for _, day in places)
    near = select(table).where(table.c.day.between(first - DAYS, last + DAYS))
    met = [
        (asking[bucket], (other, day))
        for bucket, day, other in rows_with(connection, near, table.c.bucket, asking)
    ]
    met += [(together, place) for together in asking.values() if len(together) > 1 for place in together]
    return {
        (min(wording, other), max(wording, other))
        for together, (other, other_day) in met
        for wording, day in together
        if wording != other and abs(day - other_day) <= DAYS
    }


def _rows(places: Collection[Place], sketches: Sketches) -> list[tuple[int, int, int]]:
    """In the order of the key, which makes a tree's pages be touched once."""
    return sorted(
        (_key(bucket, day), day, wording) for wording, day in places for bucket in buckets(sketches[wording])
    )


def _key(bucket: int, day: int) -> int:
    """Some weeks first: what comes together lies together in the tree, however old it grows."""
    return day // SLOT_DAYS << 32 | bucket & 0xFFFFFFFF
