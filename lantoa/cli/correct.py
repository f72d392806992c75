"""`lantoa correct`: corrects one item from a terminal."""

import getpass
from typing import Annotated, get_args

import typer

from config.catalogue import load_catalogue
from config.errors import UsageError
from lantoa.cli.context import ProgrammeOption, database_of, own_programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, print_rows
from lantoa.commands.correcting import Effect, as_text
from lantoa.commands.correcting import correct as carry_out
from lantoa.commands.correction_checks import StatedCorrection, checked, stated_day
from lantoa.language import _, number
from lantoa.runtime.services import open_runtime
from models.database import reading
from models.messages.item import Channel

NONE = "none"
COLUMNS = ("field", "before", "after")
OPTIONS = {"channel": "--channel", "form": "--form"}


def correct(
    item: Annotated[
        str, typer.Argument(metavar="ITEM|URL", help=_("an item's id, or the address of the piece"))
    ],
    because: Annotated[str, typer.Option(help=_("the reason; it is kept"))],
    resolutions: Annotated[
        str | None,
        typer.Option(help=_("ids of the catalogue, separated by commas; `none` states that there is none")),
    ] = None,
    channel: Annotated[str | None, typer.Option(help=", ".join(get_args(Channel)))] = None,
    form: Annotated[
        str | None, typer.Option(help=_("the item's form, such as brief, article or video"))
    ] = None,
    published: Annotated[
        str | None, typer.Option(help=_("the day of publication, such as 2024-03-15"))
    ] = None,
    same_as: Annotated[
        str | None, typer.Option(metavar="ITEM|URL", help=_("the item of which this one is another copy"))
    ] = None,
    and_alike: Annotated[
        bool,
        typer.Option(
            "--and-alike",
            help=_("with --same-as: merge the other suspected duplicates of the same two sources as well"),
        ),
    ] = False,
    in_scope: Annotated[
        bool | None, typer.Option("--in-scope/--out-of-scope", help=_("whether it concerns the programme"))
    ] = None,
    by: Annotated[
        str | None, typer.Option(help=_("name of the person; default: the user of this machine"))
    ] = None,
    output: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Corrects the classification of one item; every re-run keeps the correction. The latest one of a field is in force.

    Example: lantoa correct 0f3a… --resolutions NQ-29-TW-XIII --because "bài nói về công nghiệp hóa"
    """
    if and_alike and same_as is None:
        raise UsageError(_("--and-alike needs --same-as: it merges what is alike."))
    settings = settings_for(programme)
    office = own_programme_of(settings)
    database = database_of(settings)
    catalogue = load_catalogue(*office.resolutions)
    stated = StatedCorrection(
        item=item,
        because=because,
        by=by or getpass.getuser(),
        in_scope=in_scope,
        resolutions=_resolutions(resolutions),
        channel=channel,
        form=form,
        published=stated_day(published) if published else None,
        same_as=same_as,
        and_alike=and_alike,
    )
    empty = _(
        "Nothing is corrected. Give at least one of --resolutions, --channel, --form, --published, --same-as, --in-scope or --out-of-scope."
    )
    with reading(database) as connection:
        corrections = checked(connection, office, catalogue, stated, empty=empty, options=OPTIONS)
    with open_runtime(settings, err().print) as runtime:
        effect = carry_out(runtime, database, office, catalogue, corrections)
    err().print(
        _(
            "The correction is counted. `lantoa corrections withdraw {id}` withdraws it.",
            id=effect.correction.id,
        )
    )
    if effect.others:
        err().print(
            _("{count} others of the same two sources were merged with it.", count=number(len(effect.others)))
        )
    print_rows(COLUMNS, change_rows(effect), output)


def change_rows(effect: Effect) -> list[dict[str, str]]:
    """Returns one row for each field that a correction changed."""
    return [
        {"field": each.field, "before": as_text(each.before), "after": as_text(each.after)}
        for each in effect.fields
    ]


def _resolutions(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return () if text.strip() == NONE else tuple(part.strip() for part in text.split(",") if part.strip())
