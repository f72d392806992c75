"""Dead letters: read from their topic, and sent once more to where they came from."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from pydantic import ValidationError

from config.errors import BrokerError
from config.settings import Settings
from lantoa.broker.admin import open_admin
from lantoa.progress import Remaining, ends_of
from lantoa.running import Running
from models.connection import client_options
from models.messages import DeadLetter, Headers
from models.topics import ACTIVITIES, CORRECTIONS, DEAD_LETTERS, ITEMS, ITEMS_CLASSIFIED, LARGEST_MESSAGE
from producers.publish import open_publisher

REPLAY_OF = "lantoa_replay_of"  # header: the letter that a message is a replay of
OURS = {f"lantoa_{name}" for name in DeadLetter.model_fields} | {REPLAY_OF}
READ_BY_WORKERS = {topic.name: topic for topic in (ITEMS, ITEMS_CLASSIFIED, ACTIVITIES, CORRECTIONS)}
PATIENCE_MS = 30_000
NEVER_SENT = -1  # the partition of what never was in a topic
PLACE = TopicPartition(DEAD_LETTERS.name, 0)


@dataclass(frozen=True, slots=True)
class Letter:
    """`number` is its offset on the topic of dead letters, `headers` are those of the message as it came."""

    number: int
    written_ms: int
    key: bytes | None
    value: bytes | None
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
    def replayable(self) -> bool:
        return self.about.partition != NEVER_SENT and self.about.topic in READ_BY_WORKERS


def read_letters(settings: Settings, bootstrap: str, first: int = 0) -> Iterator[Letter]:
    """Every letter that is there now, from a number on, oldest first. Raises BrokerError."""
    try:
        consumer = KafkaConsumer(
            **client_options(settings, bootstrap),
            enable_auto_commit=False,
            fetch_max_bytes=LARGEST_MESSAGE,
            max_partition_fetch_bytes=LARGEST_MESSAGE,
        )
        try:
            if consumer.partitions_for_topic(PLACE.topic):
                yield from _to_the_end(consumer, first)
        finally:
            consumer.close()
    except KafkaError as error:
        raise BrokerError(f"the dead letters at {bootstrap} cannot be read: {error}") from error


def replay_letters(
    running: Running, letters: Sequence[Letter], on_remaining: Callable[[Remaining], None]
) -> Mapping[int, Letter | None]:
    """Number → the letter as which it came back, None when it was counted. Returns when all of them were handled.

    All of the letters are replayable. Counting knows messages by identity: to do it twice counts once.
    """
    settings, bootstrap = running.settings, running.bootstrap
    with open_admin(settings, bootstrap) as admin:
        first_new = ends_of(admin, DEAD_LETTERS.name)[PLACE]
    with open_publisher(settings, bootstrap) as publisher:
        publisher.publish_bytes(
            [
                (READ_BY_WORKERS[each.about.topic], each.key, each.value, _headers_again(each))
                for each in letters
            ]
        )
    running.wait(publisher.ends, on_remaining)
    back = {new.replay_of: new for new in read_letters(settings, bootstrap, first_new)}
    return {each.number: back.get(each.number) for each in letters}


def _to_the_end(consumer: KafkaConsumer, first: int) -> Iterator[Letter]:
    consumer.assign([PLACE])
    begin, end = consumer.beginning_offsets([PLACE])[PLACE], consumer.end_offsets([PLACE])[PLACE]
    consumer.seek(PLACE, max(first, begin))
    while consumer.position(PLACE) < end:
        found = consumer.poll(timeout_ms=PATIENCE_MS)
        if not found:
            raise BrokerError(
                f"the dead letters end before number {end}: Kafka went away while they were read"
            )
        for records in found.values():
            yield from map(_letter, records)


def _letter(record: Any) -> Letter:
    headers: Headers = list(record.headers)
    replay_of = dict(headers).get(REPLAY_OF, b"")
    return Letter(
        number=record.offset,
        written_ms=record.timestamp,
        key=record.key,
        value=record.value,
        headers=[(name, value) for name, value in headers if name not in OURS],
        about=_about(headers),
        replay_of=int(replay_of) if replay_of.isdigit() else None,
    )


def _about(headers: Iterable[tuple[str, bytes]]) -> DeadLetter:
    try:
        return DeadLetter.from_headers(dict(headers))
    except (ValidationError, UnicodeDecodeError):
        return DeadLetter(
            topic="", partition=-1, offset=-1, error="", reason="no-headers", message="not written by Lan tỏa"
        )


def _headers_again(letter: Letter) -> Headers:
    return [*letter.headers, (REPLAY_OF, str(letter.number).encode())]
