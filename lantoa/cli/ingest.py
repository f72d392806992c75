"""`lantoa ingest`: fetches now, and returns when everything is counted."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer
from rich.progress import Progress

from config.programme import Programme, Source
from lantoa.cli.bars import bars
from lantoa.cli.context import ProgrammeOption, choose, database_of, own_programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, print_rows
from lantoa.commands.ingesting import Clock, FetchedNotCounted, one_at_a_time, read_and_count
from lantoa.commands.ingesting import ingest as fetch_and_count
from lantoa.daemon.scheduler import summary
from lantoa.language import _
from lantoa.runtime.consumer_lag import Remaining
from lantoa.runtime.services import Runtime, open_runtime
from lantoa.views.stated_period import stated_period
from producers.document_plan import Counts, DocumentPlan
from producers.poll import PollResult, SourceResult

COLUMNS = (
    "source",
    "status",
    "entries",
    "new",
    "changed",
    "unchanged",
    "rejected",
    "pages",
    "missing",
    "undated",
    "seconds",
    "reason",
    "message",
)


def ingest(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE…]", help=_("default: every source"))
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            help=_("backfill the sources to this day; an interrupted backfill continues at its cursor")
        ),
    ] = None,
    archive: Annotated[
        bool,
        typer.Option(
            "--archive",
            help=_("keep the fetched responses as WARC files, as LANTOA_ARCHIVE=true does for every run"),
        ),
    ] = False,
    from_archive: Annotated[
        bool, typer.Option("--from-archive", help=_("fetch nothing; read again what the archive keeps"))
    ] = False,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Fetches the sources now. Safe to run twice; returns when everything is counted or dead-lettered.

    The command also waits for what earlier runs published. Exit status 1 when a source failed, or when something that is
    published is not counted; the command then names it. Example: lantoa ingest nhandan-home vov-home
    """
    settings = settings_for(programme)
    if archive:
        settings = settings.model_copy(update={"archive": True})
    office = own_programme_of(settings)
    chosen = choose(office, sources or [])
    first = stated_period(since).first if since else None
    database_of(settings).dispose()
    say = err().print
    late: FetchedNotCounted | None = None
    with one_at_a_time(settings, say), open_runtime(settings, say) as runtime:
        try:
            if from_archive:
                found = _read_again(runtime, office, chosen, first)
            else:
                found = with_progress(runtime, office, chosen, since=first)
        except FetchedNotCounted as error:
            late, found = error, error.found
    show(found, form)
    if late:
        raise late
    raise typer.Exit(1 if any(result.status == "failed" for result in found.results) else 0)


def _read_again(
    runtime: Runtime, programme: Programme, sources: Sequence[Source], first: date | None
) -> PollResult:
    with bars() as bar:
        reading = bar.add_task(_("Reading"), total=None)
        counting = _Counting(bar)
        return read_and_count(
            runtime, programme, sources, first, lambda: bar.advance(reading), counting.on_remaining
        )


def with_progress(
    runtime: Runtime,
    programme: Programme,
    sources: Sequence[Source],
    now: Clock | None = None,
    since: date | None = None,
) -> PollResult:
    with bars() as bar:
        fetching = bar.add_task(_("Fetching"), total=len(sources))
        return fetch_and_count(
            runtime,
            programme,
            sources,
            since=since,
            now=now,
            on_document=lambda plan, counts: (
                bar.update(fetching, description=_progress_of(plan, counts)) if since else None
            ),
            on_result=lambda _result: bar.advance(fetching),
            on_remaining=_Counting(bar).on_remaining,
        )


def _progress_of(plan: DocumentPlan, counts: Counts) -> str:
    """Says how far a backfill is."""
    return f"{plan.source.id}: {counts.newest or plan.fetched.url}"


class _Counting:
    """The progress bar of the worker, which is shown when there is work left."""

    def __init__(self, bar: Progress) -> None:
        self._bar, self._most = bar, 0
        self._task = bar.add_task(_("Counting"), total=None, visible=False)

    def on_remaining(self, remaining: Remaining) -> None:
        self._most = max(self._most, remaining.total)
        done = self._most - remaining.total
        self._bar.update(self._task, total=self._most, completed=done, visible=True)


def show(found: PollResult, form: Format) -> None:
    rows = [row(result) for result in sorted(found.results, key=lambda result: result.source.id)]
    stated = [c for c in COLUMNS if form is not Format.table or any(r[c] for r in rows) or c in COLUMNS[:5]]
    print_rows(stated, rows, form)
    if form is Format.table:
        err().print(summary(found))


def row(result: SourceResult) -> dict[str, object]:
    return {
        "source": result.source.id,
        "status": result.status,
        "entries": result.entries,
        "new": result.new,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "rejected": result.rejected,
        "pages": result.pages,
        "missing": result.missing,
        "undated": result.undated,
        "seconds": round(result.seconds, 2),
        "reason": result.reason or None,
        "message": result.message or None,
    }
