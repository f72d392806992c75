"""What cannot be handled goes aside with its original bytes and the reason, and the stream goes on."""

from aiokafka import ConsumerRecord

from config.errors import MessageError
from models.messages import DeadLetter
from models.topics import DEAD_LETTERS
from stream_apps.outbox import Outbox, Outgoing


def dead_letter(record: ConsumerRecord, error: Exception) -> Outgoing:
    """The record as received, with headers that say where it was and why it is here."""
    letter = DeadLetter(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        error=type(error).__name__,
        reason=error.reason if isinstance(error, MessageError) else "unexpected",
        message=str(error),
    )
    return Outgoing(DEAD_LETTERS, record.key, record.value, [*record.headers, *letter.headers()])


async def bury(outbox: Outbox, record: ConsumerRecord, error: Exception) -> None:
    """Returns when the brokers hold it. Raises KafkaException."""
    await outbox.send_all([dead_letter(record, error)])
