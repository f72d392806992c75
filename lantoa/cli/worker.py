"""`lantoa worker`: classify and persist what the topics hold."""

import os
import sys
from threading import Thread

import typer

from config.errors import BrokerError
from lantoa.broker import running_bootstrap
from lantoa.broker.offsets import warn_of_forgetting
from lantoa.cli import collector_at_rest
from lantoa.cli.context import ProgrammeOption, own_programme_of, settings_for
from lantoa.language import _


def worker(programme: ProgrammeOption = None) -> None:
    """Classifies items and keeps the tallies until it is stopped. As many run at once as there are partitions.

    A changed programme is read anew.

    Example: LANTOA_KAFKA_BOOTSTRAP_SERVERS=kafka:9092 lantoa worker
    """
    with collector_at_rest():
        from stream_apps.agents import run  # Faust takes a second to import: only this command pays
        from stream_apps.worker import BEGIN_AGAIN

    settings = settings_for(programme)
    own_programme_of(settings)
    bootstrap = settings.kafka_bootstrap_servers or running_bootstrap(settings)
    if not bootstrap:
        raise BrokerError(_("No broker runs here. Start `lantoa up`, or set LANTOA_KAFKA_BOOTSTRAP_SERVERS."))
    Thread(target=warn_of_forgetting, args=(settings, bootstrap), daemon=True).start()
    status = run(settings, bootstrap)
    if status == BEGIN_AGAIN:  # in this very process, which somebody may be keeping
        os.execv(sys.executable, [sys.executable, "-m", "lantoa", *sys.argv[1:]])  # noqa: S606
    raise typer.Exit(status)
