"""How to speak to the brokers, said once for each of the two client libraries."""

from typing import Any

from config.settings import Settings


def client_options(settings: Settings, bootstrap: str) -> dict[str, Any]:
    """Keyword arguments of every kafka-python client. `bootstrap` is `host:port,…`."""
    options: dict[str, Any] = {
        "bootstrap_servers": [server.strip() for server in bootstrap.split(",") if server.strip()],
        "security_protocol": _protocol(settings),
    }
    if _uses_tls(settings) and settings.kafka_ca_file:
        options["ssl_cafile"] = str(settings.kafka_ca_file)
    if _uses_sasl(settings):
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism
        options["sasl_plain_username"] = settings.kafka_username
        options["sasl_plain_password"] = settings.kafka_password.get_secret_value()
    return options


def confluent_options(settings: Settings, bootstrap: str) -> dict[str, str]:
    """The same for librdkafka's clients (confluent-kafka)."""
    options = {
        "bootstrap.servers": bootstrap,
        "security.protocol": _protocol(settings),
    }
    if _uses_tls(settings) and settings.kafka_ca_file:
        options["ssl.ca.location"] = str(settings.kafka_ca_file)
    if _uses_sasl(settings):
        options["sasl.mechanism"] = settings.kafka_sasl_mechanism
        options["sasl.username"] = settings.kafka_username
        options["sasl.password"] = settings.kafka_password.get_secret_value()
    return options


def _protocol(settings: Settings) -> str:
    """The embedded broker speaks plain text on this machine, whatever the settings say of others."""
    return settings.kafka_security_protocol if settings.kafka_bootstrap_servers else "PLAINTEXT"


def _uses_tls(settings: Settings) -> bool:
    return _protocol(settings).endswith("SSL")


def _uses_sasl(settings: Settings) -> bool:
    return _protocol(settings).startswith("SASL")
