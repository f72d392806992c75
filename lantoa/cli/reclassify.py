"""`lantoa reclassify`: what a changed programme, catalogue or rule would change, and changing it."""

from collections import Counter
from typing import Annotated, Any

import typer

from config.catalogue import load_catalogue
from lantoa.cli.context import ProgrammeOption, database_of, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, print_csv, print_json, print_rows
from lantoa.language import _
from lantoa.reclassifying import ItemChange, Plan, Reclassifying
from lantoa.reclassifying import apply as apply_plan

EXAMPLES = 10  # of each effect, for people
EFFECTS = ("gained", "lost", "moved", "evidence")
ITEMS = ("effect", "id", "title", "field", "before", "after")
CELLS = ("cell", "figure", "before", "after")


def reclassify(
    apply: Annotated[bool, typer.Option("--apply", help=_("change it, through the stream"))] = False,
    undo: Annotated[bool, typer.Option("--undo", help=_("return to what stood before the last one"))] = False,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Decides every stored item again by the rules and files of now, and shows what that would change.

    Nothing is changed without --apply or --undo. Example: lantoa reclassify --programme my-programme
    """
    settings = settings_for(programme)
    office = programme_of(settings)
    work = Reclassifying(database_of(settings), office, load_catalogue(*office.resolutions))
    with err().status(_("Deciding again …")) as status:
        seen = Counter[str]()

        def on_progress(items: int) -> None:
            seen["items"] += items
            status.update(_("Deciding again … {count} items", count=seen["items"]))

        plan = work.undo() if undo else work.plan(on_progress)
    _print(plan, form)
    changed = len(plan.items) + len(plan.activities)
    if not changed:
        err().print(_("Nothing changes."))
    elif apply or undo:
        apply_plan(settings, plan, err().print, lambda _remaining: None)
        err().print(
            _(
                "Changed. Workers that run read the programme at their start: start `lantoa up` again if it changed. `lantoa reclassify --undo` returns."
            )
        )
    else:
        err().print(_("Nothing was changed. `lantoa reclassify --apply` changes it."))


def _print(plan: Plan, form: Format) -> None:
    items = [row for change in plan.items for row in _item_rows(change)]
    cells = [row for key, (before, after) in plan.cells.items() for row in _cell_rows(key, before, after)]
    counts: Counter[str] = Counter(change.effect for change in plan.items)
    if form is Format.json:
        print_json(
            {
                "items": {e: counts[e] for e in EFFECTS},
                "activities": len(plan.activities),
                "changes": items,
                "cells": cells,
            }
        )
    elif form is Format.csv:
        print_csv(CELLS, cells)
    else:
        summary = [{"effect": _(effect), "items": counts[effect]} for effect in EFFECTS]
        print_rows(
            ("effect", "items"), [*summary, {"effect": _("activities"), "items": len(plan.activities)}], form
        )
        if items:
            print_rows(ITEMS, _examples(plan.items), form, title=_("examples"))
        if cells:
            print_rows(CELLS, cells, form, title=_("cells"))


def _examples(changes: list[ItemChange]) -> list[dict[str, Any]]:
    shown: Counter[str] = Counter()
    rows = []
    for change in changes:
        shown[change.effect] += 1
        if shown[change.effect] <= EXAMPLES:
            rows += _item_rows(change)
    return rows


def _item_rows(change: ItemChange) -> list[dict[str, Any]]:
    named = {"effect": change.effect, "id": change.id, "title": change.title}
    differing = [name for name in change.before if change.before[name] != change.after[name]]
    rows = [
        {**named, "field": name, "before": _text(change.before[name]), "after": _text(change.after[name])}
        for name in differing
    ]
    return rows or [{**named, "field": None, "before": None, "after": None}]


def _cell_rows(key: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[dict[str, Any]]:
    old, new = before or {}, after or {}
    return [
        {"cell": key, "figure": name, "before": old.get(name), "after": new.get(name)}
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
