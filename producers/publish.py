"""Publishes to the topics: everything from one fetch is acknowledged by the broker, or BrokerError is raised."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError

from config.errors import BrokerError, FetchError
from config.settings import Settings
from models.kafka_options import accepts_connections, client_options
from models.messages.dead_letter import DeadLetter
from models.messages.item import Item
from models.messages.limits import ITEM_BYTES
from models.messages.message import Headers, Message
from models.messages.topics import DEAD_LETTERS, ITEMS, LARGEST_MESSAGE, UNKNOWN_END, Topic
from producers.item.normalise import Rejected

SPEAKER = "/lantoa/ingest"
DELIVERY_MS = 120_000  # how long a broker may be unavailable in the middle of a run
CLOSE_SECONDS = 5.0
CONNECT_SECONDS = 10.0  # and how long at its start

RecordPosition = tuple[str, int, int]  # topic, partition, offset; -1 where the broker did not report it
Sent = tuple[Topic, bytes | None, bytes | None, Headers]  # topic, key, value
logger = logging.getLogger(__name__)


class TooLarge(BrokerError):
    """The topic does not accept a message of this size."""


class Publisher:
    """`ends` records what was acknowledged: (topic, partition) → the offset after the last message."""

    def __init__(self, producer: KafkaProducer) -> None:
        self.ends: dict[tuple[str, int], int] = {}
        self._producer = producer

    def publish(self, source: str, items: Sequence[Item], dead: Sequence[Rejected]) -> None:
        """Publishes what `source` produced; returns when all of it is acknowledged. Raises BrokerError when any of it
        may not be, FetchError when it never will be."""
        sent: list[Sent] = [
            (ITEMS, item.key().encode(), item.encode(), item.headers(SPEAKER)) for item in items
        ]
        sent += [(DEAD_LETTERS, source.encode(), _bytes(each), _headers(each)) for each in dead]
        try:
            self._send_all(sent, f"what {source} gave", "it stays to be fetched")
        except BrokerError as error:
            # the failure is not the broker's but this source's
            if isinstance(error.__cause__, MessageSizeTooLargeError):
                raise FetchError("too-large", f"an item that no topic takes: {error.__cause__}") from error
            raise

    def publish_messages(self, topic: Topic, messages: Iterable[Message], speaker: str) -> None:
        """Returns when all messages are acknowledged. Raises BrokerError when any of them may not be."""
        self.publish_bytes(list(to_send(topic, messages, speaker)))

    def publish_bytes(self, sent: Sequence[Sent]) -> list[RecordPosition]:
        """Returns the position of each record, when all are acknowledged. Raises BrokerError when any of them may not
        be, TooLarge for one that its topic does not accept."""
        names = ", ".join(sorted({topic.name for topic, *_ in sent}))
        return self._send_all(
            sent, f"{len(sent)} messages for {names}", "the same command may be given again"
        )

    def _send_all(self, messages: Iterable[Sent], what: str, advice: str) -> list[RecordPosition]:
        try:
            sent = [self._send(*message) for message in messages]
            self._producer.flush(timeout=2 * DELIVERY_MS / 1000)
            acknowledged = [future.get(timeout=0) for future in sent]
        except MessageSizeTooLargeError as error:
            raise TooLarge(f"Kafka did not take {what}: too large. {error}") from error
        except KafkaError as error:
            said = str(error) or type(error).__name__
            raise BrokerError(
                f"Kafka did not take {what}: {said}. Nothing of it is lost: {advice}."
            ) from error
        for each in acknowledged:
            place = each.topic, each.partition
            # a send was repeated that the broker had already
            end = each.offset + 1 if each.offset >= 0 else UNKNOWN_END
            self.ends[place] = max(self.ends.get(place, 0), end)
        return [(each.topic, each.partition, each.offset) for each in acknowledged]

    def _send(self, topic: Topic, key: bytes | None, value: bytes | None, headers: Headers) -> Any:
        # Kafka allows a header without a value, but this client does not
        whole = [(name, found or b"") for name, found in headers]
        return self._producer.send(topic.name, value=value, key=key, headers=whole)


def to_send(topic: Topic, messages: Iterable[Message], speaker: str) -> Iterator[Sent]:
    """Yields messages in the form that `publish_bytes` takes."""
    for each in messages:
        yield topic, each.key().encode(), each.encode(), each.headers(speaker)


@contextmanager
def open_publisher(
    settings: Settings, bootstrap: str, *, largest: int = LARGEST_MESSAGE
) -> Iterator[Publisher]:
    """Raises BrokerError within seconds when no broker answers. `largest` bounds a message before it is
    compressed."""
    producer = make_producer(settings, bootstrap, largest=largest)
    try:
        yield Publisher(producer)
    finally:
        close_producer(producer)


def make_producer(settings: Settings, bootstrap: str, *, largest: int = LARGEST_MESSAGE) -> KafkaProducer:
    """Returns a client that the caller keeps and closes. Raises BrokerError as `open_publisher` does."""
    options = client_options(settings, bootstrap)
    check_connection(settings, bootstrap)
    try:
        return KafkaProducer(
            **options,
            acks="all",
            enable_idempotence=True,
            compression_type="lz4",
            delivery_timeout_ms=DELIVERY_MS,
            request_timeout_ms=DELIVERY_MS // 4,
            max_block_ms=DELIVERY_MS,
            linger_ms=5,
            max_request_size=largest,
            allow_auto_create_topics=False,
        )
    except KafkaError as error:
        raise BrokerError(f"Kafka at {bootstrap} cannot be used: {error or type(error).__name__}") from error


def close_producer(producer: KafkaProducer) -> None:
    try:
        producer.close(timeout=CLOSE_SECONDS)
    except KafkaError:  # a message is still under way, and close leaves the thread and its sockets open
        producer._sender.force_close()
        producer._sender.join(CLOSE_SECONDS)
        producer.close(timeout=0)


def check_connection(settings: Settings, bootstrap: str) -> None:
    """Checks before Kafka's client starts, which would retry in a thread of its own. Raises BrokerError."""
    servers = client_options(settings, bootstrap)["bootstrap_servers"]
    if not accepts_connections(servers, CONNECT_SECONDS):
        raise BrokerError(f"no Kafka answers at {bootstrap}")


def _bytes(rejected: Rejected) -> bytes:
    """Returns the entry as it was read, or its beginning where no message can carry it."""
    return rejected.entry.as_json()[:ITEM_BYTES]


def _headers(rejected: Rejected) -> Headers:
    letter = DeadLetter(
        topic=ITEMS.name,
        partition=-1,
        offset=-1,
        error="FeedError",
        reason=rejected.reason,
        message=rejected.message,
    )
    return letter.headers()
