"""`lantoa corrections`: lists corrections with author and reason, and withdraws them."""

import getpass
from typing import Annotated

import typer

from config.catalogue import load_catalogue
from config.errors import UsageError
from config.programme import Programme
from lantoa.cli.context import ProgrammeOption, database_of, own_programme_of, programme_of, settings_for
from lantoa.cli.correct import COLUMNS as CHANGES
from lantoa.cli.correct import change_rows
from lantoa.cli.output import Format, FormatOption, err, print_rows
from lantoa.commands.correcting import correct, make_correction
from lantoa.commands.correction_checks import one_item
from lantoa.language import _, help_of
from lantoa.runtime.services import open_runtime
from models.counting.apply_corrections import StoredCorrection
from models.database import reading
from models.queries.listed_corrections import ListedCorrection, find_correction, listed_corrections

app = typer.Typer(help=_("Corrections that humans made to items."), no_args_is_help=True)
COLUMNS = ("id", "made_at", "by", "item", "title", "fields", "because", "status")


@app.callback()
def corrections() -> None:
    """Corrections that humans made to items."""


def list_corrections(
    item: Annotated[str | None, typer.Option(metavar="ITEM|URL", help=_("only those of one item"))] = None,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Every correction, newest last: in force, overridden by a later one, or withdrawn.

    Example: lantoa corrections list --format csv
    """
    settings = settings_for(programme)
    office = programme_of(settings)
    with reading(database_of(settings)) as connection:
        chosen = one_item(connection, item, office) if item else None
        # The name in 0.1.0; removed in 0.3.0.
        columns = COLUMNS if form is Format.table else (*COLUMNS, "decided")
        listed = listed_corrections(connection, office, chosen)
    print_rows(columns, [_row(each, office) for each in listed], form)


def withdraw(
    correction: Annotated[str, typer.Argument(help=_("its id, as `lantoa corrections list` shows it"))],
    because: Annotated[str, typer.Option(help=_("the reason; it is kept"))],
    by: Annotated[
        str | None, typer.Option(help=_("name of the person; default: the user of this machine"))
    ] = None,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Withdraws a correction as a whole; earlier corrections, or the rules, apply again.

    Example: lantoa corrections withdraw 3f2a… --because "nhầm bài"
    """
    settings = settings_for(programme)
    office = own_programme_of(settings)  # checked now, because the command's worker will use it
    database = database_of(settings)
    with reading(database) as connection:
        found = find_correction(connection, correction)
        if found is None or found.withdraws:
            raise UsageError(
                _("There is no correction {id!r}. `lantoa corrections list` shows them.", id=correction)
            )
    withdrawal = make_correction(found.item, by or getpass.getuser(), because, withdraws=correction)
    with open_runtime(settings, err().print) as runtime:
        effect = correct(runtime, database, office, load_catalogue(*office.resolutions), [withdrawal])
    print_rows(CHANGES, change_rows(effect), form)


def _row(listed: ListedCorrection, office: Programme) -> dict[str, object]:
    correction = listed.correction
    return {
        "id": correction.id,
        "made_at": correction.made_at.astimezone(office.timezone).isoformat(" ", "seconds"),
        "by": correction.by,
        "item": correction.item,
        "title": listed.title,
        "fields": _fields(correction),
        "decided": _fields(correction),
        "because": correction.because,
        "status": _(listed.status),
    }


def _fields(correction: StoredCorrection) -> str:
    if correction.withdraws:
        return f"{_('withdraws')} {correction.withdraws}"
    return "; ".join(f"{name}={value}" for name, value in sorted(correction.fields.items()))


app.command("list", help=help_of(list_corrections))(list_corrections)
app.command("withdraw", help=help_of(withdraw))(withdraw)
