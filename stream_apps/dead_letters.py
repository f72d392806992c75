"""What cannot be handled goes aside with its original bytes and the reason, and the stream goes on."""

import asyncio
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Protocol

from confluent_kafka import KafkaError, KafkaException
from sqlalchemy.exc import SQLAlchemyError

from config.errors import InstallationError
from models.messages import DeadLetter, Headers
from models.topics import DEAD_LETTERS, LARGEST_MESSAGE
from stream_apps.batch_producer import BatchProducer, Outgoing

NOT_OF_A_RECORD = (MemoryError, InstallationError, asyncio.CancelledError, GeneratorExit, KeyboardInterrupt)
ENVELOPE = 1024  # bytes that Kafka itself needs around one message


class Record(Protocol):
    """As the consumers give it."""

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
    """The record as received, with headers that say where it was and why it is here. What its topic does not take goes
    there with less: without the original headers, without the value, in the end with its place alone."""
    return letter(record, DeadLetter.of(record, error, reason_of(error)))


def letter(record: Record, about: DeadLetter) -> Outgoing:
    return _next(_forms(record, about))


def reason_of(error: BaseException) -> str:
    """Unless the error brings one of its own."""
    if isinstance(error, SQLAlchemyError):
        return "not-storable"
    if isinstance(error, KafkaException) and error.args[0].code() == KafkaError.MSG_SIZE_TOO_LARGE:
        return "too-large"
    return "unexpected"


async def bury(outbox: BatchProducer, record: Record, error: BaseException) -> None:
    """Returns when the brokers hold it. Raises KafkaException."""
    await outbox.send_all([dead_letter(record, error)])


def _next(forms: Iterator[Outgoing]) -> Outgoing:
    """The fullest form that is not too large by itself; where that is refused, the next one."""
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
