"""`lantoa import`: imports activities from office sheets."""

from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from config.errors import LantoaError, NotCounted
from config.privacy import share
from config.settings import Settings
from config.sheets import ActivityKind, load_sheet_names
from lantoa.cli.context import ProgrammeOption, database_of, own_programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, out, print_json, print_rows
from lantoa.commands.confirmations import parse_confirmation
from lantoa.commands.correction_checks import one_of
from lantoa.commands.importing import (
    FileImport,
    hidden_parts,
    keep_rejected,
    limited_processes,
    plausibility_check,
    publish,
    read_file,
)
from lantoa.language import _, number
from lantoa.runtime.services import ignore, open_runtime

COLUMNS = ("file", "sheet", "rows", "rejected", "repeated", "skipped", "problem")
REJECTIONS = ("file", "sheet", "row", "column", "value", "expected")
HELD = ("file", "sheet", "row", "cell", "value", "because")
CHANGES = ("change", "id", "day", "kind", "unit", "place", "title", "sessions", "participants")
PROBLEMS = {
    "hidden": "hidden, not read",
    "no-header": "no heading was recognised",
    "no-date-column": "no column of dates was recognised",
}


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=_(".xlsx, .ods or .csv"))],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("print what would change, and change nothing"))
    ] = False,
    kind: Annotated[
        str | None,
        typer.Option(
            help=_("for sheets that do not say it: {kinds}", kinds=", ".join(get_args(ActivityKind)))
        ),
    ] = None,
    columns: Annotated[
        Path | None,
        typer.Option(help=_("a YAML file with names of columns of your own, such as `unit: [Ban]`")),
    ] = None,
    confirm: Annotated[
        str | None,
        typer.Option(metavar="ROWS", help=_("count these implausible rows after all: 3,7-9, or all")),
    ] = None,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Reads activities from office sheets. Good rows are counted; bad ones are written to FILE.rejected.xlsx.

    Implausible rows are held back until --confirm names them. Importing twice changes nothing. Exit status 1 when
    rows were rejected or held back, or when something that is published is not counted. Example: lantoa import bao-cao-2024.xlsx --dry-run
    """
    confirmation = parse_confirmation(confirm)
    settings = settings_for(programme)
    office, engine = own_programme_of(settings), database_of(settings)
    chosen: Any = one_of(kind, get_args(ActivityKind), "--kind")
    names = load_sheet_names(columns)
    limited, check = limited_processes(1), plausibility_check(office)
    imports = [
        read_file(path, engine, office, names, chosen, limited, check=check, confirmed=confirmation)
        for path in files
    ]
    confirmation.check(imports)
    for found in imports:
        if not any(sheet.header and not sheet.problem for sheet in found.sheets):
            raise LantoaError(
                _(
                    "{file}: no sheet has a heading with a date and two more columns that are known. `lantoa activities template` shows one; --columns names others.",
                    file=found.path.name,
                )
            )
    if not dry_run:
        for found in imports:
            keep_rejected(found, names, limited)
    late = None if dry_run else _publish(imports, settings)
    _print(imports, form, dry_run)
    if late:
        raise late
    raise typer.Exit(1 if any(found.rejected or found.held for found in imports) else 0)


def _publish(imports: list[FileImport], settings: Settings) -> NotCounted | None:
    if any(found.new or found.changed for found in imports):
        try:
            with open_runtime(settings, err().print) as runtime, err().status(_("Counting")):
                publish(runtime, imports, ignore)
        except NotCounted as error:
            return error
    return None


def _print(imports: list[FileImport], form: Format, dry_run: bool) -> None:
    if form is Format.json:
        print_json([_everything(found) for found in imports])
        return
    rejections = [row for found in imports for row in _rejections(found)]
    held = [row for found in imports for row in _held(found)]
    if form is Format.csv:
        told = [{"state": "rejected", **row} for row in rejections] + [
            {"state": "held", **row, "expected": row["because"]} for row in held
        ]
        print_rows((*REJECTIONS, "state"), told, form)
        return
    print_rows(COLUMNS, [row for found in imports for row in _sheets(found)], form)
    if rejections:
        print_rows(REJECTIONS, rejections, form, title=_("rejected"))
    if held:
        print_rows(HELD, held, form, title=_("held back, and not counted"))
    if dry_run:
        print_rows(
            CHANGES, [row for found in imports for row in _changes(found)], form, title=_("would change")
        )
    for found in imports:
        _say(found, dry_run)
    if held:
        rows = ",".join(dict.fromkeys(row["row"] for row in held))
        out().print(
            _(
                "Implausible rows are held back. Check them, then run the same command with --confirm {rows} to count those that are right.",
                rows=rows,
            )
        )


def _say(found: FileImport, dry_run: bool) -> None:
    for said in _hidden(found):
        out().print(said)
    counts = {name: number(value) for name, value in _summary(found).items() if isinstance(value, int)}
    out().print(
        _(
            "{file}: {new} new, {changed} changed, {unchanged} unchanged, {rejected} rejected, {held} held back.",
            file=found.path.name,
            **counts,
        )
    )
    if found.rejected and not dry_run:
        share(found.rejected_path)
        out().print(
            _("Rejected rows are in {file}: correct them there and import it.", file=found.rejected_path)
        )


def _everything(found: FileImport) -> dict[str, object]:
    return _summary(found) | {
        "rejections": list(_rejections(found)),
        "held_rows": _held(found),
        "changes": list(_changes(found)),
        "hidden": _hidden(found),
    }


def _hidden(found: FileImport) -> list[str]:
    return [said for sheet in found.sheets for said in hidden_parts(sheet)]


def _summary(found: FileImport) -> dict[str, object]:
    return {
        "file": found.path.name,
        "new": len(found.new),
        "changed": len(found.changed),
        "unchanged": len(found.unchanged),
        "rejected": found.rejected,
        "held": len(found.held),
    }


def _sheets(found: FileImport) -> list[dict[str, object]]:
    return [
        {
            "file": found.path.name,
            "sheet": sheet.name,
            "rows": len(sheet.activities),
            "rejected": len(sheet.rejections),
            "repeated": sheet.repeated,
            "skipped": sheet.skipped,
            "problem": _(PROBLEMS[sheet.problem]) if sheet.problem else None,
        }
        for sheet in found.sheets
    ]


def _rejections(found: FileImport) -> list[dict[str, object]]:
    return [
        {
            "file": found.path.name,
            "sheet": bad.sheet,
            "row": bad.row,
            "column": bad.column,
            "value": bad.value,
            "expected": _(bad.expected),
        }
        for sheet in found.sheets
        for bad in sheet.rejections
    ]


def _held(found: FileImport) -> list[dict[str, Any]]:
    """Lists one row for each reason. The row's number is text, because it is typed again as it is."""
    return [
        {
            "file": found.path.name,
            "sheet": each.sheet,
            "row": str(each.row),
            "cell": f"{column}{each.row}" if column else None,
            "column": column,
            "field": doubt.field,
            "value": doubt.value,
            "reason": doubt.reason,
            "because": str(doubt),
        }
        for each in found.held
        for column, doubt in zip(each.columns, each.doubts, strict=True)
    ]


def _changes(found: FileImport) -> list[dict[str, object]]:
    return [
        {
            "change": change,
            "id": activity.id,
            "day": activity.date.isoformat(),
            **{
                name: getattr(activity, name)
                for name in ("kind", "unit", "place", "title", "sessions", "participants")
            },
        }
        for change, listed in (("new", found.new), ("changed", found.changed))
        for activity in listed
    ]
