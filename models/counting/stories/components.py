"""Stories as connected components, of wordings on days rather than of items: a thousand equal items are one place."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise

DAYS = 7  # that two items of a story may lie apart
Place = tuple[int, int]  # a wording and a day


def stories(places: Mapping[str, Place], likeness: Iterable[tuple[int, int]]) -> dict[str, str | None]:
    """Item → the least id of its story, or null while it is alone: the connected components of texts that are alike and
    near in time, whatever order they arrived in (counting.md, Stories)."""
    leader = components({*places.values()}, likeness)
    together: dict[Place, list[str]] = {}
    for item, place in places.items():
        together.setdefault(leader[place], []).append(item)
    return {item: min(items) if len(items) > 1 else None for items in together.values() for item in items}


def components(places: Collection[Place], likeness: Iterable[tuple[int, int]]) -> Mapping[Place, Place]:
    """Each place → the one that represents its component.

    All places of two like wordings are related when their days are near; so in the order of days it is enough to join
    neighbours.
    """
    days: dict[int, list[int]] = {}
    for wording, day in places:
        days.setdefault(wording, []).append(day)
    leader = {place: place for place in places}
    for group in _groups(days, likeness):
        in_order = sorted((day, wording) for wording in group for day in days[wording])
        for (day, wording), (next_day, next_wording) in pairwise(in_order):
            if next_day - day <= DAYS:
                _join(leader, (wording, day), (next_wording, next_day))
    return {place: _find(leader, place) for place in places}


def _groups(days: Mapping[int, object], likeness: Iterable[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    yield from ((wording,) for wording in days)
    yield from (pair for pair in likeness if pair[0] < pair[1] and pair[0] in days and pair[1] in days)


def _join(leader: dict[Place, Place], one: Place, other: Place) -> None:
    leader[_find(leader, one)] = _find(leader, other)


def _find(leader: dict[Place, Place], place: Place) -> Place:
    while leader[place] != place:
        leader[place] = leader[leader[place]]
        place = leader[place]
    return place
