"""Follows the topic of the tallies, and waits until it holds what the database holds."""

import time
from collections.abc import Callable

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from config.errors import BrokerError
from config.settings import Settings
from lantoa.runtime.consumer_lag import OpenAdmin, behind, ends_of
from models.database import DatabaseError, make_engine, reading
from models.kafka_options import client_options
from models.messages.topics import TALLIES, TALLIES_TOUCHED
from models.store import tally_outbox

LOOK_SECONDS = 0.1
POLL_MS = 1000


def follow_tallies(
    settings: Settings,
    bootstrap: str,
    programme: str,
    is_wanted: Callable[[], bool],
    on_change: Callable[[], None],
) -> None:
    """Calls `on_change` at once, because nothing before was read, and then for each change of the programme's
    figures. Returns when `is_wanted` says no. Raises BrokerError if the topic cannot be read."""
    try:
        consumer = KafkaConsumer(**client_options(settings, bootstrap), enable_auto_commit=False)
        try:
            _follow(consumer, f"{programme}|".encode(), is_wanted, on_change)
        finally:
            consumer.close()
    except KafkaError as error:
        raise BrokerError(f"{TALLIES.name} cannot be read: {error}") from error


def wait_until_published(settings: Settings, admin: OpenAdmin, seconds: float) -> bool:
    """Waits until the topic holds what the database holds. Returns False when time is up or the database is
    unavailable; the next worker publishes the rest."""
    deadline = time.monotonic() + seconds
    engine = make_engine(settings)
    try:
        while time.monotonic() < deadline:
            with reading(engine) as connection:
                left = tally_outbox.pending(connection, 1)
            if not left and not _behind(admin):
                return True
            time.sleep(LOOK_SECONDS)
    except DatabaseError:
        pass
    finally:
        engine.dispose()
    return False


def _follow(
    consumer: KafkaConsumer, prefix: bytes, is_wanted: Callable[[], bool], on_change: Callable[[], None]
) -> None:
    numbers = consumer.partitions_for_topic(TALLIES.name) or ()
    partitions = [TopicPartition(TALLIES.name, each) for each in numbers]
    consumer.assign(partitions)
    consumer.seek_to_end()
    for each in partitions:
        consumer.position(each)  # determines the end now, not with the first poll
    on_change()
    if not partitions:
        raise BrokerError(f"there is no topic {TALLIES.name}")
    while is_wanted():
        batches = consumer.poll(timeout_ms=POLL_MS).values()
        if any((record.key or b"").startswith(prefix) for batch in batches for record in batch):
            on_change()


def _behind(admin: OpenAdmin) -> int:
    with admin() as client:
        return behind(client, ends_of(client, TALLIES_TOUCHED.name))
