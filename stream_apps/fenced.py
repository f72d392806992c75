"""Sending as the only one: whoever opens a name shuts out for good whoever held it before.

Kafka's transactional ids do it: after `opened`, nothing that an earlier holder still has under way can be appended, be
that one slow, cut off from its database or about to be killed. What is read after that may be published as the newest.
"""

import asyncio
import logging
from collections.abc import Sequence

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from config.settings import Settings
from models.connection import confluent_options
from stream_apps.outbox import Outgoing, Report

logger = logging.getLogger(__name__)
ANSWER_SECONDS = 5.0  # a worker that is told to stop has to wait for it
TRANSACTION_MS = 30_000  # after that the brokers give up on a sender that was killed in the middle
PAUSE_SECONDS = 0.5
NEVER = (
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError._AUTHENTICATION,
    KafkaError.MSG_SIZE_TOO_LARGE,
)  # no second try mends these


class FencedSender:
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
        """All of them or none. Returns when the brokers have them."""
        producer = await self.opened()
        refused: list[KafkaError] = []
        producer.begin_transaction()
        for topic, key, value, headers in messages:
            producer.produce(topic.name, value, key, -1, _listen(refused), headers=headers)  # type: ignore[arg-type]
        try:
            await asyncio.to_thread(producer.commit_transaction, ANSWER_SECONDS)
        except KafkaException:
            if refused:  # it says why; the commit only that something was refused
                raise KafkaException(refused[0]) from None
            raise

    async def again_after(self, error: KafkaException) -> None:
        """Forgets the connection, so that the next try opens the name anew. Raises what no second try mends."""
        self._producer = None
        reason = error.args[0]
        if reason.code() in NEVER:
            raise error
        logger.warning("fenced.again reason=%s", reason.str())
        await asyncio.sleep(PAUSE_SECONDS)


def _listen(refused: list[KafkaError]) -> Report:
    def on_delivery(error: KafkaError | None, _message: Message | None) -> None:
        if error is not None:
            refused.append(error)

    return on_delivery


def _options(settings: Settings, bootstrap: str, name: str) -> dict[str, str | int | bool]:
    return {
        **confluent_options(settings, bootstrap),
        "client.id": name,
        "transactional.id": name,
        "transaction.timeout.ms": TRANSACTION_MS,
        "message.timeout.ms": TRANSACTION_MS,
        "partitioner": "murmur2_random",
        "compression.type": "lz4",
        "linger.ms": 5,
        "log.connection.close": False,
    }
