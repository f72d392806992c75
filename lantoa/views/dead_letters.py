"""Dead letters are read from their topic, a few at a time.

A letter may hold 16 MiB and there may be a hundred thousand of them. Therefore a list loads only the beginning of
each value, and a whole value is read only if it is shown or sent.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from config.errors import BrokerError
from config.settings import Settings
from models.kafka_options import confluent_options
from models.messages.dead_letter import DeadLetter
from models.messages.message import Headers
from models.messages.topics import (
    ACTIVITIES,
    CORRECTIONS,
    DEAD_LETTERS,
    ITEMS,
    ITEMS_CLASSIFIED,
    LARGEST_MESSAGE,
    SOURCES_DUE,
    TALLIES_TOUCHED,
)

REPLAY_OF = "lantoa_replay_of"  # header: number of the dead letter that this message replays
OURS = {f"lantoa_{name}" for name in DeadLetter.model_fields} | {REPLAY_OF}
READ_AGAIN = {
    topic.name: topic
    for topic in (ITEMS, ITEMS_CLASSIFIED, ACTIVITIES, CORRECTIONS, TALLIES_TOUCHED, SOURCES_DUE)
}
PATIENCE_SECONDS = 30.0
NEVER_SENT = -1  # replaces the partition if the message never was in a topic
PLACE = TopicPartition(DEAD_LETTERS.name, 0)
SHOWN_BYTES = 4000  # bytes of a value that are shown
OWN_HEADER_BYTES = 4000  # bytes of one of our own headers, such as the explanation for people
KEY_BYTES = 500  # bytes of a key or a header value


@dataclass(frozen=True, slots=True)
class DeadLetterRecord:
    """A record of the topic of dead letters, and the message that failed.

    `number` is the offset in the topic of dead letters. `headers` are those of the original message. `size` counts
    the bytes of the original value, and `beginning` holds the first of them. `replay_of` is the number of an earlier
    letter that was replayed and failed again as this one.
    """

    number: int
    written_ms: int
    key: bytes | None
    beginning: bytes | None
    size: int
    headers: Headers
    about: DeadLetter
    replay_of: int | None

    @property
    def id(self) -> tuple[int, int]:
        """Returns the key of `models.store.dead_letter_state`."""
        return self.number, self.written_ms

    @property
    def written(self) -> datetime:
        return datetime.fromtimestamp(self.written_ms / 1000, UTC)

    @property
    def left_behind(self) -> bool:
        """Says that the value was too large for a letter. It can be read from its original topic while that retains
        it."""
        return bool(self.about.value_sha256)

    @property
    def replayable(self) -> bool:
        return self.about.partition != NEVER_SENT and self.about.topic in READ_AGAIN


@dataclass(frozen=True, slots=True)
class OriginalMessage:
    """A message as it was before it failed."""

    key: bytes | None
    value: bytes | None
    headers: Headers


class DeadLetterTopic:
    """The topic of dead letters as it is now, from offset `begin` up to but not including `end`. Raises BrokerError.

    A message of librdkafka without a value is false in a boolean context. Therefore compare it with None.
    """

    def __init__(self, settings: Settings, bootstrap: str, consumer: Consumer) -> None:
        self._settings, self._bootstrap = settings, bootstrap
        self._consumer = consumer
        known = consumer.list_topics(PLACE.topic, PATIENCE_SECONDS).topics[PLACE.topic]
        self.begin, self.end = self._bounds(PLACE) if known.partitions else (0, 0)

    def letters(self, first: int = 0, beginning: int = 0) -> Iterator[DeadLetterRecord]:
        """Yields the letters from the number `first` on, oldest first, each with `beginning` bytes of its value."""
        for record in self._records(PLACE, max(first, self.begin), self.end):
            yield _record_of(record, beginning)

    def one(self, number: int, beginning: int = SHOWN_BYTES) -> DeadLetterRecord | None:
        record = self._record(PLACE, number)
        return None if record is None else _record_of(record, beginning)

    def original(self, letter: DeadLetterRecord) -> "OriginalMessage | None":
        """Returns the complete message, from its original topic if its value was too large for a letter. Returns None
        if that topic does not hold it any more."""
        record = self._record(PLACE, letter.number)
        if record is None or not letter.left_behind:
            return None if record is None else _original_message(record)
        about = letter.about
        original = self._record(TopicPartition(about.topic, about.partition), about.offset)
        if original is None or sha256(_bytes_of(original.value())).hexdigest() != about.value_sha256:
            return None
        return _original_message(original)

    def _record(self, place: TopicPartition, offset: int) -> Message | None:
        """Returns the record at exactly this offset, if the topic still holds it."""
        with suppress(KafkaException):
            begin, end = self._bounds(place)
            if begin <= offset < end:
                found = next(self._records(place, offset, offset + 1), None)
                return found if found is not None and found.offset() == offset else None
        return None

    def _bounds(self, place: TopicPartition) -> tuple[int, int]:
        begin, end = self._consumer.get_watermark_offsets(place, PATIENCE_SECONDS)
        return begin, end

    def _records(self, place: TopicPartition, first: int, end: int) -> Iterator[Message]:
        if first >= end:
            return
        self._consumer.assign([TopicPartition(place.topic, place.partition, first)])
        at = first
        while at < end:
            record = self._consumer.poll(PATIENCE_SECONDS)
            if record is None or record.error():
                why = "Kafka went away while they were read" if record is None else record.error()
                raise BrokerError(f"{place.topic} cannot be read from {at} to {end}: {why}")
            at = (record.offset() or 0) + 1
            if at <= end:
                yield record


@contextmanager
def open_dead_letters(settings: Settings, bootstrap: str) -> Iterator[DeadLetterTopic]:
    """Opens a consumer for the block. Raises BrokerError."""
    consumer = Consumer(_options(settings, bootstrap))
    try:
        yield DeadLetterTopic(settings, bootstrap, consumer)
    except KafkaException as error:
        raise BrokerError(f"the dead letters at {bootstrap} cannot be read: {error}") from error
    finally:
        consumer.close()


def read_dead_letters(settings: Settings, bootstrap: str, first: int = 0) -> Iterator[DeadLetterRecord]:
    """Yields every letter of now from the number `first` on, oldest first, without values. Raises BrokerError."""
    with open_dead_letters(settings, bootstrap) as box:
        yield from box.letters(first)


def original_place(letter: DeadLetterRecord) -> str:
    about = letter.about
    return f"{about.topic} {about.partition}:{about.offset}"


def _record_of(record: Message, beginning: int) -> DeadLetterRecord:
    headers = _headers(record)
    value = record.value()
    replay_of = dict(headers).get(REPLAY_OF) or b""
    return DeadLetterRecord(
        number=record.offset() or 0,
        written_ms=record.timestamp()[1],
        key=_cut(record.key(), KEY_BYTES),
        beginning=_cut(value, beginning),
        size=len(value or b""),
        headers=[(name[:KEY_BYTES], _cut(each, KEY_BYTES) or b"") for name, each in _without_ours(headers)]
        if beginning
        else [],
        about=DeadLetter.from_headers({name: value[:OWN_HEADER_BYTES] for name, value in headers}),
        replay_of=int(replay_of) if replay_of.isdigit() and len(replay_of) < len(str(2**63)) else None,
    )


def _original_message(record: Message) -> OriginalMessage:
    key, value = record.key(), record.value()
    return OriginalMessage(
        None if key is None else _bytes_of(key),
        None if value is None else _bytes_of(value),
        _without_ours(_headers(record)),
    )


def _without_ours(headers: Headers) -> Headers:
    """Removes our own headers."""
    return [(name, value) for name, value in headers if name not in OURS]


def _headers(record: Message) -> Headers:
    """Returns no headers if the name of one is not valid text."""
    try:
        stated: Any = record.headers() or []
        return [(name, _bytes_of(value)) for name, value in stated]
    except (UnicodeDecodeError, SystemError):
        return []


def _bytes_of(value: str | bytes | None) -> bytes:
    return value.encode() if isinstance(value, str) else value or b""


def _cut(value: str | bytes | None, most: int) -> bytes | None:
    return None if value is None else _bytes_of(value)[:most]


def _options(settings: Settings, bootstrap: str) -> dict[str, str | int | bool]:
    return {
        **confluent_options(settings, bootstrap),
        "group.id": "lantoa-letters",  # librdkafka requires a group; nothing is committed
        "client.id": "lantoa-letters",
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "fetch.max.bytes": LARGEST_MESSAGE,
        "max.partition.fetch.bytes": 1024 * 1024,  # a larger record is fetched alone
        "queued.max.messages.kbytes": LARGEST_MESSAGE // 1024,
        "log.connection.close": False,
    }
