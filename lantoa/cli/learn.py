"""`lantoa learn`: learns from corrections, writes the result beside the programme's YAML, and shows what it would
change."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from config.catalogue import Catalogue
from config.errors import CatalogueError
from config.learned import FILE, Learned
from config.programme import Programme, load_programme
from lantoa.cli.context import ProgrammeOption, database_of, settings_for
from lantoa.cli.output import Format, err, print_table
from lantoa.cli.reclassify import planned, print_plan
from lantoa.commands.learning import (
    TableRows,
    count,
    habit_rows,
    keep,
    own_catalogue,
    stored,
    subject_rows,
    with_counts,
)
from lantoa.commands.own_programme import check_writable
from lantoa.commands.reclassifying import Reclassifying
from lantoa.language import _
from lantoa.runtime.data_folder import OtherProgramme, check_folder
from models.database import Engine, reading

HABITS = ("number", "document", "before", "after")
SUBJECTS = ("document", "phrase", "before", "after")
NO_DOCUMENT = "none of the catalogue"


def learn(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("shows it, and writes nothing"))] = False,
    forget: Annotated[bool, typer.Option("--forget", help=_("removes what was learned"))] = False,
    programme: ProgrammeOption = None,
) -> None:
    """Learns from the corrections how documents are linked, and shows what that changes.

    The result is kept in learned.json beside programme.yaml. Items that were counted change with `lantoa reclassify --apply` only. Example: lantoa learn --dry-run
    """
    settings = settings_for(programme)
    office = load_programme(settings.programme)
    catalogue = own_catalogue(office)
    try:
        check_folder(settings, office)
    except OtherProgramme:
        if not dry_run:
            check_writable(office.folder)  # reported first, because it is the likelier mistake
        raise
    engine = database_of(settings)
    counted = None if forget else _counted(engine, office, catalogue)
    if _says_nothing(office, counted, forget):
        return
    if not dry_run:
        check_writable(office.folder)
    before = _before(office)
    _print_counts(habit_rows(before, counted), subject_rows(before, counted))
    plan = planned(Reclassifying(engine, office, with_counts(catalogue, counted)))
    print_plan(plan, Format.table)
    if dry_run:
        err().print(_("Nothing was written. Without --dry-run {file} changes.", file=office.folder / FILE))
        return
    if counted is None or counted != before:
        keep(office.folder, counted)
    _say_what_next(office, counted, bool(plan.items or plan.activities))


def _counted(engine: Engine, office: Programme, catalogue: Catalogue) -> Learned:
    with err().status(_("Reading corrected items …")) as status, reading(engine) as connection:
        seen = 0

        def on_progress(items: int) -> None:
            nonlocal seen
            seen += items
            status.update(Text(_("Reading corrected items … {count}", count=seen)))

        return count(connection, office, catalogue, on_progress)


def _says_nothing(office: Programme, counted: Learned | None, forget: bool) -> bool:
    if forget and not office.learned:
        err().print(_("There is no {file}: nothing was learned yet.", file=office.folder / FILE))
        return True
    if forget or counted is None:
        return False
    if not counted.corrections:
        err().print(
            _(
                "No correction says which documents an item names, so there is nothing to learn. `lantoa review` shows what waits for one, `lantoa correct` makes it."
            )
        )
    elif not (counted.habits or counted.subjects):
        err().print(
            _(
                "{corrections} corrected items were read. None of them has a number that was left to be weighed, so there is nothing to learn.",
                corrections=counted.corrections,
            )
        )
    else:
        err().print(
            _(
                "{corrections} corrected items: {forms} numbers with what they mean, {documents} documents with phrases of their own.",
                corrections=counted.corrections,
                forms=len(counted.habits),
                documents=len(counted.subjects),
            )
        )
        return False
    if office.learned:
        err().print(_("{file} is unchanged; `lantoa learn --forget` removes it.", file=office.folder / FILE))
    return True


def _before(office: Programme) -> Learned | None:
    try:
        return stored(office)
    except CatalogueError as error:
        err().print(_("What was learned before cannot be read: {reason}", reason=error))
        return None


def _print_counts(habits: TableRows, subjects: TableRows) -> None:
    named = [row | {"document": row["document"] or _(NO_DOCUMENT)} for row in habits]
    _print_changed(HABITS, named, _("articles that mean a document by its number"))
    _print_changed(SUBJECTS, subjects, _("phrases by which documents are known, and what they weigh"))
    if not (habits or subjects):
        err().print(_("The counts are those of before."))


def _print_changed(columns: Sequence[str], rows: TableRows, title: str) -> None:
    if rows:
        shown = [{name: f"{v:g}" if isinstance(v, float) else v for name, v in row.items()} for row in rows]
        print_table(columns, shown, title=title)


def _say_what_next(office: Programme, counted: Learned | None, changes: bool) -> None:
    file = office.folder / FILE
    if counted is None:
        err().print(_("{file} is removed. It does not apply to what is published from now on.", file=file))
    else:
        err().print(
            _("{file} is written. It applies to everything that is published from now on.", file=file)
        )
    if changes:
        err().print(_("Items that were counted stay. `lantoa reclassify --apply` changes them as shown."))
    else:
        err().print(_("Of the items that were counted nothing changes."))
