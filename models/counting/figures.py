"""The figures of a row of the tallies, from the sums behind them."""

from collections.abc import Mapping
from typing import Any

Figures = dict[str, Any]
TOTAL_ONLY = frozenset({"waiting", "flagged"})
COUNTS = ("items", "activities", "participants", "points", "invited")


def says_nothing(row: Figures) -> bool:
    """A row in which nothing counts, such as that of an activity that was withdrawn."""
    return not any(row[name] for name in COUNTS)


def figures(sums: Mapping[str, Any]) -> Figures:
    """`points`, `invited` and `attendance_rate` (participants of invited, counting.md) are null where nothing states
    them."""
    found = {
        name: sums.get(name) or 0
        for name in ("items", "stories", "outlets", "activities", "participants", "waiting", "flagged")
    }
    invited = sums.get("invited") or 0
    return found | {
        "points": sums["points"] if sums.get("points_stated") else None,
        "invited": invited if sums.get("invited_stated") else None,
        "attendance_rate": round(sums["attended"] / invited, 6) if invited else None,
    }
