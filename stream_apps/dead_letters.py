"""What cannot be handled goes aside with its original bytes and the reason, and the stream goes on."""

from aiokafka import ConsumerRecord

from models.messages import DeadLetter
from models.topics import DEAD_LETTERS
from stream_apps.outbox import Outbox, Outgoing


def dead_letter(record: ConsumerRecord, error: Exception) -> Outgoing:
    """The record as received, with headers that say where it was and why it is here."""
    stated = DeadLetter.of(record, error).headers()
    return Outgoing(DEAD_LETTERS, record.key, record.value, [*record.headers, *stated])


async def bury(outbox: Outbox, record: ConsumerRecord, error: Exception) -> None:
    """Returns when the brokers hold it. Raises KafkaException."""
    await outbox.send_all([dead_letter(record, error)])
