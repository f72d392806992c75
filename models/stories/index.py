"""The index of sketches: which wordings may be alike, among those of near days."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

from sqlalchemy import Connection, bindparam, delete, select

from models.sql import table_of
from models.stories.components import DAYS, Place
from models.stories.likeness import Pair
from models.stories.lookup import MOST_VALUES, rows_with
from models.stories.sketch import BANDS, buckets
from models.stories.tables import StoryBucket

Sketches = Mapping[int, bytes]  # wording → its packed buckets


def add(connection: Connection, places: Collection[Place], sketches: Sketches) -> None:
    rows = [
        {"bucket": bucket, "day": day, "wording": wording}
        for wording, day in places
        for bucket in buckets(sketches[wording])
    ]
    if rows:
        connection.execute(table_of(StoryBucket).insert(), rows)


def drop(connection: Connection, places: Collection[Place], sketches: Sketches) -> None:
    table = table_of(StoryBucket)
    statement = delete(table).where(
        table.c.bucket.in_(bindparam("buckets", expanding=True)),
        table.c.day == bindparam("on"),
        table.c.wording.in_(bindparam("wordings", expanding=True)),
    )
    for day, wordings in _slices(places):
        numbers = {bucket for wording in wordings for bucket in buckets(sketches[wording])}
        connection.execute(statement, {"buckets": list(numbers), "on": day, "wordings": wordings})


def candidates(connection: Connection, places: Collection[Place], sketches: Sketches) -> set[Pair]:
    """The pairs of each place's wording with another one that shares a band and stands near; the places are in the index."""
    pairs: set[Pair] = set()
    in_order = sorted(places, key=lambda place: place[1])
    most = MOST_VALUES // BANDS
    for start in range(0, len(in_order), most):
        pairs |= _candidates(connection, in_order[start : start + most], sketches)
    return pairs


def _candidates(connection: Connection, places: Sequence[Place], sketches: Sketches) -> set[Pair]:
    table = table_of(StoryBucket)
    asking: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        for bucket in buckets(sketches[place[0]]):
            asking[bucket].append(place)
    near = select(table.c.bucket, table.c.day, table.c.wording).where(
        table.c.day.between(places[0][1] - DAYS, places[-1][1] + DAYS)
    )
    return {
        (min(wording, other), max(wording, other))
        for bucket, day, other in rows_with(connection, near, table.c.bucket, asking)
        for wording, asked_day in asking[bucket]
        if wording != other and abs(day - asked_day) <= DAYS
    }


def _slices(places: Collection[Place]) -> Iterator[tuple[int, list[int]]]:
    """Day by day, no more wordings at once than one statement takes the buckets of."""
    most = MOST_VALUES // (BANDS + 1)
    for day, group in groupby(sorted(places, key=lambda place: place[1]), key=lambda place: place[1]):
        wordings = [wording for wording, _ in group]
        for start in range(0, len(wordings), most):
            yield day, wordings[start : start + most]
