"""Where the brokers are: the cluster that the settings name, else the embedded broker of the data folder."""

from config.errors import BrokerError
from config.settings import Settings
from lantoa.broker import running_bootstrap
from lantoa.language import _


def find_brokers(settings: Settings) -> str | None:
    """`host:port,…`; None when no cluster is named and no embedded broker runs."""
    return settings.kafka_bootstrap_servers or running_bootstrap(settings)


def running_brokers(settings: Settings) -> str:
    """Raises BrokerError when there are none: pages and services start no broker."""
    if bootstrap := find_brokers(settings):
        return bootstrap
    raise BrokerError(_("Kafka does not run. `lantoa up` starts everything; then try again."))


def brokers_for(settings: Settings) -> str:
    """For services that need brokers which somebody else keeps. Raises BrokerError with what to do."""
    if bootstrap := find_brokers(settings):
        return bootstrap
    raise BrokerError(_("No broker runs here. Start `lantoa up`, or set LANTOA_KAFKA_BOOTSTRAP_SERVERS."))
