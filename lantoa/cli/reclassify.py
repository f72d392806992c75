"""`lantoa reclassify`: shows what a changed programme, catalogue or rule would change, and applies it."""

from collections import Counter
from typing import Annotated

import typer
from rich.text import Text

from config.catalogue import load_catalogue
from lantoa.cli.context import ProgrammeOption, database_of, own_programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, print_csv, print_json, print_rows
from lantoa.commands.reclassification_rows import cell_rows, effects, examples, item_rows
from lantoa.commands.reclassifying import Plan, Reclassifying
from lantoa.commands.reclassifying import apply as apply_plan
from lantoa.language import _
from lantoa.runtime.services import open_runtime

ITEMS = ("effect", "id", "title", "field", "before", "after")
CELLS = ("cell", "figure", "before", "after")


def reclassify(
    apply: Annotated[bool, typer.Option("--apply", help=_("change it, through the stream"))] = False,
    undo: Annotated[bool, typer.Option("--undo", help=_("undo the last reclassification"))] = False,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Classifies every stored item again by the present rules and files, and shows what that would change.

    Nothing is changed without --apply or --undo. Example: lantoa reclassify --programme my-programme
    """
    settings = settings_for(programme)
    office = own_programme_of(settings)
    work = Reclassifying(database_of(settings), office, load_catalogue(*office.resolutions))
    plan = work.undo() if undo else planned(work)
    print_plan(plan, form)
    changed = len(plan.items) + len(plan.activities)
    if not changed:
        err().print(_("Nothing changes."))
    elif apply or undo:
        with open_runtime(settings, err().print) as runtime:
            apply_plan(runtime, plan)
        err().print(_("Changed. `lantoa reclassify --undo` returns."))
    else:
        err().print(_("Nothing was changed. `lantoa reclassify --apply` changes it."))


def planned(work: Reclassifying) -> Plan:
    """Makes the plan and shows the progress."""
    with err().status(_("Deciding again …")) as status:
        seen = Counter[str]()

        def on_progress(items: int) -> None:
            seen["items"] += items
            status.update(Text(_("Classifying again … {count} items", count=seen["items"])))

        return work.plan(on_progress)


def print_plan(plan: Plan, form: Format) -> None:
    counts = effects(plan)
    cells = cell_rows(plan)
    if form is Format.json:
        changes = item_rows(plan.items)
        print_json({"items": counts, "activities": len(plan.activities), "changes": changes, "cells": cells})
    elif form is Format.csv:
        print_csv(CELLS, cells)
    else:
        summary = [{"effect": _(effect), "items": count} for effect, count in counts.items()]
        print_rows(
            ("effect", "items"), [*summary, {"effect": _("activities"), "items": len(plan.activities)}], form
        )
        if plan.items:
            print_rows(ITEMS, item_rows(examples(plan.items)), form, title=_("examples"))
        if cells:
            print_rows(CELLS, cells, form, title=_("cells"))
