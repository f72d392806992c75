"""`lantoa corrections`: what was decided, by whom and why, and taking it back."""

import getpass
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, or_, select

from config.errors import UsageError
from config.programme import Programme
from lantoa.cli.context import ProgrammeOption, database_of, own_programme_of, programme_of, settings_for
from lantoa.cli.correct import COLUMNS as CHANGES
from lantoa.cli.output import Format, FormatOption, err, print_rows
from lantoa.commands.correcting import make_correction, publish_corrections
from lantoa.commands.correction_checks import changes, one_item
from lantoa.language import _, help_of
from lantoa.runtime.services import everything_running
from lantoa.views.evidence import evidence
from models.apply_corrections import latest
from models.database import reading
from models.sql import table_of
from models.tables import CorrectionRow, ItemRow

app = typer.Typer(help=_("Corrections that humans made to items."), no_args_is_help=True)
COLUMNS = ("id", "made_at", "by", "item", "title", "decided", "because", "status")


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
        print_rows(COLUMNS, rows(connection, office, chosen), form)


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
    own_programme_of(settings)  # its own worker will go by it
    database = database_of(settings)
    table = table_of(CorrectionRow)
    with database.connect() as connection:
        found = connection.execute(select(table).where(table.c.id == correction)).mappings().first()
        if found is None or found["withdraws"]:
            raise UsageError(
                _("There is no decision {id!r}. `lantoa corrections list` shows them.", id=correction)
            )
        before = _item(connection, found["item"])
    withdrawal = make_correction(found["item"], by or getpass.getuser(), because, withdraws=correction)
    with everything_running(settings, err().print) as running:
        publish_corrections(running, database, [withdrawal])
    with database.connect() as connection:
        print_rows(CHANGES, changes(before, _item(connection, found["item"])) if before else [], form)


def rows(connection: Connection, office: Programme, item: str | None) -> list[dict[str, Any]]:
    table, items = table_of(CorrectionRow), table_of(ItemRow)
    """Of the programme's items, and of those that have not come yet."""
    ours = or_(items.c.id.is_(None), items.c.programme == office.id)
    statement = select(table, items.c.title).outerjoin(items, items.c.id == table.c.item).where(ours)
    if item:
        statement = statement.where(table.c.item == item)
    listed = [
        dict(row) for row in connection.execute(statement.order_by(table.c.made_at, table.c.id)).mappings()
    ]
    standing = _standing(listed)
    withdrawn = {row["withdraws"] for row in listed}
    return [
        {
            "id": row["id"],
            "made_at": row["made_at"].astimezone(office.timezone).isoformat(" ", "seconds"),
            "by": row["by"],
            "item": row["item"],
            "title": row["title"],
            "decided": _decided(row),
            "because": row["because"],
            "status": _("withdrawn") if row["id"] in withdrawn else _("in force") if row["id"] in standing else _("overridden"),
        }
        for row in listed
    ]  # fmt: skip


def _standing(listed: list[dict[str, Any]]) -> set[str]:
    by_item: dict[str, list[dict[str, Any]]] = {}
    for row in listed:
        by_item.setdefault(row["item"], []).append(row)
    fields = {id_ for group in by_item.values() for _value, id_ in latest(group).values()}
    return fields | {row["id"] for row in listed if row["withdraws"]}


def _decided(row: dict[str, Any]) -> str:
    if row["withdraws"]:
        return f"{_('withdraws')} {row['withdraws']}"
    return "; ".join(f"{name}={value}" for name, value in sorted(row["fields"].items()))


def _item(connection: Connection, item_id: str) -> dict[str, Any]:
    """Empty when the item has not come yet."""
    items = table_of(ItemRow)
    here = connection.execute(select(items.c.id).where(items.c.id == item_id)).first()
    return evidence(connection, item_id)["item"] if here else {}


app.command("list", help=help_of(list_corrections))(list_corrections)
app.command("withdraw", help=help_of(withdraw))(withdraw)
