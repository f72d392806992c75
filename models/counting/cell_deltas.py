"""The difference between what items and activities counted and what they count now, cell by cell."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from models.counting.cells import CellName, Counted, Reported, cells

Sums = dict[CellName, Counter[str]]
References = Counter[tuple[str, str]]  # (key of a cell, outlet or story) → items


@dataclass(frozen=True, slots=True)
class CellDeltas:
    """What is added to the sums of each cell, and to the numbers of items that each of its outlets and stories has."""

    sums: Sums = field(default_factory=lambda: defaultdict(Counter))
    outlets: References = field(default_factory=Counter)
    stories: References = field(default_factory=Counter)


def item_deltas(before: Iterable[Counted], after: Iterable[Counted]) -> CellDeltas:
    deltas = CellDeltas()
    for sign, items in ((-1, before), (1, after)):
        for item in items:
            counting = list(cells(item))
            _add(deltas.sums, counting, _item_figures(item), sign)
            keys = [cell.key for cell in counting]
            outlets_in_rows(deltas.outlets, keys, item, sign)
            stories_in_rows(deltas.stories, keys, item, sign)
    return deltas


def activity_deltas(before: Iterable[Reported], after: Iterable[Reported]) -> CellDeltas:
    deltas = CellDeltas()
    for sign, activities in ((-1, before), (1, after)):
        for activity in activities:
            _add(deltas.sums, cells(activity), activity_figures(activity), sign)
    return deltas


def outlets_in_rows(references: References, keys: Sequence[str], item: Counted, sign: int) -> None:
    """Each cell counts the outlets that have an item in it: as a number of items for each outlet, so that an outlet goes
    with its last item (counting.md, Outlets)."""
    for key in keys:
        references[key, item.outlet] += sign


def stories_in_rows(references: References, keys: Sequence[str], item: Counted, sign: int) -> None:
    """Each cell counts the stories that have an item in it (counting.md, Stories). One that is alone has no reference:
    it is in the sum `alone`."""
    if item.story:
        for key in keys:
            references[key, item.story] += sign


def activity_figures(activity: Reported) -> Mapping[str, int]:
    """What a report adds to each of its cells: sessions, people, and what the attendance rate is made of (counting.md,
    Activities)."""
    attended = activity.participants or 0 if activity.invited is not None else 0
    return {
        "reports": 1,
        "activities": activity.sessions,
        "participants": activity.participants or 0,
        "points": activity.points or 0,
        "points_stated": activity.points is not None,
        "invited": activity.invited or 0,
        "invited_stated": activity.invited is not None,
        "attended": attended,
    }


def _item_figures(item: Counted) -> Mapping[str, int]:
    return {"items": 1, "alone": item.story is None, "waiting": item.waiting, "flagged": item.flagged}


def _add(sums: Sums, counting: Iterable[CellName], figures: Mapping[str, int], sign: int) -> None:
    for cell in counting:
        delta = sums[cell]
        for name, figure in figures.items():
            delta[name] += sign * figure
