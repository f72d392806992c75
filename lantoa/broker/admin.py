"""An admin client that answers soon or fails with a message that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from config.errors import BrokerError
from config.settings import Settings
from models.kafka_options import accepts_connections, client_options

CONNECT_SECONDS = 4.0
ANSWER_MS = 6000


@contextmanager
def open_admin(settings: Settings, bootstrap: str) -> Iterator[KafkaAdminClient]:
    """Opens an admin client for the block. Raises BrokerError within about ten seconds if no broker answers, also for
    failures inside the block."""
    with open_admin_as(client_options(settings, bootstrap), bootstrap) as client:
        yield client


@contextmanager
def open_admin_as(options: dict[str, object], bootstrap: str) -> Iterator[KafkaAdminClient]:
    """Opens an admin client with kafka-python's options of another account."""
    client = connect(options, bootstrap)
    try:
        with asking(bootstrap):
            yield client
    finally:
        client.close()


@contextmanager
def asking(bootstrap: str) -> Iterator[None]:
    """Turns the errors of an admin client inside the block into BrokerError."""
    try:
        yield
    except (KafkaError, OSError) as error:
        raise BrokerError(f"Kafka at {bootstrap} did not do what it was asked: {_said(error)}") from error


def connect(options: dict[str, Any], bootstrap: str) -> KafkaAdminClient:
    """Returns a client that the caller keeps and closes. Raises BrokerError within about ten seconds if no broker
    answers."""
    servers = options["bootstrap_servers"]
    if not accepts_connections(servers, CONNECT_SECONDS):
        raise _unreachable(bootstrap, "nothing accepts connections there")
    # In two steps, because a constructor that fails leaves its thread running.
    client = KafkaAdminClient.__new__(KafkaAdminClient)
    try:
        client.__init__(**options, bootstrap_timeout_ms=ANSWER_MS, request_timeout_ms=ANSWER_MS)
    except (KafkaError, OSError, ValueError) as error:
        _abandon(client)
        raise _unreachable(bootstrap, _said(error)) from error
    return client


def _abandon(client: KafkaAdminClient) -> None:
    client._closed = False
    with suppress(AttributeError):  # it failed before it had a thread
        client.close()


def _unreachable(bootstrap: str, why: str) -> BrokerError:
    return BrokerError(
        f"no Kafka answers at {bootstrap}: {why}. "
        "Check that it runs, and LANTOA_KAFKA_BOOTSTRAP_SERVERS with its security settings; "
        "without that setting, `lantoa up` starts a broker on this machine."
    )


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
