"""`lantoa sources list`: lists the programme's sources and their state."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from lantoa.cli.context import ProgrammeOption, database_of, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, print_rows
from lantoa.language import _
from lantoa.sources.advice import page_words
from lantoa.views.source_states import health_rows, rows

COLUMNS = ("source", "outlet", "level", "kind", "status", "reason", "fetched", "url")
HEALTH = ("source", "outlet", "problem", "since", "given", "usual", "deviation", "known", "waiting_pages")
HealthOption = Annotated[
    bool, typer.Option("--health", help=_("the volume of each source, its expected volume and its problem"))
]


def list_sources(
    health: HealthOption = False, form: FormatOption = Format.table, programme: ProgrammeOption = None
) -> None:
    """Every source with its outlet and the outcome of its last fetch.

    Example: lantoa sources list --health --format csv
    """
    settings = settings_for(programme)
    office, engine = programme_of(settings), database_of(settings)
    if health:
        listed = health_rows(office, engine, datetime.now(UTC))
        print_rows(HEALTH, listed if form is Format.json else [_shown_row(row, form) for row in listed], form)
    else:
        print_rows(COLUMNS, rows(office, engine), form)


def _shown_row(row: dict[str, Any], form: Format) -> dict[str, Any]:
    """Describes reasons in words for people and by their codes for programs."""
    say = page_words if form is Format.table else str
    pages = "; ".join(f"{say(each['reason'])}: {each['pages']}" for each in row["waiting_pages"])
    return row | {"waiting_pages": pages}
