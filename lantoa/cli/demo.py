"""`lantoa demo`: a demo province, offline, with known answers."""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from config.catalogue import load_catalogue
from config.errors import UsageError
from config.programme import Programme, load_programme
from config.settings import Settings, load_settings
from config.sheets import load_sheet_names
from lantoa.cli.ingest import with_progress
from lantoa.cli.output import Format, err, out
from lantoa.cli.tallies import show
from lantoa.cli.up import stop_on_sigterm
from lantoa.commands.importing import limited_processes, plausibility_check, publish, read_file
from lantoa.daemon.up import serve
from lantoa.demo import (
    ActivityYear,
    FeedServer,
    World,
    answer,
    central_partner_of,
    compare,
    figures_compared,
    simulate,
    simulate_activities,
    write_programme,
    write_sheets,
)
from lantoa.language import _, number
from lantoa.runtime.services import Runtime, ignore, open_runtime
from lantoa.views.paragraph import paragraph
from models.counting.period import parse_period
from models.database import Engine, make_engine, migrate, reading
from models.queries.tally import Tallies, parse_keys, read_tallies

PERIOD = "2024"
SHOWN = ("channel", "resolution", "month", "outlet")
OF_ACTIVITIES = ("kind", "unit")
COMPARED = (
    "",
    *SHOWN,
    *OF_ACTIVITIES,
    "form",
    "level",
    "resolution,channel",
    "outlet,resolution",
    "outlet,month",
)


def demo(
    seed: Annotated[
        int,
        typer.Option(
            help=_("seed of the simulation; each seed gives another year with its own expected figures")
        ),
    ] = 2024,
    keep: Annotated[Path | None, typer.Option(help=_("an empty or new folder that keeps everything"))] = None,
    dashboard: Annotated[
        bool,
        typer.Option(
            "--serve/--no-serve",
            help=_("on a terminal, serve the demo province to your browser afterwards, until Ctrl-C"),
        ),
    ] = True,
) -> None:
    """Simulates a province's year of press, ingests it through a real Kafka, compares every figure, and on a terminal
    serves the province to your browser until Ctrl-C.

    Exit status 1 when a figure differs. Example: lantoa demo --keep /tmp/demo
    """
    began = time.monotonic()
    dashboard = dashboard and sys.stdin.isatty() and sys.stdout.isatty()
    with _folder(keep) as folder:
        world = simulate(seed)
        pieces, outlets, polls = len(world.articles), len(world.outlets), len(world.polls)
        text = "A simulated year of {outlets} outlets: {pieces} pieces, fetched {polls} times."
        err().print(_(text, outlets=outlets, pieces=number(pieces), polls=polls))
        year = simulate_activities(seed)
        settings, found, said = _count(world, year, folder, sick=dashboard)
        differences = _report(world, year, found)
        out().print(said, style="bold", soft_wrap=True)
        err().print(_("{seconds} seconds.", seconds=round(time.monotonic() - began)))
        if keep:
            _say_where(folder)
        if dashboard:
            serve_until_interrupted(settings)
    raise typer.Exit(1 if differences else 0)


def serve_until_interrupted(settings: Settings) -> None:
    err().print(_("Now the dashboard of the demo province starts. Nothing is fetched."))
    stop_on_sigterm()
    try:
        serve(settings, partial(err().print, soft_wrap=True), PERIOD)
    except KeyboardInterrupt:
        err().print(_("Stopped."))


def _count(
    world: World, year: ActivityYear, folder: Path, *, sick: bool
) -> tuple[Settings, dict[str, Tallies], str]:
    """With `sick` the sources are fetched once more at the end, when some of them fail: nothing new is counted, and the
    dashboard has them to show."""
    with FeedServer(world) as server:
        settings = _settings(write_programme(world, server.port, folder / "programme"), folder)
        programme = load_programme(settings.programme)
        engine = make_engine(settings)
        migrate(engine)
        with open_runtime(settings, err().print) as runtime:
            for poll, moment in enumerate(world.polls):
                server.show(poll)
                new = _ingest(runtime, programme, moment)
                err().print(_("{day}: {new} new items counted", day=programme.day(moment), new=number(new)))
            _import(runtime, engine, programme, year, folder / "sheets")
            if sick:
                server.fail()
                _ingest(runtime, programme, datetime.now(UTC))
        with reading(engine) as connection:
            span = parse_period(PERIOD)
            found = {by: read_tallies(connection, programme, span, parse_keys(by)) for by in COMPARED}
            said = paragraph(connection, programme, load_catalogue(*programme.resolutions), span)
        engine.dispose()
    return settings, found, said


def _import(runtime: Runtime, engine: Engine, programme: Programme, year: ActivityYear, folder: Path) -> None:
    """Imports the province's sheets as `lantoa import` does."""
    names = load_sheet_names()
    limited, check = limited_processes(1), plausibility_check(programme)
    imports = [
        read_file(path, engine, programme, names, None, limited, check=check)
        for path in write_sheets(year, folder)
    ]
    publish(runtime, imports, ignore)
    rows = sum(len(found.new) for found in imports)
    err().print(_("{rows} activities imported from {files} sheets", rows=number(rows), files=len(imports)))


def _ingest(runtime: Runtime, programme: Programme, moment: datetime) -> int:
    """Fetches one night of the simulated year and returns the number of new items."""

    def clock() -> datetime:
        return moment

    result = with_progress(runtime, programme, list(programme.sources.values()), now=clock)
    return sum(one.new for one in result.results)


def _report(world: World, year: ActivityYear, found: dict[str, Tallies]) -> list[str]:
    for by in SHOWN:
        show(found[by], (by,), Format.table)
    tallies = {by: tally.as_json() for by, tally in found.items()}
    outlets, items = central_partner_of(answer(world, PERIOD), tallies["outlet"])
    text = "In {period}: {outlets} central press agencies, {items} items."
    out().print(_(text, period=PERIOD, outlets=outlets, items=number(items)), style="bold")
    of_items = {by: tally for by, tally in tallies.items() if by not in OF_ACTIVITIES}
    differences = [*compare(answer(world, PERIOD), of_items), *year.differences(tallies)]
    for difference in differences:
        out().print(difference, style="red")
    compared = number(figures_compared(answer(world, PERIOD), of_items) + year.figures)
    if differences:
        out().print(
            _(
                "{wrong} of {all} figures differ from the simulation's own answer.",
                wrong=len(differences),
                all=compared,
            )
        )
    else:
        out().print(_("All {all} figures equal the simulation's own answer.", all=compared), style="green")
    return differences


def _settings(programme: Path, folder: Path) -> Settings:
    """Uses nothing of the office's settings, so that a demo never touches its brokers or its database."""
    return load_settings(
        programme=programme,
        data_dir=folder,
        database_url="",
        kafka_bootstrap_servers="",
        allow_networks="127.0.0.0/8",
        host_delay=0.0,
    )


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        folder = Path(tempfile.mkdtemp(prefix="lantoa-demo-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise UsageError(_("--keep {folder}: not an empty folder; name a new one", folder=keep))
    keep.mkdir(parents=True, exist_ok=True)
    yield keep.absolute()


def _say_where(folder: Path) -> None:
    variables = f"LANTOA_DATA_DIR={folder} LANTOA_PROGRAMME={folder / 'programme'}"
    command = "lantoa" if shutil.which("lantoa") else f"{sys.executable} -m lantoa"
    err().print(_("Kept. To look further, in the terminal or in your browser:"))
    for arguments in (f"tallies --period {PERIOD} --by resolution", "up --no-fetch"):
        err().print(f"  {variables} {command} {arguments}", soft_wrap=True)
