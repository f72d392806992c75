"""Builds an empty database from the topics alone, with the code of the workers.

The committed offsets of the workers' group are not changed. What a worker reads again changes nothing, because
everything is written by identity; what it has not read yet, it still reads.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from config.catalogue import Catalogue
from config.errors import BrokerError, MessageError
from config.programme import Programme
from config.settings import Settings
from models.counting.classification_history import Placed, Position
from models.database import Engine
from models.kafka_options import confluent_options
from models.messages.dead_letter import LONGEST_REASON
from models.messages.topics import Topic
from models.store.batch_writer import Recorded, Writer
from models.store.source_state import forget_rules
from stream_apps.dead_letters import reason_of
from stream_apps.decoders import Read, readers

BATCH = 500
PATIENCE_SECONDS = 30.0  # without a message although the topic has more


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that workers cannot read or write either. It is among the dead letters unless their retention is
    over."""

    topic: str
    partition: int
    offset: int
    reason: str
    message: str


@dataclass(slots=True)
class Replayed:
    """The result. `cut` names the topics whose first messages were deleted."""

    messages: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)


class Replay:
    """Replays the topics up to their present ends; the workers process what comes later. Raises BrokerError."""

    def __init__(
        self, settings: Settings, bootstrap: str, programme: Programme, catalogue: Catalogue
    ) -> None:
        self._consumer = Consumer(_options(settings, bootstrap))
        self._readers = readers(programme, catalogue)
        self._programme, self._catalogue = programme, catalogue
        self._places = [place for topic in self._readers for place in self._partitions(topic)]

    @property
    def total(self) -> int:
        return sum(end - begin for _topic, _partition, begin, end in self._places)

    def run(self, engine: Engine, on_progress: Callable[[int], None]) -> Replayed:
        """Fills the empty database; `on_progress` receives the number of messages. After an interruption the database
        has to be emptied again."""
        writer = Writer(engine, self._programme, self._catalogue)
        found = Replayed()
        for topic, partition, begin, end in self._places:
            if begin:
                found.cut.append(topic.name)
            for batch in self._batches(topic, partition, begin, end):
                records, messages = _readable(batch, self._readers[topic], found.unreadable)
                for each in writer.write_apart(messages, partition):
                    found.unreadable.append(_unreadable(records[each.at], each.error))
                found.messages += len(batch)
                on_progress(len(batch))
        found.cut = list(dict.fromkeys(found.cut))
        forget_rules(engine)
        return found

    def close(self) -> None:
        self._consumer.close()

    def _partitions(self, topic: Topic) -> Iterator[tuple[Topic, int, int, int]]:
        try:
            known = self._consumer.list_topics(topic.name, PATIENCE_SECONDS).topics[topic.name]
            for partition in sorted(known.partitions):
                begin, end = self._consumer.get_watermark_offsets(
                    TopicPartition(topic.name, partition), PATIENCE_SECONDS
                )
                yield topic, partition, begin, end
        except KafkaException as error:
            raise BrokerError(f"{topic.name} cannot be read: {error}") from error

    def _batches(self, topic: Topic, partition: int, begin: int, end: int) -> Iterator[Sequence[Message]]:
        if begin == end:
            return
        self._consumer.assign([TopicPartition(topic.name, partition, begin)])
        last = begin - 1
        while last + 1 < end:
            batch = self._consumer.consume(min(BATCH, end - last - 1), PATIENCE_SECONDS)
            failed = next((message.error() for message in batch if message.error()), None)
            if failed or not batch:
                raise BrokerError(
                    f"{topic.name} cannot be read to its end ({last + 1} of {end}): {failed or 'Kafka went away'}"
                )
            last = batch[-1].offset() or 0
            yield batch


def _readable(
    batch: Sequence[Message], read: Read, unreadable: list[Unreadable]
) -> tuple[list[Message], list[Placed[Recorded]]]:
    records: list[Message] = []
    messages: list[Placed[Recorded]] = []
    for record in batch:
        try:
            position = Position(record.offset() or 0, record.timestamp()[1])
            messages.append(Placed(read(record.value()), position))
            records.append(record)
        except MemoryError:
            raise
        except Exception as error:
            unreadable.append(_unreadable(record, error))
    return records, messages


def _unreadable(record: Message, error: BaseException) -> Unreadable:
    reason = error.reason if isinstance(error, MessageError) else reason_of(error)
    return Unreadable(
        record.topic() or "",
        record.partition() or 0,
        record.offset() or 0,
        reason,
        str(error)[:LONGEST_REASON],
    )


def _options(settings: Settings, bootstrap: str) -> dict[str, str | int | bool]:
    return {
        **confluent_options(settings, bootstrap),
        "group.id": "lantoa-replay",  # librdkafka requires a group; nothing is committed
        "client.id": "lantoa-replay",
        "enable.auto.commit": False,
        "auto.offset.reset": "error",
        "log.connection.close": False,
    }
