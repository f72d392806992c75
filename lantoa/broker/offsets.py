"""How long the brokers remember what an idle reader has read: where they forget it, workers read everything again.

Nothing that was counted changes by that (docs/counting.md, Revisions), but a large office's worker is busy for hours.
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
MINUTES_OF_TEN_YEARS = 10 * 365 * 24 * 60  # what the brokers that we start are told
LEAST_MINUTES = 365 * 24 * 60
DAY_MINUTES = 24 * 60
logger = logging.getLogger(__name__)


def forgets_offsets(admin: KafkaAdminClient) -> str:
    """A warning, with what to do; empty where offsets are kept for a year or more, or the brokers do not tell."""
    kept = _kept_minutes(admin)
    if kept is None or kept >= LEAST_MINUTES:
        return ""
    text = "The brokers expire committed offsets after {days} days without a worker ({key}={minutes}). Everything is then read again, which changes no figure but takes time. Set {key}={wanted} in their server.properties."
    return _(text, days=number(kept // DAY_MINUTES), key=KEY, minutes=kept, wanted=MINUTES_OF_TEN_YEARS)


def warn_of_forgetting(settings: Settings, bootstrap: str) -> None:
    """For those who do not look at the topics. Brokers that do not answer are somebody else's to tell."""
    with suppress(BrokerError), open_admin(settings, bootstrap) as admin:
        if warning := forgets_offsets(admin):
            logger.warning("topics.warning", extra={"warning": warning})


def _kept_minutes(admin: KafkaAdminClient) -> int | None:
    """The least that any broker says."""
    try:
        nodes = [str(broker["broker_id"]) for broker in admin.describe_cluster()["brokers"]]
        asked = [ConfigResource(ConfigResourceType.BROKER, node, [KEY]) for node in nodes]
        said = admin.describe_configs(asked, config_filter="all")["broker"] if asked else {}
    except KafkaError as error:  # who may use topics need not be allowed to look at brokers
        logger.debug("brokers.untold", extra={"reason": error})
        return None
    found = [int(configs[KEY]["value"]) for configs in said.values() if KEY in configs]
    return min(found, default=None)
