"""`lantoa check`: checks a programme's files, and nothing else."""

from pathlib import Path
from typing import Annotated

import typer

from config.mistakes import Mistake
from config.programme_check import check_programme
from config.settings import load_settings
from lantoa.cli.output import Format, FormatOption, err, out, print_rows
from lantoa.language import _

COLUMNS = ("file", "line", "severity", "message")


def check(
    folder: Annotated[
        Path | None, typer.Argument(help=_("the programme's folder; default: LANTOA_PROGRAMME"))
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Checks all files of a programme and names every mistake with file and line; exit status 2 if there is one.

    Example: lantoa check an-giang --format json
    """
    folder = folder or load_settings().programme
    found = check_programme(folder)
    mistakes = sum(not each.remark for each in found)
    if form is Format.table:
        for each in found:
            kind = _("remark: {said}", said=worded(each)) if each.remark else worded(each)
            out().print(f"{each.path}:{each.line}: {kind}", soft_wrap=True)
        text = "{count} mistakes." if mistakes else "{folder}: no mistake."
        err().print(_(text, count=mistakes, folder=folder), soft_wrap=True)
    else:
        print_rows(COLUMNS, [_row(each) for each in found], form)
    if mistakes:
        raise typer.Exit(2)


def worded(found: Mistake) -> str:
    """Returns the mistake in the reader's language."""
    if not found.fields:
        return _(found.text)
    expected = _(found.fields.get("expected", ""), **found.limits)
    return _(found.text, **{**found.fields, "expected": expected})


def _row(found: Mistake) -> dict[str, object]:
    severity = "remark" if found.remark else "mistake"
    return {"file": str(found.path), "line": found.line, "severity": severity, "message": worded(found)}
