"""`lantoa correct`: corrects one item from a terminal."""

import getpass
from datetime import date
from typing import Annotated, get_args

import typer

from config.catalogue import Catalogue, load_catalogue
from config.errors import UsageError
from config.programme import Programme
from lantoa.cli.context import ProgrammeOption, database_of, own_programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, print_rows
from lantoa.commands.correcting import make_correction, publish_corrections
from lantoa.commands.correction_checks import changes, known_documents, known_forms, one_item, one_of
from lantoa.language import _, number
from lantoa.runtime.services import open_runtime
from lantoa.views.duplicates import Pair, merged_alike, others_alike
from lantoa.views.evidence import evidence
from models.database import Connection
from models.messages.item import Channel
from models.messages.limits import DAY

NONE = "none"
COLUMNS = ("field", "before", "after")


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
    settings = settings_for(programme)
    office = own_programme_of(settings)
    database = database_of(settings)
    catalogue = load_catalogue(*office.resolutions)
    with database.connect() as connection:
        item_id = one_item(connection, item, office)
        fields = {
            "in_scope": in_scope,
            "resolutions": _resolutions(resolutions, catalogue),
            "channel": one_of(channel, get_args(Channel), "--channel"),
            "form": one_of(form, known_forms(), "--form"),
            "published": _day(published),
            "same_as": one_item(connection, same_as, office) if same_as else None,
        }
        before = evidence(connection, item_id)["item"]
        others = _alike(connection, office, item_id, fields["same_as"]) if and_alike else []
    if all(value is None for value in fields.values()):
        raise UsageError(
            _(
                "Nothing is corrected. Give at least one of --resolutions, --channel, --form, --published, --same-as, --in-scope or --out-of-scope."
            )
        )
    if fields["same_as"] == item_id:
        raise UsageError(_("An item cannot be a copy of itself."))
    correction = make_correction(item_id, by or getpass.getuser(), because, **fields)
    alike = merged_alike(correction, others)
    with open_runtime(settings, err().print) as runtime:
        publish_corrections(runtime, database, [correction, *alike])
    with database.connect() as connection:
        after = evidence(connection, item_id)["item"]
    err().print(
        _("The correction is counted. `lantoa corrections withdraw {id}` withdraws it.", id=correction.id)
    )
    if alike:
        err().print(
            _("{count} others of the same two sources were merged with it.", count=number(len(alike)))
        )
    print_rows(COLUMNS, changes(before, after), output)


def _alike(connection: Connection, office: Programme, item: str, same_as: object) -> list[Pair]:
    """Raises UsageError."""
    if not isinstance(same_as, str):
        raise UsageError(_("--and-alike needs --same-as: it merges what is alike."))
    return others_alike(connection, office, (item, same_as))


def _resolutions(text: str | None, catalogue: Catalogue) -> tuple[str, ...] | None:
    if text is None:
        return None
    ids = () if text.strip() == NONE else tuple(part.strip() for part in text.split(",") if part.strip())
    return known_documents(ids, catalogue)


def _day(stated: str | None) -> date | None:
    try:
        day = date.fromisoformat(stated) if stated else None
    except ValueError as error:
        raise UsageError(_("{stated!r} is not a day. Expected 2024-03-15", stated=stated)) from error
    if day and not DAY.allows(day):
        raise UsageError(_("{stated!r} is not a day from 1990 to 2100", stated=stated))
    return day
