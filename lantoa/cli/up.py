"""`lantoa up`: runs everything on one machine."""

import signal
from datetime import time
from functools import partial
from types import FrameType
from typing import Annotated

import typer

from config.errors import UsageError
from lantoa.cli.context import ProgrammeOption, own_programme_of, settings_for
from lantoa.cli.output import err
from lantoa.daemon.up import run
from lantoa.language import _

NightlyOption = Annotated[
    str | None,
    typer.Option(
        help=_("time of the nightly run, in the programme's time zone; default: as programme.yaml says")
    ),
]
FetchOption = Annotated[
    bool, typer.Option("--fetch/--no-fetch", help=_("also fetch every source at the start"))
]
DashboardOption = Annotated[
    bool,
    typer.Option("--dashboard/--no-dashboard", help=_("also start the dashboard, for this machine only")),
]


def up(
    nightly: NightlyOption = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help=_("worker processes"))] = 1,
    fetch: FetchOption = True,
    dashboard: DashboardOption = True,
    programme: ProgrammeOption = None,
) -> None:
    """Starts broker, topics, database, workers and dashboard, fetches the sources now and every night. Ctrl-C stops it.

    Example: lantoa up --nightly 01:30
    """
    at, settings = time_of(nightly), settings_for(programme)
    office = own_programme_of(settings)
    stop_on_sigterm()
    try:
        run(settings, office, at, fetch, workers, dashboard, partial(err().print, soft_wrap=True))
    except KeyboardInterrupt:
        err().print(_("Stopped."))


def time_of(nightly: str | None) -> time | None:
    """Raises UsageError."""
    try:
        return time.fromisoformat(nightly) if nightly else None
    except ValueError as error:
        raise UsageError(_("--nightly {time!r} is not a time such as 02:00", time=nightly)) from error


def stop_on_sigterm() -> None:
    """Makes SIGTERM stop everything in order, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
