"""One poll in a process of its own, for tests that take its broker away: `poll_alone.py BOOTSTRAP DELIVERY_MS`."""

import sys

from config.errors import BrokerError
from config.programme import load_programme
from config.settings import load_settings
from producers import publish
from producers.poll import open_dependencies, poll

if __name__ == "__main__":
    settings = load_settings()
    publish.DELIVERY_MS = int(sys.argv[2])
    try:
        with open_dependencies(settings, sys.argv[1]) as dependencies:
            poll(load_programme(settings.programme), dependencies)
    except BrokerError as error:
        sys.exit(f"BrokerError: {error}")
