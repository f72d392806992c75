"""`lantoa worker`: classify and persist what the topics hold."""

import typer

from config.errors import BrokerError
from lantoa.broker import running_bootstrap
from lantoa.cli.context import ProgrammeOption, settings_for
from lantoa.language import _


def worker(programme: ProgrammeOption = None) -> None:
    """Classifies items and keeps the tallies until it is stopped. As many run at once as there are partitions.

    Example: LANTOA_KAFKA_BOOTSTRAP_SERVERS=kafka:9092 lantoa worker
    """
    from stream_apps.agents import run  # Faust takes a second to import: only this command pays

    settings = settings_for(programme)
    bootstrap = settings.kafka_bootstrap_servers or running_bootstrap(settings)
    if not bootstrap:
        raise BrokerError(_("No broker runs here. Start `lantoa up`, or set LANTOA_KAFKA_BOOTSTRAP_SERVERS."))
    raise typer.Exit(run(settings, bootstrap))
