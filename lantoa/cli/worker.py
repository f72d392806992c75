"""`lantoa worker`: classifies and persists the messages of the topics."""

import os
import sys
from threading import Thread

import typer

from lantoa.broker.offsets import warn_of_forgetting
from lantoa.cli import collector_at_rest
from lantoa.cli.context import ProgrammeOption, own_programme_of, settings_for
from lantoa.runtime.broker_address import brokers_for


def worker(programme: ProgrammeOption = None) -> None:
    """Classifies items and keeps the tallies until it is stopped. At most as many workers as there are partitions share the work.

    The worker reloads the programme when its files change.

    Example: LANTOA_KAFKA_BOOTSTRAP_SERVERS=kafka:9092 lantoa worker
    """
    with collector_at_rest():
        from stream_apps.agents import run  # imported here, because Faust takes a second
        from stream_apps.worker import BEGIN_AGAIN

    settings = settings_for(programme)
    own_programme_of(settings)
    bootstrap = brokers_for(settings)
    Thread(target=warn_of_forgetting, args=(settings, bootstrap), daemon=True).start()
    status = run(settings, bootstrap)
    if status == BEGIN_AGAIN:  # in the same process, which a supervisor may be watching
        os.execv(sys.executable, [sys.executable, "-m", "lantoa", *sys.argv[1:]])  # noqa: S606
    raise typer.Exit(status)
