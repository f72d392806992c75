"""How far the workers are: committed offsets against the ends of the topics, until everything was counted."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient, OffsetSpec
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError

from config.settings import Settings
from lantoa.broker.admin import open_admin
from models.topics import ACTIVITIES, CORRECTIONS, GROUP, ITEMS, ITEMS_CLASSIFIED, UNKNOWN_END

Ends = Mapping[tuple[str, int], int]  # (topic, partition) → the offset behind the last message
POLL_SECONDS = 0.2
RECORDED = frozenset(
    {ITEMS_CLASSIFIED.name, ACTIVITIES.name, CORRECTIONS.name}
)  # as published, without a step before
COORDINATOR_STARTING = (
    CoordinatorNotAvailableError,
    CoordinatorLoadInProgressError,
    NotCoordinatorError,
)  # soon there


@dataclass(frozen=True, slots=True)
class Remaining:
    """Messages that no worker has acknowledged yet."""

    to_classify: int
    to_persist: int

    @property
    def total(self) -> int:
        return self.to_classify + self.to_persist


def wait_until_counted(
    settings: Settings, bootstrap: str, published: Ends, on_progress: Callable[[Remaining], None]
) -> None:
    """Returns when everything published was counted or dead-lettered.

    A worker acknowledges an item only after what it made of it was acknowledged: so once the items are, the end of
    the classified topic is behind everything that they gave, and once that is reached, the database holds it.
    `on_progress` is called between polls and may raise, for instance when the workers are gone.
    """
    for remaining in _follow(settings, bootstrap, published):
        on_progress(remaining)
        if not remaining.total:
            return
        time.sleep(POLL_SECONDS)


def has_workers(settings: Settings, bootstrap: str) -> bool:
    """Whether any worker is a member of the consumer group."""
    with open_admin(settings, bootstrap) as admin:
        try:
            return bool(admin.describe_groups([GROUP])[GROUP]["members"])
        except COORDINATOR_STARTING:
            return False


def behind(admin: KafkaAdminClient, ends: Mapping[TopicPartition, int], group: str = GROUP) -> int:
    """Messages before these offsets that the workers, or another group, have not acknowledged."""
    try:
        committed = admin.list_group_offsets({group: list(ends)})[group] if ends else {}
    except COORDINATOR_STARTING:
        committed = {}
    at = {partition: max(found.offset, 0) for partition, found in committed.items()}
    return sum(max(end - at.get(partition, 0), 0) for partition, end in ends.items())


def ends_of(admin: KafkaAdminClient, name: str) -> dict[TopicPartition, int]:
    """The offset behind the last message of each partition of a topic."""
    described = admin.describe_topics([name])
    partitions = [TopicPartition(name, p["partition_index"]) for p in described[0]["partitions"]]
    latest = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
    return {partition: found.offset for partition, found in latest.items()}


def _follow(settings: Settings, bootstrap: str, published: Ends) -> Iterator[Remaining]:
    ends = {TopicPartition(t, p): end for (t, p), end in published.items()}
    with open_admin(settings, bootstrap) as admin:
        ends |= _known_ends(admin, ends)
        items = {place: end for place, end in ends.items() if place.topic == ITEMS.name}
        while to_classify := behind(admin, items):
            yield Remaining(to_classify, to_classify)
        to_record = {place: end for place, end in ends.items() if place.topic in RECORDED}
        if items:
            to_record |= ends_of(admin, ITEMS_CLASSIFIED.name)
        while to_persist := behind(admin, to_record):
            yield Remaining(0, to_persist)
    yield Remaining(0, 0)


def _known_ends(admin: KafkaAdminClient, ends: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
    """Of the partitions in which a message stands at an offset that its sender was not told."""
    unknown = {place for place, end in ends.items() if end == UNKNOWN_END}
    topics = {place.topic for place in unknown}
    return {place: end for name in topics for place, end in ends_of(admin, name).items() if place in unknown}
