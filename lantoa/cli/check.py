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
            said = each.worded(_)
            kind = _("remark: {said}", said=said) if each.remark else said
            out().print(f"{each.path}:{each.line}: {kind}", soft_wrap=True)
        text = "{count} mistakes." if mistakes else "{folder}: no mistake."
        err().print(_(text, count=mistakes, folder=folder), soft_wrap=True)
    else:
        print_rows(COLUMNS, [_row(each) for each in found], form)
    if mistakes:
        raise typer.Exit(2)


def _row(found: Mistake) -> dict[str, object]:
    severity = "remark" if found.remark else "mistake"
    return {"file": str(found.path), "line": found.line, "severity": severity, "message": found.worded(_)}
