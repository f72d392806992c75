"""A transactional producer: initialising a transactional id fences off the previous producer with that id.

After `init`, nothing that an earlier producer still has under way can be appended, even if that one is slow, cut off
from its database or about to be killed. A row that is read after that may be published as the newest.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from config.settings import Settings
from models.kafka_options import confluent_options
from models.messages.topics import LARGEST_MESSAGE
from stream_apps.batch_producer import Outgoing, of_one_message, produce, refusal

logger = logging.getLogger(__name__)
ANSWER_SECONDS = 5.0  # seconds; a worker that has to stop waits for it
TRANSACTION_MS = 30_000  # milliseconds after which the brokers abort the transaction of a killed producer
PAUSE_SECONDS = 0.5
NEVER = (
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError._AUTHENTICATION,
)  # retrying does not help against these


class NotTaken(Exception):
    """Some messages were refused for what they are, so that none was sent. Without them the others would be
    accepted."""

    def __init__(self, refused: Mapping[bytes | None, Exception]) -> None:
        super().__init__(", ".join(map(str, refused.values())))
        self.refused = refused  # errors by key


class TransactionalProducer:
    """Has one transactional id, and belongs to one task."""

    def __init__(self, settings: Settings, bootstrap: str, name: str) -> None:
        self._options = _options(settings, bootstrap, name)
        self._producer: Producer | None = None

    async def init(self) -> Producer:
        """Waits until the brokers have fenced off the earlier producer; returns at once when this one is
        initialised."""
        if self._producer is None:
            producer = Producer(self._options, logger=logging.getLogger("librdkafka"))
            await asyncio.to_thread(producer.init_transactions, ANSWER_SECONDS)
            self._producer = producer
        return self._producer

    async def send_all(self, messages: Sequence[Outgoing]) -> None:
        """Sends all messages or none. Returns when the brokers have them. Raises NotTaken, and KafkaException."""
        producer = await self.init()
        refused: dict[bytes | None, Exception] = {}
        producer.begin_transaction()
        for message in messages:
            try:
                produce(producer, message, partial(_keep, refused, message.key))
            except MemoryError:
                raise
            except Exception as error:
                refused[message.key] = error
        self._raise_for(refused)
        try:
            await asyncio.to_thread(producer.commit_transaction, ANSWER_SECONDS)
        except KafkaException:
            self._raise_for(refused)
            raise

    async def retry_after(self, error: KafkaException) -> None:
        """Drops the connection, so that the next attempt initialises again. Raises errors against which retrying does
        not help."""
        self._producer = None
        reason = error.args[0]
        if reason.code() in NEVER:
            raise refusal(error)
        logger.warning("fenced.again", extra={"reason": reason.str()})
        await asyncio.sleep(PAUSE_SECONDS)

    def _raise_for(self, refused: Mapping[bytes | None, Exception]) -> None:
        """The brokers state a reason for each message; the commit only states that something was refused."""
        own = {key: error for key, error in refused.items() if of_one_message(error)}
        if own:
            self._producer = None  # the transaction ends with it
            raise NotTaken(own)
        if refused:
            raise next(iter(refused.values()))


def _keep(
    refused: dict[bytes | None, Exception],
    key: bytes | None,
    error: KafkaError | None,
    _message: Message | None,
) -> None:
    if error is not None:
        refused[key] = KafkaException(error)


def _options(settings: Settings, bootstrap: str, name: str) -> dict[str, str | int | bool]:
    return {
        **confluent_options(settings, bootstrap),
        "client.id": name,
        "transactional.id": name,
        "transaction.timeout.ms": TRANSACTION_MS,
        "message.timeout.ms": TRANSACTION_MS,
        "message.max.bytes": LARGEST_MESSAGE,  # as the topics take
        "partitioner": "murmur2_random",
        "compression.type": "lz4",
        "linger.ms": 5,
        "log.connection.close": False,
    }
