"""One night of a simulated year as a process of its own: `python poll_at.py MOMENT`, with the settings of the environment.

Ends with status 0 when everything that it fetched is counted.
"""

import sys
from datetime import datetime

from config.errors import LantoaError
from config.programme import load_programme
from config.settings import load_settings
from lantoa.commands.ingesting import ingest, one_at_a_time
from lantoa.runtime.services import open_runtime


def main(moment: datetime) -> int:
    settings = load_settings()
    programme = load_programme(settings.programme)
    with one_at_a_time(settings, print), open_runtime(settings, print) as running:
        found = ingest(
            running,
            programme,
            None,
            now=lambda: moment,
            on_result=lambda _result: None,
            on_remaining=lambda _left: None,
        )
    return sum(result.status == "failed" for result in found.results)


if __name__ == "__main__":
    try:
        sys.exit(main(datetime.fromisoformat(sys.argv[1])))
    except LantoaError as error:
        sys.exit(f"{type(error).__name__}: {error}")
