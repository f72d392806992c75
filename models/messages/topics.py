"""The topics as one typed contract: name, key, value, partitions, retention and the one writer of each."""

from dataclasses import dataclass
from typing import Literal

from models.messages.activity import Activity
from models.messages.correction import Correction
from models.messages.item import Classified, Item
from models.messages.message import Message
from models.messages.source import NightFetched, SourceDue, SourceFetched
from models.messages.tally_cell import CellTouched, TallyCell

GROUP = "lantoa"  # the consumer group of the workers
READERS_GROUPS = "reader-"  # groups of other people's consumers begin so where the broker is the embedded one
LARGEST_MESSAGE = 16 * 1024 * 1024  # bytes of a compressed batch: a long page of text, several times over
UNKNOWN_END = 2**62  # in place of an offset: the message is there, as far as the end of its partition
FOR_EVER = -1  # of a topic's retention, in time as in bytes
DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Topic:
    """`value` is None where the value is the original bytes of a message, `also` names other values that come beside it.
    `retention_ms` -1 means for ever."""

    name: str
    key: str
    value: type[Message] | None
    writer: str
    cleanup: Literal["delete", "compact"]
    retention_ms: int = FOR_EVER
    partitions: Literal["many", "one"] = "many"
    also: tuple[type[Message], ...] = ()

    @property
    def values(self) -> tuple[type[Message], ...]:
        """Every message that travels on it, distinguished by the header `ce_type`."""
        return (self.value, *self.also) if self.value else ()

    def partition_count(self, many: int) -> int:
        """`many` is the setting LANTOA_KAFKA_PARTITIONS."""
        return many if self.partitions == "many" else 1

    def configs(self) -> dict[str, str]:
        """Kafka's own names of the settings that the contract fixes."""
        return {
            "cleanup.policy": self.cleanup,
            "retention.ms": str(self.retention_ms),
            "max.message.bytes": str(LARGEST_MESSAGE),
            **({"retention.bytes": str(FOR_EVER)} if self.kept_for_ever else {}),
        }

    @property
    def kept_for_ever(self) -> bool:
        return self.cleanup == "delete" and self.retention_ms == FOR_EVER


SOURCES_DUE = Topic("lantoa.sources.due", "host", SourceDue, "lantoa", "delete", 7 * DAY_MS)
SOURCES_FETCHED = Topic(
    "lantoa.sources.fetched",
    "source id",
    SourceFetched,
    "producers",
    "compact",
    partitions="one",
    also=(NightFetched,),
)
ITEMS = Topic("lantoa.items", "item id", Item, "producers", "delete")
ITEMS_CLASSIFIED = Topic(
    "lantoa.items.classified", "item id", Classified, "stream_apps.classify; lantoa reclassify", "delete"
)
ACTIVITIES = Topic("lantoa.activities", "activity id", Activity, "producers; lantoa reclassify", "delete")
CORRECTIONS = Topic("lantoa.corrections", "item id", Correction, "lantoa", "delete")
TALLIES_TOUCHED = Topic(  # compacted: an unread cell must not expire
    "lantoa.tallies.touched", "cell", CellTouched, "stream_apps.outbox_relay", "compact"
)
TALLIES = Topic("lantoa.tallies", "cell", TallyCell, "stream_apps.publish_tallies", "compact")
DEAD_LETTERS = Topic(
    "lantoa.dead-letters",
    "as received",
    None,
    "the part that could not handle the record",
    "delete",
    30 * DAY_MS,
    "one",
)

TOPICS = (
    SOURCES_DUE,
    SOURCES_FETCHED,
    ITEMS,
    ITEMS_CLASSIFIED,
    ACTIVITIES,
    CORRECTIONS,
    TALLIES_TOUCHED,
    TALLIES,
    DEAD_LETTERS,
)
