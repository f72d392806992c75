"""Checks how long the brokers keep the offsets of an idle group. If they delete them, workers read everything again.

That changes nothing that was counted (docs/counting.md, Revisions), but it keeps the workers of a large office busy
for hours.
"""

import logging
from contextlib import suppress

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import KafkaError

from config.errors import BrokerError
from config.settings import Settings
from lantoa.broker.admin import open_admin
from lantoa.language import _, number

KEY = "offsets.retention.minutes"
MINUTES_OF_TEN_YEARS = 10 * 365 * 24 * 60  # the setting of the embedded broker
LEAST_MINUTES = 365 * 24 * 60
DAY_MINUTES = 24 * 60
logger = logging.getLogger(__name__)


def forgets_offsets(admin: KafkaAdminClient) -> str:
    """Returns a warning with what to do, or nothing if offsets are kept for a year or more or the brokers
    do not say."""
    kept = _kept_minutes(admin)
    if kept is None or kept >= LEAST_MINUTES:
        return ""
    text = "The brokers expire committed offsets after {days} days without a worker ({key}={minutes}). Everything is then read again, which changes no figure but takes time. Set {key}={wanted} in their server.properties."
    return _(text, days=number(kept // DAY_MINUTES), key=KEY, minutes=kept, wanted=MINUTES_OF_TEN_YEARS)


def warn_of_forgetting(settings: Settings, bootstrap: str) -> None:
    """Logs the warning for users who do not list the topics. Unavailable brokers are reported elsewhere."""
    with suppress(BrokerError), open_admin(settings, bootstrap) as admin:
        if warning := forgets_offsets(admin):
            logger.warning("topics.warning", extra={"warning": warning})


def _kept_minutes(admin: KafkaAdminClient) -> int | None:
    """Returns the least value of all brokers."""
    try:
        nodes = [str(broker["broker_id"]) for broker in admin.describe_cluster()["brokers"]]
        asked = [ConfigResource(ConfigResourceType.BROKER, node, [KEY]) for node in nodes]
        said = admin.describe_configs(asked, config_filter="all")["broker"] if asked else {}
    except KafkaError as error:  # the account may lack the right to describe brokers
        logger.debug("brokers.untold", extra={"reason": error})
        return None
    found = [int(configs[KEY]["value"]) for configs in said.values() if KEY in configs]
    return min(found, default=None)
