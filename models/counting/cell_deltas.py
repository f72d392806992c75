"""The difference between what items and activities counted and what they count now, cell by cell."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models.counting.cells import CellName, Counted, Reported, cells

Figures = Mapping[str, int]
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
            figures = _item_figures(item)
            for cell in cells(item):
                delta = deltas.sums[cell]
                for name, figure in figures.items():
                    delta[name] += sign * figure
                deltas.outlets[cell.key, item.outlet] += sign
                if item.story:
                    deltas.stories[cell.key, item.story] += sign
    return deltas


def activity_deltas(before: Iterable[Reported], after: Iterable[Reported]) -> CellDeltas:
    deltas = CellDeltas()
    for sign, activities in ((-1, before), (1, after)):
        for activity in activities:
            figures = _activity_figures(activity)
            for cell in cells(activity):
                for name, figure in figures.items():
                    deltas.sums[cell][name] += sign * figure
    return deltas


def _item_figures(item: Counted) -> Figures:
    return {"items": 1, "alone": item.story is None, "waiting": item.waiting, "flagged": item.flagged}


def _activity_figures(activity: Reported) -> Figures:
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
