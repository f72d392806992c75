"""Consumer lag of the workers, and waiting until everything is counted or published."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient, OffsetSpec
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError

from config.errors import NotCounted
from lantoa.language import _, number
from models.messages.topics import (
    ACTIVITIES,
    CORRECTIONS,
    GROUP,
    ITEMS,
    ITEMS_CLASSIFIED,
    TALLIES_TOUCHED,
    UNKNOWN_END,
)

# Raises BrokerError, also for what fails in the block.
OpenAdmin = Callable[[], AbstractContextManager[KafkaAdminClient]]
Ends = Mapping[tuple[str, int], int]  # (topic, partition) → the offset behind the last message
POLL_SECONDS = 0.2
# Persisted as published, without a step in between.
RECORDED = frozenset({ITEMS_CLASSIFIED.name, ACTIVITIES.name, CORRECTIONS.name})
# The coordinator will be ready soon.
COORDINATOR_STARTING = (CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError)


@dataclass(frozen=True, slots=True)
class Remaining:
    """Messages that no worker has acknowledged yet; `behind` counts them by topic."""

    to_classify: int
    to_persist: int
    behind: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.to_classify + self.to_persist


def wait_until_counted(
    admin: OpenAdmin,
    patience_seconds: float,
    published: Ends | None,
    on_progress: Callable[[Remaining], None],
) -> None:
    """Returns when everything up to the offsets `published` is counted or dead-lettered.

    None waits for everything that the topics hold now, including messages by others and by earlier runs. A worker
    acknowledges an item only after its results are acknowledged. Therefore, once the items are committed, the end of
    the classified topic lies behind all their results; once that end is committed, the database holds everything.
    `on_progress` is called between polls and may raise, for instance if the workers are gone. Raises NotCounted when
    nothing has moved for `patience_seconds`.
    """
    patience = _Patience(patience_seconds)
    for remaining in _follow(admin, published):
        on_progress(remaining)
        if not remaining.total:
            return
        patience.look(admin, remaining)
        time.sleep(POLL_SECONDS)


def not_counted(behind: Mapping[str, int], why: str) -> NotCounted:
    """Makes the error that names the remaining messages."""
    topics = ", ".join(f"{name}: {number(left)}" for name, left in behind.items() if left)
    text = "Not everything that was published is counted. {why} Consumer lag in messages: {topics}. Nothing is lost: they stay in the topics, and a worker counts them once it can."
    return NotCounted(_(text, why=why, topics=topics))


def has_workers(admin: OpenAdmin) -> bool:
    """Says whether the consumer group has a member."""
    with admin() as client:
        try:
            return bool(client.describe_groups([GROUP])[GROUP]["members"])
        except COORDINATOR_STARTING:
            return False


def behind(admin: KafkaAdminClient, ends: Mapping[TopicPartition, int], group: str = GROUP) -> int:
    """Counts the messages before these offsets that the group has not acknowledged."""
    return sum(_left(admin, ends, group).values())


def ends_of(admin: KafkaAdminClient, name: str) -> dict[TopicPartition, int]:
    """Returns the offset behind the last message of each partition of a topic."""
    described = admin.describe_topics([name])
    partitions = [TopicPartition(name, p["partition_index"]) for p in described[0]["partitions"]]
    latest = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
    return {partition: found.offset for partition, found in latest.items()}


def _follow(admin: OpenAdmin, published: Ends | None) -> Iterator[Remaining]:
    with admin() as client:
        ends = _all_ends(client) if published is None else _stated_ends(client, published)
    while to_classify := (left := _look(admin, ends)).get(ITEMS.name, 0):
        yield Remaining(to_classify, sum(left.values()), left)
    if any(place.topic == ITEMS.name for place in ends):
        with admin() as client:
            ends |= ends_of(client, ITEMS_CLASSIFIED.name)
    recorded = {place: end for place, end in ends.items() if place.topic != ITEMS.name}
    while to_persist := sum((left := _look(admin, recorded)).values()):
        yield Remaining(0, to_persist, left)
    yield Remaining(0, 0)


def _look(admin: OpenAdmin, ends: Mapping[TopicPartition, int]) -> dict[str, int]:
    with admin() as client:
        return _left_by_topic(client, ends)


def _all_ends(admin: KafkaAdminClient) -> dict[TopicPartition, int]:
    return {
        place: end for name in (ITEMS.name, *sorted(RECORDED)) for place, end in ends_of(admin, name).items()
    }


def _stated_ends(admin: KafkaAdminClient, published: Ends) -> dict[TopicPartition, int]:
    counted = {ITEMS.name, *RECORDED, TALLIES_TOUCHED.name}
    ends = {TopicPartition(t, p): end for (t, p), end in published.items() if t in counted}
    return ends | _known_ends(admin, ends)


def _left_by_topic(admin: KafkaAdminClient, ends: Mapping[TopicPartition, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, left in _left(admin, ends, GROUP).items():
        found[place.topic] = found.get(place.topic, 0) + left
    return found


def _left(
    admin: KafkaAdminClient, ends: Mapping[TopicPartition, int], group: str
) -> dict[TopicPartition, int]:
    """Counts the unacknowledged messages before each end. Messages that the topic has deleted do not count."""
    try:
        committed = admin.list_group_offsets({group: list(ends)})[group] if ends else {}
    except COORDINATOR_STARTING:
        committed = {}
    at = {place: found.offset for place, found in committed.items()}
    late = [place for place, end in ends.items() if at.get(place, -1) < end]
    begins = admin.list_partition_offsets(dict.fromkeys(late, OffsetSpec.EARLIEST)) if late else {}
    return {place: max(ends[place] - max(at.get(place, 0), begins[place].offset), 0) for place in late}


class _Patience:
    """Ends a wait in which nothing moves."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._seen: Mapping[str, int] = {}
        self._moved_at = time.monotonic()

    def look(self, admin: OpenAdmin, remaining: Remaining) -> None:
        if remaining.behind != self._seen:
            self._seen, self._moved_at = remaining.behind, time.monotonic()
        elif time.monotonic() - self._moved_at > self._seconds:
            raise not_counted(remaining.behind, self._why(has_workers(admin)))

    def _why(self, workers: bool) -> str:
        seconds = number(round(self._seconds))
        if workers:
            text = "Workers are running, but counted nothing for {seconds} s: their log has the reason, for instance an unavailable database."
        else:
            text = "No worker is there, and nothing was counted for {seconds} s: `lantoa worker` starts one."
        return _(text, seconds=seconds)


def _known_ends(admin: KafkaAdminClient, ends: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
    """Returns the ends of partitions for whose messages the producer received no offset."""
    unknown = {place for place, end in ends.items() if end == UNKNOWN_END}
    topics = {place.topic for place in unknown}
    return {place: end for name in topics for place, end in ends_of(admin, name).items() if place in unknown}
