"""How to speak to the brokers, said once for each of the two client libraries.

The embedded broker's address and account are in a file of the data folder, which only its owner can read. So every
process on the folder finds them, whatever else the settings say of a cluster, and no secret travels between processes.
"""

import logging
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.settings import Settings

logger = logging.getLogger(__name__)


def client_options(settings: Settings, bootstrap: str) -> dict[str, Any]:
    """Keyword arguments of every kafka-python client. `bootstrap` is `host:port,…`."""
    from models.messages.header_names import (
        read_any_header_name,  # imports that client, which not every process needs
    )

    read_any_header_name()
    access = _access(settings, bootstrap)
    options: dict[str, Any] = {
        "bootstrap_servers": [server.strip() for server in bootstrap.split(",") if server.strip()],
        "security_protocol": access.protocol,
    }
    if access.uses_tls and settings.kafka_ca_file:
        options["ssl_cafile"] = str(settings.kafka_ca_file)
    if access.uses_sasl:
        options["sasl_mechanism"] = access.mechanism
        options["sasl_plain_username"] = access.username
        options["sasl_plain_password"] = access.password
    return options


def confluent_options(settings: Settings, bootstrap: str) -> dict[str, str]:
    """The same for librdkafka's clients (confluent-kafka)."""
    access = _access(settings, bootstrap)
    options = {
        "bootstrap.servers": bootstrap,
        "security.protocol": access.protocol,
    }
    if access.uses_tls and settings.kafka_ca_file:
        options["ssl.ca.location"] = str(settings.kafka_ca_file)
    if access.uses_sasl:
        options["sasl.mechanism"] = access.mechanism
        options["sasl.username"] = access.username
        options["sasl.password"] = access.password
    return options


def accepts_connections(servers: Sequence[str], seconds: float) -> bool:
    """Whether one of these `host:port` does. Asked before kafka-python's clients are made, which keep trying in a thread of
    their own; `seconds` is for all of them."""
    for server in servers:
        host, _, port = server.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), seconds / len(servers)).close()
        except (OSError, ValueError, OverflowError) as error:
            logger.debug("broker.unreachable", extra={"server": server, "reason": error})
        else:
            return True
    return False


def embedded_account(settings: Settings) -> Path:
    """The properties file with which the owner of the data folder speaks to its embedded broker."""
    return settings.data_dir / "kafka" / "client.properties"


def read_properties(file: Path) -> dict[str, str]:
    """Empty when there is no such file."""
    try:
        lines = file.read_text().splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, _, value in pairs}


@dataclass(frozen=True, slots=True)
class _Access:
    protocol: str
    mechanism: str = ""
    username: str = ""
    password: str = ""

    @property
    def uses_tls(self) -> bool:
        return self.protocol.endswith("SSL")

    @property
    def uses_sasl(self) -> bool:
        return self.protocol.startswith("SASL")


def _access(settings: Settings, bootstrap: str) -> _Access:
    """The embedded broker's account for its own address only, else what the settings say of a cluster."""
    account = read_properties(embedded_account(settings))
    if account.get("bootstrap.servers") == bootstrap:
        names = ("security.protocol", "sasl.mechanism", "sasl.username", "sasl.password")
        return _Access(*(account[name] for name in names))
    if not settings.kafka_bootstrap_servers:  # it was started by a Lan tỏa that asked for no credentials
        return _Access("PLAINTEXT")
    password = settings.kafka_password.get_secret_value()
    return _Access(
        settings.kafka_security_protocol, settings.kafka_sasl_mechanism, settings.kafka_username, password
    )
