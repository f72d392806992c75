"""Waiting for a broker that is starting."""

import time
from collections.abc import Callable

from config.errors import BrokerError
from config.settings import Settings
from lantoa.broker.admin import open_admin

LOOK_AGAIN_SECONDS = 0.05


def wait_until_ready(settings: Settings, bootstrap: str, alive: Callable[[], bool], seconds: float) -> bool:
    """True once a metadata request names a broker; False when it died, or time is up."""
    deadline = time.monotonic() + seconds
    while alive() and time.monotonic() < deadline:
        if _answers(settings, bootstrap):
            return True
        time.sleep(LOOK_AGAIN_SECONDS)
    return False


def _answers(settings: Settings, bootstrap: str) -> bool:
    try:
        with open_admin(settings, bootstrap) as admin:
            return bool(admin.describe_cluster()["brokers"])
    except BrokerError:
        return False
