"""`lantoa up`: everything on one machine."""

import signal
from datetime import time
from types import FrameType
from typing import Annotated

import typer

from config.errors import UsageError
from lantoa.cli.context import ProgrammeOption, programme_of, settings_for
from lantoa.cli.output import err
from lantoa.language import _
from lantoa.nightly import Schedule
from lantoa.up import run

NightlyOption = Annotated[str, typer.Option(help=_("time of the nightly run, in the programme's time zone"))]
FetchOption = Annotated[
    bool, typer.Option("--fetch/--no-fetch", help=_("fetch every source at the start too"))
]


def up(
    nightly: NightlyOption = "02:00",
    workers: Annotated[int, typer.Option(min=1, max=64, help=_("worker processes"))] = 1,
    fetch: FetchOption = True,
    programme: ProgrammeOption = None,
) -> None:
    """Starts broker, topics, database and workers, fetches the sources now and every night. Ctrl-C stops it.

    Example: lantoa up --nightly 01:30
    """
    schedule, settings = schedule_of(nightly, fetch), settings_for(programme)
    office = programme_of(settings)
    stop_on_sigterm()
    try:
        run(settings, office, schedule, workers, err().print)
    except KeyboardInterrupt:
        err().print(_("Stopped."))


def schedule_of(nightly: str, fetch: bool) -> Schedule:
    """Raises UsageError."""
    try:
        return Schedule(time.fromisoformat(nightly), at_once=fetch)
    except ValueError as error:
        raise UsageError(_("--nightly {time!r} is not a time such as 02:00", time=nightly)) from error


def stop_on_sigterm() -> None:
    """As Ctrl-C does: everything that was started is stopped in order."""
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
