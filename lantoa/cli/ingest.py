"""`lantoa ingest`: fetch now, and return when everything is counted."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from config.errors import UsageError
from config.programme import Programme, Source
from lantoa.cli.context import ProgrammeOption, database_of, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, print_rows
from lantoa.ingesting import Clock, one_at_a_time
from lantoa.ingesting import ingest as fetch_and_count
from lantoa.language import _
from lantoa.nightly import summary
from lantoa.progress import Remaining
from lantoa.running import Running, everything_running
from producers.poll import PollResult, SourceResult

COLUMNS = (
    "source",
    "status",
    "entries",
    "new",
    "changed",
    "unchanged",
    "rejected",
    "seconds",
    "reason",
    "message",
)


def ingest(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE…]", help=_("default: every source"))
    ] = None,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Fetches the sources now. Safe to run twice; returns when everything is counted or dead-lettered.

    Exit status 1 when a source failed. Example: lantoa ingest nhandan-home vov-home
    """
    settings = settings_for(programme)
    office = programme_of(settings)
    chosen = choose(office, sources or [])
    database_of(settings).dispose()
    say = err().print
    with one_at_a_time(settings, say), everything_running(settings, say) as running:
        found = with_progress(running, office, chosen)
    show(found, form)
    raise typer.Exit(1 if any(result.status == "failed" for result in found.results) else 0)


def choose(programme: Programme, names: Sequence[str]) -> list[Source]:
    """Raises UsageError for a name that the programme does not have."""
    for name in names:
        if name not in programme.sources:
            raise UsageError(_("There is no source {name!r}. `lantoa sources list` shows them.", name=name))
    return [source for source in programme.sources.values() if not names or source.id in names]


def with_progress(
    running: Running, programme: Programme, sources: Sequence[Source], now: Clock | None = None
) -> PollResult:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = err()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        fetching = bar.add_task(_("Fetching"), total=len(sources))
        counting = bar.add_task(_("Counting"), total=None, visible=False)
        most = 0

        def on_result(_result: SourceResult) -> None:
            bar.advance(fetching)

        def on_remaining(remaining: Remaining) -> None:
            nonlocal most
            most = max(most, remaining.total)
            bar.update(counting, total=most, completed=most - remaining.total, visible=True)

        return fetch_and_count(
            running, programme, sources, now=now, on_result=on_result, on_remaining=on_remaining
        )


def show(found: PollResult, form: Format) -> None:
    rows = [row(result) for result in sorted(found.results, key=lambda result: result.source.id)]
    stated = [c for c in COLUMNS if form is not Format.table or any(r[c] for r in rows) or c in COLUMNS[:5]]
    print_rows(stated, rows, form)
    if form is Format.table:
        err().print(summary(found))


def row(result: SourceResult) -> dict[str, Any]:
    return {
        "source": result.source.id,
        "status": result.status,
        "entries": result.entries,
        "new": result.new,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "rejected": result.rejected,
        "seconds": round(result.seconds, 2),
        "reason": result.reason or None,
        "message": result.message or None,
    }
