"""`lantoa review`: what waits for a human."""

from datetime import datetime
from typing import Annotated

import typer

from lantoa.cli.context import ProgrammeOption, database_of, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, print_json, print_rows
from lantoa.language import _
from models.database import reading
from models.period import EXPECTED, parse_period
from models.waiting import waiting

KINDS = ("ambiguous", "ambiguous-activity", "date", "duplicate")
COLUMNS = ("kind", "item", "day", "outlet", "title", "words", "candidates")


def review(
    period: Annotated[str | None, typer.Option(help=EXPECTED)] = None,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Ambiguous mentions with their candidates, dates that fell back, and suspected duplicates within an outlet.

    Without --period: this year's. `lantoa correct` decides. Example: lantoa review --period 2024
    """
    settings = settings_for(programme)
    office = programme_of(settings)
    span = parse_period(period or str(datetime.now(office.timezone).year))
    with reading(database_of(settings)) as connection:
        found = list(waiting(connection, office, span))
    if form is Format.json:
        print_json(found)
        return
    rows = [row | {"candidates": ", ".join(row["candidates"])} for row in found]
    if form is Format.table:
        rows = [row | {"kind": _(row["kind"])} for row in rows]
    print_rows(COLUMNS, rows, form)
    if form is Format.table:
        err().print(
            _("{count} wait. `lantoa correct ITEM --because …` decides one.", count=len(found))
            if found
            else _("Nothing waits in {period}.", period=span.name)
        )
