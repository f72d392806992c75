"""Makes a dead letter of a record that cannot be handled, with its original bytes and the reason, so that the stream
goes on."""

import asyncio
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Protocol

from confluent_kafka import KafkaError, KafkaException

from config.errors import InstallationError
from models.database import AnyDatabaseError
from models.messages.dead_letter import DeadLetter
from models.messages.message import Headers
from models.messages.topics import DEAD_LETTERS, LARGEST_MESSAGE
from stream_apps.batch_producer import BatchProducer, Outgoing

NOT_OF_A_RECORD = (MemoryError, InstallationError, asyncio.CancelledError, GeneratorExit, KeyboardInterrupt)
ENVELOPE = 1024  # bytes that Kafka itself needs around one message


class Record(Protocol):
    """A record as the consumers return it."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


def dead_letter(record: Record, error: BaseException) -> Outgoing:
    """Returns the record as received, with headers that state its position and the reason. What the topic does not
    accept is sent with less: without the original headers, without the value, at last with its position alone."""
    return letter(record, DeadLetter.of(record, error, reason_of(error)))


def letter(record: Record, about: DeadLetter) -> Outgoing:
    return _next(_forms(record, about))


def reason_of(error: BaseException) -> str:
    """Returns a code for the error, unless the error has one of its own."""
    if isinstance(error, AnyDatabaseError):
        return "not-storable"
    if isinstance(error, KafkaException) and error.args[0].code() == KafkaError.MSG_SIZE_TOO_LARGE:
        return "too-large"
    return "unexpected"


async def bury(batch_producer: BatchProducer, record: Record, error: BaseException) -> None:
    """Returns when the brokers have the dead letter. Raises KafkaException."""
    await batch_producer.send_all([dead_letter(record, error)])


def _next(forms: Iterator[Outgoing]) -> Outgoing:
    """Returns the fullest form that is not too large by itself; where the brokers refuse it, the next form is
    sent."""
    for form in forms:
        if _size(form) <= LARGEST_MESSAGE:
            return form._replace(instead=lambda _error: _next(forms))
    raise InstallationError(
        f"{DEAD_LETTERS.name} refuses even a letter without a value: see its max.message.bytes with `lantoa topics list`."
    )


def _forms(record: Record, about: DeadLetter) -> Iterator[Outgoing]:
    stated = about.headers()
    yield Outgoing(DEAD_LETTERS, record.key, record.value, [*record.headers, *stated])
    yield Outgoing(DEAD_LETTERS, record.key, record.value, stated)
    hashed = _without_value(record, about)
    yield Outgoing(DEAD_LETTERS, record.key, None, [*record.headers, *hashed])
    yield Outgoing(DEAD_LETTERS, None, None, hashed)


def _without_value(record: Record, about: DeadLetter) -> Headers:
    if record.value is None:
        return about.headers()
    known = {"value_sha256": sha256(record.value).hexdigest(), "value_bytes": len(record.value)}
    return about.model_copy(update=known).headers()


def _size(message: Outgoing) -> int:
    headers = sum(len(name.encode()) + len(value or b"") + 10 for name, value in message.headers)
    return len(message.key or b"") + len(message.value or b"") + headers + ENVELOPE
