"""Waits for a starting broker, and creates its accounts."""

import time
from collections.abc import Callable
from functools import partial

from kafka.admin import KafkaAdminClient

from config.errors import BrokerError
from config.settings import Settings
from lantoa.broker.admin import open_admin, open_admin_as
from lantoa.broker.broker_accounts import Accounts

LOOK_AGAIN_SECONDS = 0.05


def wait_until_ready(
    settings: Settings,
    bootstrap: str,
    cluster: str,
    accounts: Accounts,
    *,
    alive: Callable[[], bool],
    seconds: float,
) -> bool:
    """Returns True when the broker of this cluster answers its owner, False if it died or the time is over.

    The id of the cluster is compared, because another Kafka may have taken the port, and because a killed broker
    sends its clients for some time to its former address.
    """
    deadline = time.monotonic() + seconds
    steps: tuple[Callable[[], bool], ...] = (
        partial(_introduced, accounts, bootstrap, cluster),
        partial(_answers, settings, bootstrap, cluster),
    )
    for done in steps:
        while not done():
            if not alive() or time.monotonic() > deadline:
                return False
            time.sleep(LOOK_AGAIN_SECONDS)
    return alive()


def _introduced(accounts: Accounts, bootstrap: str, cluster: str) -> bool:
    try:
        with open_admin_as(accounts.broker_options(bootstrap), bootstrap) as admin:
            if not _is_ours(admin, bootstrap, cluster):
                return False
            accounts.introduce(admin)
            return True
    except BrokerError:
        return False


def _answers(settings: Settings, bootstrap: str, cluster: str) -> bool:
    """Says whether the broker knows the owner already; the accounts reach it a moment after the controller."""
    try:
        with open_admin(settings, bootstrap) as admin:
            return _is_ours(admin, bootstrap, cluster)
    except BrokerError:
        return False


def _is_ours(admin: KafkaAdminClient, bootstrap: str, cluster: str) -> bool:
    answer = admin.describe_cluster()
    listening = {f"{each['host']}:{each['port']}" for each in answer["brokers"]}
    return listening == {bootstrap} and answer["cluster_id"] == cluster
