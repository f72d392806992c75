"""`lantoa sources`: the places where the programme's outlets publish."""

from typing import Any

import typer
from sqlalchemy import Engine, select

from config.programme import Programme
from lantoa.cli.context import ProgrammeOption, database_of, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, print_rows
from lantoa.language import _, help_of
from models.sql import table_of
from models.tables import SourceState

app = typer.Typer(help=_("The sources of the programme."), no_args_is_help=True)
COLUMNS = ("source", "outlet", "level", "kind", "status", "reason", "fetched", "url")


@app.callback()
def sources() -> None:
    """The sources of the programme."""


def list_sources(form: FormatOption = Format.table, programme: ProgrammeOption = None) -> None:
    """Every source with its outlet and what became of its last fetch.

    Example: lantoa sources list --format csv
    """
    settings = settings_for(programme)
    print_rows(COLUMNS, rows(programme_of(settings), database_of(settings)), form)


def rows(programme: Programme, engine: Engine) -> list[dict[str, Any]]:
    state = table_of(SourceState)
    with engine.connect() as connection:
        fetched = {row["source_id"]: row for row in connection.execute(select(state)).mappings()}
    listed = []
    for source in programme.sources.values():
        last = fetched.get(source.id)
        listed.append(
            {
                "source": source.id,
                "outlet": source.outlet,
                "level": programme.outlets[source.outlet].level,
                "kind": source.kind,
                "status": last["status"] if last else None,
                "reason": last["reason"] if last else None,
                "fetched": last["fetched_at"].astimezone(programme.timezone).isoformat("T", "seconds")
                if last
                else None,
                "url": source.url,
            }
        )
    return listed


app.command("list", help=help_of(list_sources))(list_sources)
