"""Metrics of the last nightly run, read from `lantoa.sources.fetched`."""

from collections.abc import Callable, Iterator
from datetime import datetime

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from config.errors import BrokerError, MessageError
from config.settings import Settings
from lantoa.metrics.metric_labels import by_label
from models.kafka_options import client_options
from models.messages.source import NightFetched
from models.messages.topics import SOURCES_FETCHED

PLACE = TopicPartition(SOURCES_FETCHED.name, 0)
PATIENCE_MS = 10_000
ENTRIES = ("new", "changed", "unchanged")
SOURCES = ("failed", "quiet")
PAGES = ("pages", "missing")


class LastNight:
    """Reads the topic and continues at the offset where it stopped."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._settings, self._now = settings, now
        self._position = 0
        self._last: NightFetched | None = None

    def families(self, bootstrap: str) -> Iterator[Metric]:
        """Yields nothing before the first night is over. Raises BrokerError."""
        try:
            self._read_on(bootstrap)
        except KafkaError as error:
            raise BrokerError(f"{PLACE.topic} at {bootstrap} cannot be read: {error}") from error
        if self._last:
            yield from _night_metrics(self._last, self._now())

    def _read_on(self, bootstrap: str) -> None:
        consumer = KafkaConsumer(**client_options(self._settings, bootstrap), enable_auto_commit=False)
        try:
            if consumer.partitions_for_topic(PLACE.topic):
                self._to_the_end(consumer)
        finally:
            consumer.close()

    def _to_the_end(self, consumer: KafkaConsumer) -> None:
        consumer.assign([PLACE])
        begin, end = consumer.beginning_offsets([PLACE])[PLACE], consumer.end_offsets([PLACE])[PLACE]
        consumer.seek(PLACE, self._position if begin <= self._position <= end else begin)
        while consumer.position(PLACE) < end:
            found = consumer.poll(timeout_ms=PATIENCE_MS)
            if not found:
                raise BrokerError(
                    f"{PLACE.topic} ends before {end}: Kafka became unavailable while it was read"
                )
            for record in found[PLACE]:
                if (NightFetched.ce_type.encode()) == dict(record.headers).get("ce_type"):
                    self._take(record.value)
        self._position = end

    def _take(self, value: bytes | None) -> None:
        """Ignores a message that cannot be decoded; the last valid one remains."""
        try:
            self._last = NightFetched.decode(value)
        except MessageError:
            return


def _night_metrics(night: NightFetched, now: datetime) -> Iterator[Metric]:
    def some(names: tuple[str, ...]) -> dict[str, float]:
        return {name: getattr(night, name) for name in names}

    name = "lantoa_last_night"
    yield by_label(f"{name}_entries", "Entries of the last nightly run by outcome", "outcome", some(ENTRIES))
    yield GaugeMetricFamily(f"{name}_sources", "Sources that were due in the last nightly run", night.sources)
    yield by_label(
        f"{name}_sources_without_news",
        "Sources of the last nightly run that failed or yielded nothing new",
        "outcome",
        some(SOURCES),
    )
    yield by_label(
        f"{name}_pages",
        "Article pages of the last nightly run: requested, and requested but unreadable",
        "outcome",
        some(PAGES),
    )
    seconds = (night.ended_at - night.began_at).total_seconds()
    yield GaugeMetricFamily(
        f"{name}_duration_seconds",
        "Seconds from the start of the last nightly run until everything was counted",
        seconds,
    )
    age = (now - night.ended_at).total_seconds()
    yield GaugeMetricFamily(f"{name}_age_seconds", "Seconds since the last nightly run ended", age)
