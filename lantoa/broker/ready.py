"""Waiting for a broker that is starting."""

import time
from collections.abc import Callable

from config.errors import BrokerError
from config.settings import Settings
from lantoa.broker.admin import open_admin

LOOK_AGAIN_SECONDS = 0.05


def wait_until_ready(
    settings: Settings, bootstrap: str, cluster: str, *, alive: Callable[[], bool], seconds: float
) -> bool:
    """True once the broker of this cluster answers a metadata request; False when it died, or time is up.

    Should another Kafka have been faster to take the port, its answer is not ours. And a broker that was killed sends
    its clients for a while to where it listened before.
    """
    deadline = time.monotonic() + seconds
    while alive() and time.monotonic() < deadline:
        if _answers(settings, bootstrap, cluster):
            return True
        time.sleep(LOOK_AGAIN_SECONDS)
    return False


def _answers(settings: Settings, bootstrap: str, cluster: str) -> bool:
    try:
        with open_admin(settings, bootstrap) as admin:
            answer = admin.describe_cluster()
    except BrokerError:
        return False
    listening = {f"{each['host']}:{each['port']}" for each in answer["brokers"]}
    return listening == {bootstrap} and answer["cluster_id"] == cluster
