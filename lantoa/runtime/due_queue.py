"""The queue `lantoa.sources.due` of sources that are due to be fetched."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from time import monotonic
from typing import Any

from kafka import KafkaConsumer
from kafka.errors import KafkaError

from config.errors import BrokerError, MessageError
from config.programme import Programme, Source
from config.settings import Settings
from lantoa.broker.admin import open_admin
from lantoa.runtime.bus import Bus
from lantoa.runtime.consumer_lag import behind, ends_of
from models.database import Engine, reading, retry_until_available
from models.kafka_options import client_options
from models.messages.dead_letter import DeadLetter
from models.messages.source import SourceDue
from models.messages.topics import DEAD_LETTERS, SOURCES_DUE
from models.queries.source_rows import last_fetches
from producers.http.address import host_of
from producers.publish import open_publisher, to_send

GROUP = "lantoa-fetchers"
DAY_MS = 24 * 60 * 60 * 1000  # between two polls; a night with slow hosts may take hours
WAIT_MS = 200
DEAF_SECONDS = 60.0  # without a message, before the consumer lag is checked
logger = logging.getLogger(__name__)


def request_fetch(bus: Bus, source: Source, now: datetime, speaker: str) -> None:
    """Puts a source on the queue at a user's request. Returns when Kafka has acknowledged it; raises BrokerError if
    it may not have it."""
    due = SourceDue(source=source.id, host=host_of(source.url), reason="asked", named_at=now)
    bus.publish(to_send(SOURCES_DUE, [due], speaker))


class DueSources:
    """A consumer of the queue. All sources of a host go to one member of the group. Raises BrokerError."""

    def __init__(self, settings: Settings, bootstrap: str, programme: Programme, engine: Engine) -> None:
        self._settings, self._bootstrap = settings, bootstrap
        self._programme, self._engine = programme, engine
        self._consumer = self._open()

    def take(self) -> list[SourceDue]:
        """Returns the sources that are due, each once, without those fetched since they were named. Call `done`
        afterwards."""
        try:
            records = [r for found in self._consumer.poll(WAIT_MS).values() for r in found]
            if records:
                self._heard = monotonic()
            elif monotonic() - self._heard > DEAF_SECONDS:
                self._look_after()
        except KafkaError as error:
            raise BrokerError(f"{SOURCES_DUE.name} cannot be read: {error}") from error
        named = {each.source: each for each in self._readable(records)}
        fetched = retry_until_available(self._fetched_at) if named else {}
        due = [n for n in named.values() if n.source not in fetched or fetched[n.source] < n.named_at]
        if records and not due:
            self.done()
        return due

    def done(self) -> None:
        """Commits, because everything taken was fetched."""
        self._heard = monotonic()
        try:
            self._consumer.commit()
        except KafkaError as error:  # the message is read again and is then older than the fetch
            logger.warning("due.uncommitted", extra={"reason": error})

    def close(self) -> None:
        self._consumer.close()

    def _open(self) -> KafkaConsumer:
        self._heard = monotonic()
        try:
            return KafkaConsumer(
                SOURCES_DUE.name,
                **client_options(self._settings, self._bootstrap),
                group_id=GROUP,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                max_poll_interval_ms=DAY_MS,
            )
        except KafkaError as error:
            raise BrokerError(f"Kafka at {self._bootstrap} cannot be used: {error}") from error

    def _look_after(self) -> None:
        """Replaces a consumer that receives nothing although messages are there. On a busy machine kafka-python's
        consumer was seen polling in vain for minutes."""
        self._heard = monotonic()
        if self._misses():
            logger.warning("due.deaf", extra={"seconds": round(DEAF_SECONDS)})
            self._consumer.close()
            self._consumer = self._open()

    def _misses(self) -> bool:
        """Says whether our own partitions have lag, or any partition if we are the only member of the group."""
        with open_admin(self._settings, self._bootstrap) as admin:
            alone = len(admin.describe_groups([GROUP])[GROUP]["members"]) <= 1
            mine = self._consumer.assignment()
            ends = {p: end for p, end in ends_of(admin, SOURCES_DUE.name).items() if alone or p in mine}
            return behind(admin, ends, GROUP) > 0

    def _readable(self, records: Sequence[Any]) -> Iterator[SourceDue]:
        """Yields the sources of the programme. A message that cannot be decoded becomes a dead letter."""
        for record in records:
            try:
                due = SourceDue.decode(record.value)
            except MessageError as error:
                self._bury(record, error)
                continue
            if due.source in self._programme.sources:
                yield due
            else:
                logger.warning("due.unknown", extra={"source": due.source})

    def _bury(self, record: Any, error: MessageError) -> None:
        headers = DeadLetter.of(record, error).headers(dict(record.headers))
        sent = (DEAD_LETTERS, record.key, record.value, headers)
        with open_publisher(self._settings, self._bootstrap) as publisher:
            publisher.publish_bytes([sent])

    def _fetched_at(self) -> dict[str, datetime]:
        with reading(self._engine) as connection:
            return {source: last.fetched_at for source, last in last_fetches(connection).items()}
