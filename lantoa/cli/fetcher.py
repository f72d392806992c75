"""`lantoa fetcher`: the process that fetches sources, for servers and clusters."""

import time
from contextlib import closing

from lantoa.cli.context import ProgrammeOption, own_programme_of, settings_for
from lantoa.cli.output import err
from lantoa.cli.up import FetchOption, NightlyOption, stop_on_sigterm, time_of
from lantoa.daemon.scheduler import FetchScheduler
from lantoa.language import _
from lantoa.runtime.availability import database_when_there, topics_when_there
from lantoa.runtime.broker_address import brokers_for
from lantoa.runtime.services import Runtime

LOOK_SECONDS = 1.0


def fetcher(
    nightly: NightlyOption = None, fetch: FetchOption = True, programme: ProgrammeOption = None
) -> None:
    """Fetches every source now and every night; broker and workers run elsewhere.

    Example: LANTOA_KAFKA_BOOTSTRAP_SERVERS=kafka:9092 lantoa fetcher --nightly 01:30
    """
    settings = settings_for(programme)
    office, at = own_programme_of(settings), time_of(nightly)
    bootstrap = brokers_for(settings)
    stop_on_sigterm()
    runtime = Runtime(settings, lambda: bootstrap, err().print)
    try:
        topics_when_there(settings, bootstrap, err().print)
        database_when_there(settings, err().print).dispose()
        with closing(runtime), FetchScheduler(runtime, office, at, err().print, at_once=fetch) as nights:
            while True:
                nights.look()
                time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        err().print(_("Stopped."))
