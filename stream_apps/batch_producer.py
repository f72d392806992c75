"""The batch producer sends whole batches and reports when they are durable on the brokers, so that the agents may
acknowledge."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple, Optional

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from config.errors import InstallationError
from config.settings import Settings
from models.kafka_options import confluent_options
from models.messages.message import Headers
from models.messages.topics import LARGEST_MESSAGE, Topic

logger = logging.getLogger(__name__)
MOST_UNACKNOWLEDGED = 10_000  # messages; beyond this number, agents wait for the brokers
POLL_SECONDS = 0.005
FULL_SECONDS = 0.1
ANSWER_SECONDS = 1.0
CLOSE_SECONDS = 2.0
OF_ONE_MESSAGE = {
    KafkaError.MSG_SIZE_TOO_LARGE,
    KafkaError.RECORD_LIST_TOO_LARGE,
    KafkaError.INVALID_MSG,
    KafkaError.INVALID_MSG_SIZE,
    KafkaError.INVALID_RECORD,
    KafkaError.INVALID_TIMESTAMP,
    KafkaError.POLICY_VIOLATION,
    KafkaError.UNSUPPORTED_FOR_MESSAGE_FORMAT,
    KafkaError._BAD_MSG,
    KafkaError._INVALID_ARG,
}  # after these errors another message would be accepted
OF_THE_INSTALLATION = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED: "give the account of the workers the right to write to it",
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: "give the account of the workers the right to write with idempotence",
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED: "give the account of the workers the right to its transactional ids",
    KafkaError._AUTHENTICATION: "correct LANTOA_KAFKA_USERNAME and LANTOA_KAFKA_PASSWORD",
    KafkaError.UNKNOWN_TOPIC_OR_PART: "make the topics with `lantoa topics create`",
    KafkaError._UNKNOWN_TOPIC: "make the topics with `lantoa topics create`",
    KafkaError._UNKNOWN_PARTITION: "make the topics with `lantoa topics create`",
}


Report = Callable[[KafkaError | None, Message | None], None]
Refused = tuple["Outgoing", Exception]


class Outgoing(NamedTuple):
    """`instead` returns what is sent when the brokers will never accept this message; without it, the message is
    dropped."""

    topic: Topic
    key: bytes | None
    value: bytes | None
    headers: Headers
    instead: Callable[[Exception], Optional["Outgoing"]] | None = None


def of_one_message(error: BaseException) -> bool:
    """True where the message was refused for what it is, so that other messages would be accepted."""
    if isinstance(error, KafkaException):
        return error.args[0].code() in OF_ONE_MESSAGE
    return not isinstance(error, InstallationError)  # the client could not even make a message of it


def refusal(error: Exception) -> Exception:
    """Adds what to do, where a person must act."""
    known = OF_THE_INSTALLATION.get(error.args[0].code()) if isinstance(error, KafkaException) else None
    return InstallationError(f"Kafka refuses a message ({error.args[0].str()}): {known}.") if known else error


def produce(producer: Producer, message: Outgoing, report: Report) -> None:
    """Passes the message to librdkafka, which calls `report`."""
    topic, key, value, headers, _instead = message
    while True:
        try:
            return producer.produce(topic.name, value, key, -1, report, headers=headers or None)  # type: ignore[arg-type]
        except BufferError:  # its queue is full by bytes
            producer.poll(FULL_SECONDS)


class BatchProducer:
    """Belongs to the event loop in which it is made.

    `on_refused` gets the errors of messages from `send`, for which no caller waits.
    """

    def __init__(
        self, settings: Settings, bootstrap: str, on_refused: Callable[[BaseException], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_refused = on_refused
        self._producer = Producer(_options(settings, bootstrap), logger=logging.getLogger("librdkafka"))
        self._waiting: set[_Delivery] = set()
        self._polling: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, messages: Iterable[Outgoing], then: Callable[[], None]) -> None:
        """Returns as soon as the messages are on their way; `then` is called when the brokers have them all.

        With `then=batch.acknowledge` an agent works on its next batch meanwhile.
        """
        sent = await self.submit(messages)
        sent.add_done_callback(lambda future: self._settle(future, then))

    async def send_all(self, messages: Iterable[Outgoing]) -> None:
        """Returns when the brokers have acknowledged all. Raises KafkaException when one was refused that has no
        replacement, InstallationError when a person must act."""
        await (await self.submit(messages))

    async def submit(self, messages: Iterable[Outgoing]) -> asyncio.Future[None]:
        """Starts sending; the future is done when the brokers have acknowledged all.

        Waits first while more than 10,000 messages are on their way. Partitions keep the order of submission.
        """
        while self._waiting and len(self._producer) > MOST_UNACKNOWLEDGED:
            await asyncio.wait([each.future for each in self._waiting], return_when=asyncio.FIRST_COMPLETED)
        delivery = _Delivery(self._loop, self._on_some_refused)
        producer, report = self._producer, delivery.on_delivery
        for message in messages:
            delivery.expected += 1
            try:
                produce(producer, message, partial(report, message))
            except MemoryError:
                raise
            except Exception as error:
                delivery.on_refused(message, error)
        self._waiting.add(delivery)
        delivery.future.add_done_callback(lambda _: self._waiting.discard(delivery))
        delivery.on_delivery(None, None, None)
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
        """Waits two seconds for messages that are on their way. A message that is lost after that was never
        acknowledged to Kafka."""
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

    def _on_some_refused(self, delivery: "_Delivery") -> None:
        task = self._loop.create_task(self._send_instead(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_instead(self, delivery: "_Delivery") -> None:
        """The other messages of the delivery are on the brokers already."""
        try:
            for message, error in delivery.refused:
                await self._send_alone(message, error)
        except Exception as error:
            delivery.future.set_exception(error)
        else:
            delivery.future.set_result(None)

    async def _send_alone(self, message: Outgoing, error: Exception) -> None:
        """Tries the same message once more first: brokers refuse whole batches of which each message by itself is
        small enough."""
        while of_one_message(error):
            failed = await self._try(message)
            if failed is None:
                return
            error = failed
            if not of_one_message(error) or message.instead is None:
                break
            logger.warning("outbox.refused", extra={"topic": message.topic.name, "reason": error})
            instead = message.instead(error)
            if instead is None:
                return
            message = instead
        raise refusal(error)

    async def _try(self, message: Outgoing) -> Exception | None:
        """Sends the message by itself; returns None when the brokers have it."""
        arrived: asyncio.Future[Exception | None] = self._loop.create_future()

        def report(error: KafkaError | None, _message: Message | None) -> None:
            if not arrived.done():
                arrived.set_result(None if error is None else KafkaException(error))

        try:
            produce(self._producer, message, report)
        except MemoryError:
            raise
        except Exception as error:
            return error
        self._ensure_polling()
        return await arrived

    def _ensure_polling(self) -> None:
        self._producer.poll(0)
        if self._waiting and (self._polling is None or self._polling.done()):
            self._polling = self._loop.create_task(self._poll())

    async def _poll(self) -> None:
        """Runs in the event loop: a thread of its own would compete for Python's lock at every acknowledgement."""
        while self._waiting:
            self._producer.poll(0)
            await asyncio.sleep(POLL_SECONDS)


class _Delivery:
    """Counts the acknowledgements of one submission, and keeps the refused messages."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, on_some_refused: Callable[["_Delivery"], None]
    ) -> None:
        self.future: asyncio.Future[None] = loop.create_future()
        self.expected = 1  # one more than are on their way, until all have been submitted
        self.refused: list[Refused] = []
        self._arrived = 0
        self._on_some_refused = on_some_refused

    def on_delivery(
        self, message: Outgoing | None, error: KafkaError | None, _message: Message | None
    ) -> None:
        if error is not None and message is not None:
            self.refused.append((message, KafkaException(error)))
        self._arrived += 1
        if self._arrived == self.expected and not self.future.done():
            self._finish()

    def on_refused(self, message: Outgoing, error: Exception) -> None:
        """The client refused the message before it was on its way."""
        self.refused.append((message, error))
        self._arrived += 1

    def _finish(self) -> None:
        if self.refused:
            self._on_some_refused(self)
        else:
            self.future.set_result(None)


def _options(settings: Settings, bootstrap: str) -> dict[str, str | int | bool]:
    return {
        **confluent_options(settings, bootstrap),
        "client.id": "lantoa-outbox",
        "acks": "all",
        "enable.idempotence": True,
        "compression.type": "lz4",
        "partitioner": "murmur2_random",  # the partitioner of all other clients: a key has one partition, whichever client sends
        "linger.ms": 5,
        "message.max.bytes": LARGEST_MESSAGE,  # the bound that the topics have
        "queue.buffering.max.kbytes": 64 * 1024,
        "log.connection.close": False,
    }
