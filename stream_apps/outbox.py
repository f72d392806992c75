"""What agents send: whole batches, durable on the brokers before they are acknowledged."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import NamedTuple

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from config.settings import Settings
from models.connection import confluent_options
from models.messages import Headers
from models.topics import Topic

logger = logging.getLogger(__name__)
MOST_UNACKNOWLEDGED = 10_000  # messages; above, agents wait for the brokers
POLL_SECONDS = 0.005
FULL_SECONDS = 0.1
ANSWER_SECONDS = 1.0
CLOSE_SECONDS = 2.0
LARGEST_BYTES = 8_000_000  # of one message before compression; the brokers' own limit is after it


Report = Callable[[KafkaError | None, Message | None], None]


class Outgoing(NamedTuple):
    topic: Topic
    key: bytes | None
    value: bytes | None
    headers: Headers


class Outbox:
    """Belongs to the event loop in which it is made.

    `on_refused` hears of what the brokers refused from `send`, for which nobody waits.
    """

    def __init__(
        self, settings: Settings, bootstrap: str, on_refused: Callable[[BaseException], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_refused = on_refused
        self._producer = Producer(_options(settings, bootstrap), logger=logging.getLogger("librdkafka"))
        self._waiting: set[_Delivery] = set()
        self._polling: asyncio.Task[None] | None = None

    async def send(self, messages: Iterable[Outgoing], then: Callable[[], None]) -> None:
        """Returns as soon as the messages are on their way; `then` is called when the brokers have them all.

        With `then=batch.acknowledge` an agent works on its next batch meanwhile.
        """
        sent = await self.submit(messages)
        sent.add_done_callback(lambda future: self._settle(future, then))

    async def send_all(self, messages: Iterable[Outgoing]) -> None:
        """Returns when the brokers have acknowledged all. Raises KafkaException when one was refused."""
        await (await self.submit(messages))

    async def submit(self, messages: Iterable[Outgoing]) -> asyncio.Future[None]:
        """Starts sending; the future is done when the brokers have acknowledged all.

        Waits first while more than 10,000 messages are on their way. Partitions keep the order of submission.
        """
        while self._waiting and len(self._producer) > MOST_UNACKNOWLEDGED:
            await asyncio.wait([each.future for each in self._waiting], return_when=asyncio.FIRST_COMPLETED)
        delivery = _Delivery(self._loop)
        produce, report = self._produce, delivery.on_delivery
        for message in messages:
            produce(message, report)
            delivery.expected += 1
        self._waiting.add(delivery)
        delivery.future.add_done_callback(lambda _: self._waiting.discard(delivery))
        delivery.on_delivery(None, None)
        self._ensure_polling()
        return delivery.future

    def brokers_answer(self) -> bool:
        """Blocks for a second at most."""
        try:
            self._producer.list_topics(timeout=ANSWER_SECONDS)
        except KafkaException:
            return False
        return True

    async def close(self) -> None:
        """Waits two seconds for what is on its way. What is lost after that was never acknowledged to Kafka."""
        if self._waiting:
            await asyncio.wait([each.future for each in self._waiting], timeout=CLOSE_SECONDS)
        if self._polling is not None:
            self._polling.cancel()

    def _settle(self, sent: asyncio.Future[None], then: Callable[[], None]) -> None:
        error = sent.exception()
        if error is None:
            then()
        else:
            self._on_refused(error)

    def _produce(self, message: Outgoing, report: Report) -> None:
        topic, key, value, headers = message
        while True:
            try:
                self._producer.produce(topic.name, value, key, -1, report, headers=headers or None)  # type: ignore[arg-type]
                return
            except BufferError:  # librdkafka's queue is full by bytes
                self._producer.poll(FULL_SECONDS)

    def _ensure_polling(self) -> None:
        self._producer.poll(0)
        if self._waiting and (self._polling is None or self._polling.done()):
            self._polling = self._loop.create_task(self._poll())

    async def _poll(self) -> None:
        """In the event loop: a thread of its own would fight for Python's lock at every acknowledgement."""
        while self._waiting:
            self._producer.poll(0)
            await asyncio.sleep(POLL_SECONDS)


class _Delivery:
    """Counts the acknowledgements of one submission."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.future: asyncio.Future[None] = loop.create_future()
        self.expected = 1  # one more than are on their way, until all of them are
        self._arrived = 0
        self._error: KafkaError | None = None

    def on_delivery(self, error: KafkaError | None, _message: Message | None) -> None:
        self._arrived += 1
        if error is not None:
            self._error = error
        if self._arrived == self.expected and not self.future.done():
            self._finish()

    def _finish(self) -> None:
        if self._error is None:
            self.future.set_result(None)
        else:
            self.future.set_exception(KafkaException(self._error))


def _options(settings: Settings, bootstrap: str) -> dict[str, str | int | bool]:
    return {
        **confluent_options(settings, bootstrap),
        "client.id": "lantoa-outbox",
        "acks": "all",
        "enable.idempotence": True,
        "compression.type": "lz4",
        "partitioner": "murmur2_random",  # the one of all other clients: a key has one partition, whoever sends
        "linger.ms": 5,
        "message.max.bytes": LARGEST_BYTES,
        "queue.buffering.max.kbytes": 64 * 1024,
        "log.connection.close": False,
    }
