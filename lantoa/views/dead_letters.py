"""Dead letters, read from their topic a few at a time.

A letter may hold 16 MiB and there may be a hundred thousand: whoever lists them gets the beginning of each alone, and a
whole one is read only to be shown or sent.
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
from models.messages import DeadLetter, Headers
from models.topics import (
    ACTIVITIES,
    CORRECTIONS,
    DEAD_LETTERS,
    ITEMS,
    ITEMS_CLASSIFIED,
    LARGEST_MESSAGE,
    SOURCES_DUE,
    TALLIES_TOUCHED,
)

REPLAY_OF = "lantoa_replay_of"  # header: the letter that a message is a replay of
OURS = {f"lantoa_{name}" for name in DeadLetter.model_fields} | {REPLAY_OF}
READ_AGAIN = {
    topic.name: topic
    for topic in (ITEMS, ITEMS_CLASSIFIED, ACTIVITIES, CORRECTIONS, TALLIES_TOUCHED, SOURCES_DUE)
}
PATIENCE_SECONDS = 30.0
NEVER_SENT = -1  # the partition of what never was in a topic
PLACE = TopicPartition(DEAD_LETTERS.name, 0)
BEGINNING = 4000  # bytes of a value that are kept to be shown
MOST_STATED = 4000  # bytes of one of our own headers, such as the message for people
SHORT = 500  # of keys and header values


@dataclass(frozen=True, slots=True)
class Letter:
    """`number` is its offset on the topic of dead letters, `headers` are those of the message as it came, `size` is that
    of its value in bytes, of which `beginning` is the first part. `replay_of` is the letter that came back as this one.
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
        """As models.dead_letter_state knows it."""
        return self.number, self.written_ms

    @property
    def written(self) -> datetime:
        return datetime.fromtimestamp(self.written_ms / 1000, UTC)

    @property
    def left_behind(self) -> bool:
        """Its value was too large for a letter: it stands where it came from, for as long as that topic keeps it."""
        return bool(self.about.value_sha256)

    @property
    def replayable(self) -> bool:
        return self.about.partition != NEVER_SENT and self.about.topic in READ_AGAIN


@dataclass(frozen=True, slots=True)
class Whole:
    """A message as it came."""

    key: bytes | None
    value: bytes | None
    headers: Headers


class LetterBox:
    """The topic of dead letters as it is now: from number `begin` to before `end`. Raises BrokerError.

    A message of librdkafka without a value is false: it is asked for by `is None`.
    """

    def __init__(self, settings: Settings, bootstrap: str, consumer: Consumer) -> None:
        self._settings, self._bootstrap = settings, bootstrap
        self._consumer = consumer
        known = consumer.list_topics(PLACE.topic, PATIENCE_SECONDS).topics[PLACE.topic]
        self.begin, self.end = self._bounds(PLACE) if known.partitions else (0, 0)

    def letters(self, first: int = 0, beginning: int = 0) -> Iterator[Letter]:
        """From a number on, oldest first, each with so many bytes of its value."""
        for record in self._records(PLACE, max(first, self.begin), self.end):
            yield _letter(record, beginning)

    def one(self, number: int, beginning: int = BEGINNING) -> Letter | None:
        record = self._record(PLACE, number)
        return None if record is None else _letter(record, beginning)

    def whole(self, letter: Letter) -> "Whole | None":
        """All of it; where the value was too large for a letter, the original from its own place. None when that is gone."""
        record = self._record(PLACE, letter.number)
        if record is None or not letter.left_behind:
            return None if record is None else _whole(record)
        about = letter.about
        original = self._record(TopicPartition(about.topic, about.partition), about.offset)
        if original is None or sha256(_bytes_of(original.value())).hexdigest() != about.value_sha256:
            return None
        return _whole(original)

    def _record(self, place: TopicPartition, offset: int) -> Message | None:
        """The one at exactly this offset, if its topic still holds it."""
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
def open_letters(settings: Settings, bootstrap: str) -> Iterator[LetterBox]:
    """Raises BrokerError."""
    consumer = Consumer(_options(settings, bootstrap))
    try:
        yield LetterBox(settings, bootstrap, consumer)
    except KafkaException as error:
        raise BrokerError(f"the dead letters at {bootstrap} cannot be read: {error}") from error
    finally:
        consumer.close()


def read_letters(settings: Settings, bootstrap: str, first: int = 0) -> Iterator[Letter]:
    """Every letter that is there now, from a number on, oldest first, without its value. Raises BrokerError."""
    with open_letters(settings, bootstrap) as box:
        yield from box.letters(first)


def place_of(letter: Letter) -> str:
    about = letter.about
    return f"{about.topic} {about.partition}:{about.offset}"


def _letter(record: Message, beginning: int) -> Letter:
    headers = _headers(record)
    value = record.value()
    replay_of = dict(headers).get(REPLAY_OF) or b""
    return Letter(
        number=record.offset() or 0,
        written_ms=record.timestamp()[1],
        key=_cut(record.key(), SHORT),
        beginning=_cut(value, beginning),
        size=len(value or b""),
        headers=[(name[:SHORT], _cut(each, SHORT) or b"") for name, each in _original(headers)]
        if beginning
        else [],
        about=DeadLetter.from_headers({name: value[:MOST_STATED] for name, value in headers}),
        replay_of=int(replay_of) if replay_of.isdigit() and len(replay_of) < len(str(2**63)) else None,
    )


def _whole(record: Message) -> Whole:
    key, value = record.key(), record.value()
    return Whole(
        None if key is None else _bytes_of(key),
        None if value is None else _bytes_of(value),
        _original(_headers(record)),
    )


def _original(headers: Headers) -> Headers:
    """Without ours."""
    return [(name, value) for name, value in headers if name not in OURS]


def _headers(record: Message) -> Headers:
    """Of a record whose headers are no text, none."""
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
        "group.id": "lantoa-letters",  # librdkafka wants one; nothing is committed
        "client.id": "lantoa-letters",
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "fetch.max.bytes": LARGEST_MESSAGE,
        "max.partition.fetch.bytes": 1024 * 1024,  # one that is larger comes alone
        "queued.max.messages.kbytes": LARGEST_MESSAGE // 1024,
        "log.connection.close": False,
    }
