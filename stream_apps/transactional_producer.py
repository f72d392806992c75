"""Sending as the only one: whoever opens a name shuts out for good whoever held it before.

Kafka's transactional ids do it: after `opened`, nothing that an earlier holder still has under way can be appended, be
that one slow, cut off from its database or about to be killed. What is read after that may be published as the newest.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from config.settings import Settings
from models.kafka_options import confluent_options
from models.topics import LARGEST_MESSAGE
from stream_apps.batch_producer import Outgoing, of_one_message, produce, refusal

logger = logging.getLogger(__name__)
ANSWER_SECONDS = 5.0  # a worker that is told to stop has to wait for it
TRANSACTION_MS = 30_000  # after that the brokers give up on a sender that was killed in the middle
PAUSE_SECONDS = 0.5
NEVER = (
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError._AUTHENTICATION,
)  # no second try mends these


class NotTaken(Exception):
    """Some of the messages are refused for what they are, so that none was sent. Without them the others would be."""

    def __init__(self, refused: Mapping[bytes | None, Exception]) -> None:
        super().__init__(", ".join(map(str, refused.values())))
        self.refused = refused  # by key


class TransactionalProducer:
    """One name. Belongs to one task."""

    def __init__(self, settings: Settings, bootstrap: str, name: str) -> None:
        self._options = _options(settings, bootstrap, name)
        self._producer: Producer | None = None

    async def opened(self) -> Producer:
        """Waits until the brokers have shut the earlier holder out; once this one is open, it returns at once."""
        if self._producer is None:
            producer = Producer(self._options, logger=logging.getLogger("librdkafka"))
            await asyncio.to_thread(producer.init_transactions, ANSWER_SECONDS)
            self._producer = producer
        return self._producer

    async def send_all(self, messages: Sequence[Outgoing]) -> None:
        """All of them or none. Returns when the brokers have them. Raises NotTaken, and KafkaException."""
        producer = await self.opened()
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

    async def again_after(self, error: KafkaException) -> None:
        """Forgets the connection, so that the next try opens the name anew. Raises what no second try mends."""
        self._producer = None
        reason = error.args[0]
        if reason.code() in NEVER:
            raise refusal(error)
        logger.warning("fenced.again", extra={"reason": reason.str()})
        await asyncio.sleep(PAUSE_SECONDS)

    def _raise_for(self, refused: Mapping[bytes | None, Exception]) -> None:
        """The brokers say why of each message; the commit only says that something was refused."""
        own = {key: error for key, error in refused.items() if of_one_message(error)}
        if own:
            self._producer = None  # what was begun ends with it
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
