"""Metrics of the broker: consumer lag, published messages, the last night, and open dead letters."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient, OffsetSpec
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from config.settings import Settings
from lantoa.broker.admin import open_admin
from lantoa.metrics.last_night import LastNight
from lantoa.metrics.metric_labels import by_label
from lantoa.runtime import due_queue
from lantoa.runtime.consumer_lag import COORDINATOR_STARTING
from lantoa.views.dead_letters import PLACE, read_dead_letters
from models.database import Engine, reading
from models.messages.topics import (
    ACTIVITIES,
    CORRECTIONS,
    GROUP,
    ITEMS,
    ITEMS_CLASSIFIED,
    SOURCES_DUE,
    TALLIES_TOUCHED,
    TOPICS,
)
from models.queries.handled_letters import handled_letters

READ = {
    GROUP: (ITEMS, ITEMS_CLASSIFIED, ACTIVITIES, CORRECTIONS, TALLIES_TOUCHED),
    due_queue.GROUP: (SOURCES_DUE,),
}
Offsets = Mapping[TopicPartition, int]


class BrokerMetrics:
    """Remembers which dead letters and nights it has read, and continues from there."""

    def __init__(self, settings: Settings, engine: Engine, now: Callable[[], datetime]) -> None:
        self._settings, self._engine = settings, engine
        self._night = LastNight(settings, now)
        self._letters: dict[tuple[int, int], str] = {}  # id of the letter → reason

    def families(self, bootstrap: str) -> Iterator[Metric]:
        """Raises BrokerError."""
        with open_admin(self._settings, bootstrap) as admin:
            begins, ends = (_offsets(admin, which) for which in (OffsetSpec.EARLIEST, OffsetSpec.LATEST))
            yield _lag(admin, begins, ends)
        yield _given(ends)
        yield from self._night.families(bootstrap)
        yield self._dead_letters(bootstrap, begins.get(PLACE, 0), ends.get(PLACE, 0))

    def _dead_letters(self, bootstrap: str, begin: int, end: int) -> Metric:
        kept = {letter: reason for letter, reason in self._letters.items() if begin <= letter[0] < end}
        if len(kept) < len(self._letters) and begin == 0:  # the topic was created again
            kept = {}
        first = max((number + 1 for number, _written in kept), default=0)
        kept |= {
            letter.id: letter.about.reason for letter in read_dead_letters(self._settings, bootstrap, first)
        }
        self._letters = kept
        with reading(self._engine) as connection:
            settled = handled_letters(connection)
        left = Counter(reason for letter, reason in kept.items() if letter not in settled)
        return by_label("lantoa_dead_letters", "Open dead letters by reason", "reason", left)


def _offsets(admin: KafkaAdminClient, which: OffsetSpec) -> Offsets:
    """Returns the offsets of every partition of those of our topics that exist."""
    described = admin.describe_topics([topic.name for topic in TOPICS])
    places = [TopicPartition(t["name"], p["partition_index"]) for t in described for p in t["partitions"]]
    found = admin.list_partition_offsets(dict.fromkeys(places, which)) if places else {}
    return {place: each.offset for place, each in found.items()}


def _lag(admin: KafkaAdminClient, begins: Offsets, ends: Offsets) -> Metric:
    about = "Consumer lag: messages that the group has not committed yet"
    family = GaugeMetricFamily("lantoa_consumer_lag_messages", about, labels=["group", "topic"])
    for group, topics in READ.items():
        committed = _committed(admin, group, [p for p in ends if p.topic in {t.name for t in topics}])
        for topic in topics:
            places = [place for place in ends if place.topic == topic.name]
            behind = sum(ends[p] - min(max(committed.get(p, 0), begins[p]), ends[p]) for p in places)
            family.add_metric([group, topic.name], behind)
    return family


def _committed(admin: KafkaAdminClient, group: str, places: list[TopicPartition]) -> Offsets:
    try:
        found = admin.list_group_offsets({group: places})[group] if places else {}
    except COORDINATOR_STARTING:
        return {}
    return {place: each.offset for place, each in found.items()}


def _given(ends: Offsets) -> Metric:
    about = "Offsets assigned since the topic was created"
    family = CounterMetricFamily("lantoa_topic_messages", about, labels=["topic"])
    for topic in TOPICS:
        family.add_metric([topic.name], sum(end for place, end in ends.items() if place.topic == topic.name))
    return family
