"""Items onto the log: idempotent, acknowledged by every replica, each failure named."""

from collections import defaultdict
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

import orjson
from kafka import KafkaProducer
from kafka.errors import KafkaError

from config.errors import BrokerError
from config.settings import Settings
from models.connection import client_options
from models.messages import DeadLetter, Headers, Item, Message, SourceFetched
from models.topics import DEAD_LETTERS, ITEMS, SOURCES_FETCHED, Topic
from producers.feeds import Entry

SOURCE = "/lantoa/ingest"
DELIVERY_MS = 120_000  # a broker that restarts is waited for
BLOCK_MS = 60_000
LARGEST_BYTES = 8_000_000
Ends = dict[tuple[str, int], int]


class Publisher:
    """`ends` tells, for each partition written to, the offset behind the last message."""

    def __init__(self, settings: Settings, bootstrap: str) -> None:
        self.ends: Ends = defaultdict(int)
        self._bootstrap = bootstrap
        self._waiting: list[Any] = []
        try:
            self._producer = KafkaProducer(
                **client_options(settings, bootstrap),
                client_id="lantoa-producer",
                acks="all",
                enable_idempotence=True,
                compression_type="lz4",
                linger_ms=5,
                delivery_timeout_ms=DELIVERY_MS,
                max_block_ms=BLOCK_MS,
                max_request_size=LARGEST_BYTES,
            )
        except KafkaError as error:
            raise self._lost(error) from error

    def items(self, items: Iterable[Item]) -> None:
        for item in items:
            self._send(ITEMS, item)

    def rejected(self, source_id: str, entry: Entry, reason: str, message: str) -> None:
        """An entry that is no item goes to the dead letters, as it was read."""
        letter = DeadLetter(
            topic="", partition=-1, offset=-1, error="FeedError", reason=reason, message=message
        )
        value = orjson.dumps(entry, default=lambda other: other.model_dump())
        self._put(DEAD_LETTERS, source_id.encode(), value, letter.headers())

    def fetched(self, report: SourceFetched) -> None:
        self._send(SOURCES_FETCHED, report)

    def confirm(self) -> None:
        """Returns when the brokers hold everything sent so far. Raises BrokerError for the first that they do not."""
        waiting, self._waiting = self._waiting, []
        try:
            self._producer.flush(timeout=DELIVERY_MS / 1000)
            for future in waiting:
                sent = future.get(timeout=DELIVERY_MS / 1000)
                place = sent.topic, sent.partition
                self.ends[place] = max(self.ends[place], sent.offset + 1)
        except KafkaError as error:
            raise self._lost(error) from error

    def close(self) -> None:
        self._producer.close(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(self, topic: Topic, message: Message) -> None:
        self._put(topic, message.key().encode(), message.encode(), message.headers(SOURCE))

    def _put(self, topic: Topic, key: bytes, value: bytes, headers: Headers) -> None:
        try:
            self._waiting.append(self._producer.send(topic.name, key=key, value=value, headers=headers))
        except KafkaError as error:
            raise self._lost(error) from error

    def _lost(self, error: KafkaError) -> BrokerError:
        return BrokerError(
            f"Kafka at {self._bootstrap} did not take what was fetched ({type(error).__name__}: {error}). "
            "Nothing is lost: what was not acknowledged is fetched again by the next run."
        )
