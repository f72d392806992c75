"""Finds the brokers: the cluster that the settings name, otherwise the embedded broker of the data folder."""

from config.errors import BrokerError
from config.settings import Settings
from lantoa.broker import running_bootstrap
from lantoa.language import _


def find_brokers(settings: Settings) -> str | None:
    """Returns `host:port,…`, or None if no cluster is named and no embedded broker runs."""
    return settings.kafka_bootstrap_servers or running_bootstrap(settings)


def running_brokers(settings: Settings) -> str:
    """Returns the address for pages and services, which start no broker. Raises BrokerError if none runs."""
    if bootstrap := find_brokers(settings):
        return bootstrap
    raise BrokerError(_("Kafka does not run. `lantoa up` starts everything; then try again."))


def brokers_for(settings: Settings) -> str:
    """Returns the address for services that need a broker run by others. Raises BrokerError with what to do."""
    if bootstrap := find_brokers(settings):
        return bootstrap
    raise BrokerError(_("No broker runs here. Start `lantoa up`, or set LANTOA_KAFKA_BOOTSTRAP_SERVERS."))
