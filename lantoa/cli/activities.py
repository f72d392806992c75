"""`lantoa activities`: events that no feed carries."""

from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from config.errors import UsageError
from config.privacy import share
from config.sheets import ActivityKind, load_sheet_names
from lantoa.cli.output import err
from lantoa.commands.correction_checks import one_of
from lantoa.language import _, help_of
from producers.sheets.write import write_template

app = typer.Typer(help=_("Activities: sessions, conferences, loudspeaker programmes."), no_args_is_help=True)


@app.callback()
def activities() -> None:
    """Activities: sessions, conferences, loudspeaker programmes."""


def template(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx")],
    kind: Annotated[str | None, typer.Option(help=", ".join(get_args(ActivityKind)))] = None,
) -> None:
    """Writes an empty sheet with drop-downs, to be filled in and imported.

    Example: lantoa activities template hoat-dong.xlsx
    """
    if file.suffix.lower() != ".xlsx":
        raise UsageError(_("{file}: expected a name that ends in .xlsx", file=file))
    if file.exists():
        raise UsageError(_("{file} exists; name a new file", file=file))
    chosen: Any = one_of(kind, get_args(ActivityKind), "--kind")
    write_template(file, load_sheet_names(), chosen)
    share(file)
    err().print(_("Written: {file}. Fill it in, then: lantoa import {file}", file=file))


app.command("template", help=help_of(template))(template)
