"""`lantoa sources`: the places where the programme's outlets publish."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Engine, select

from config.programme import Programme
from lantoa.alarms import health_of
from lantoa.cli.context import ProgrammeOption, database_of, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, print_rows
from lantoa.language import _, help_of
from models.source_alarms import open_alarms
from models.sql import table_of
from models.tables import SourceState

app = typer.Typer(help=_("The sources of the programme."), no_args_is_help=True)
COLUMNS = ("source", "outlet", "level", "kind", "status", "reason", "fetched", "url")
HEALTH = ("source", "outlet", "problem", "since", "given", "usual", "deviation", "known")
HealthOption = Annotated[
    bool, typer.Option("--health", help=_("what each gives, what it is expected to give, and its problem"))
]


@app.callback()
def sources() -> None:
    """The sources of the programme."""


def list_sources(
    health: HealthOption = False, form: FormatOption = Format.table, programme: ProgrammeOption = None
) -> None:
    """Every source with its outlet and what became of its last fetch.

    Example: lantoa sources list --health --format csv
    """
    settings = settings_for(programme)
    office, engine = programme_of(settings), database_of(settings)
    if health:
        print_rows(HEALTH, health_rows(office, engine, datetime.now(UTC)), form)
    else:
        print_rows(COLUMNS, rows(office, engine), form)


def health_rows(programme: Programme, engine: Engine, now: datetime) -> list[dict[str, Any]]:
    """Those with a problem first. `given`: new entries of the last whole day; `known`: the share of a week's entries
    that had been shown before."""
    with engine.connect() as connection:
        since = {source: alarm["noticed_at"] for source, alarm in open_alarms(connection).items()}
    listed = [
        {
            "source": source,
            "outlet": programme.sources[source].outlet,
            "problem": found.problem,
            "since": programme.day(since[source]).isoformat() if source in since else None,
            "given": found.last,
            "usual": round(found.expected.mean, 1) if found.expected else None,
            "deviation": round(found.expected.deviation, 1) if found.expected else None,
            "known": None if found.known_share is None else round(found.known_share, 2),
        }
        for source, found in health_of(engine, programme, now).items()
    ]
    return sorted(listed, key=lambda row: row["problem"] is None)


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
