"""Rows of what a reclassification would change, for `lantoa reclassify` and for the page that changes a short name."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from lantoa.commands.reclassifying import ItemChange, Plan

EFFECTS = ("gained", "lost", "moved", "evidence")
EXAMPLES = 10  # examples of each effect that people see


def effects(plan: Plan) -> dict[str, int]:
    """Counts the items by effect."""
    counts: Counter[str] = Counter(change.effect for change in plan.items)
    return {effect: counts[effect] for effect in EFFECTS}


def examples(changes: Iterable[ItemChange]) -> list[ItemChange]:
    """Returns the first changes of each effect."""
    shown: Counter[str] = Counter()
    kept = []
    for change in changes:
        shown[change.effect] += 1
        if shown[change.effect] <= EXAMPLES:
            kept.append(change)
    return kept


def item_rows(changes: Iterable[ItemChange]) -> list[dict[str, object]]:
    """Returns one row for each field that differs."""
    return [row for change in changes for row in _of_item(change)]


def cell_rows(plan: Plan) -> list[dict[str, Any]]:
    """Returns one row for each figure that differs."""
    rows = []
    for key, (before, after) in plan.cells.items():
        old, new = before or {}, after or {}
        rows += [
            {"cell": key, "figure": name, "before": old.get(name), "after": new.get(name)}
            for name in {**old, **new}
            if old.get(name) != new.get(name)
        ]
    return rows


def _of_item(change: ItemChange) -> list[dict[str, Any]]:
    named = {"effect": change.effect, "id": change.id, "title": change.title}
    before, after = asdict(change.before), asdict(change.after)
    differing = [name for name in before if before[name] != after[name]]
    rows = [
        {**named, "field": name, "before": _text(before[name]), "after": _text(after[name])}
        for name in differing
    ]
    return rows or [{**named, "field": None, "before": None, "after": None}]


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
