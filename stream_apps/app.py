"""The Faust application: agents work on batches, without a web server and topics of Faust's own, over one connection
to the brokers."""

import asyncio
import ssl
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import faust
from faust.tables.manager import TableManager
from mode import SupervisorStrategy

from config.settings import Settings
from models.kafka_options import client_options
from models.messages.topics import GROUP, Topic
from stream_apps.transport import BATCHES_AHEAD, Batch, BatchChannel, BatchQueue, BatchTransport

AgentFunction = Callable[[AsyncIterable[Batch]], Awaitable[None]]
AtTheEnd = Callable[[bool], Awaitable[None]]
DAY_SECONDS = 24 * 60 * 60.0


class Boot(faust.App.BootStrategy):  # type: ignore[misc]  # Faust is untyped
    """Agents produce through the batch producer; Faust's producer, sensors and web server are not started."""

    enable_kafka_producer = False
    enable_sensors = False
    enable_web = False


class NoTables(TableManager):  # type: ignore[misc]  # Faust is untyped
    """Faust waits a second for tables to be declared, and seeks and resumes in the code that recovers tables."""

    async def on_start(self) -> None:
        await self._update_channels()
        await self.recovery.start()


class EndingSupervisor(SupervisorStrategy):  # type: ignore[misc]  # Faust is untyped
    """Faust would restart the agent and skip its batch; its CrashingSupervisor interrupts the last commit."""

    async def restart_services(self, services: Sequence[Any]) -> None:
        for actor in services:
            actor.agent.app.fail(actor.crash_reason)


class LantoaApp(faust.App):  # type: ignore[misc]  # Faust is untyped
    """`channels` are by name of topic. `excuses` counts the waits that the watchdog must not mistake for a hang.
    `failure` is the reason for which the worker must end; `again` is true when it must restart after that.
    `at_the_end` is called when the agents have stopped, with whether the worker ends in order."""

    BootStrategy = Boot

    def __init__(self, *args: Any, **kwargs: object) -> None:
        self.channels: dict[str, BatchChannel] = {}
        self.excuses = 0
        self.failure: BaseException | None = None
        self.again = False
        self.ending = asyncio.Event()
        self.at_the_end: list[AtTheEnd] = []
        super().__init__(*args, **kwargs)

    def batches(self, topic: Topic) -> BatchChannel:
        """Returns the channel for the one agent that reads the topic; an event is a transport.Batch."""
        if topic.name in self.channels:
            raise ValueError(f"{topic.name} has its agent: only one may acknowledge its batches")
        queue = BatchQueue(maxsize=BATCHES_AHEAD, flow_control=self.flow_control, clear_on_resume=True)
        channel = BatchChannel(self, queue=queue)
        self.channels[topic.name] = channel
        self.topics.add(self.topic(topic.name))  # makes Faust subscribe, without an agent per message
        return channel

    def agent(
        self, channel: BatchChannel, *, name: str, concurrency: Literal[1] = 1
    ) -> Callable[[AgentFunction], Any]:
        """Faust's decorator for an agent on batches; an exception in the agent ends the worker."""
        decorate: Callable[[AgentFunction], Any] = super().agent(channel, name=name, concurrency=concurrency)
        return decorate

    @contextmanager
    def excused(self) -> Iterator[None]:
        """Use it around a wait for something outside, such as an unavailable database."""
        self.excuses += 1
        try:
            yield
        finally:
            self.excuses -= 1

    def fail(self, reason: BaseException) -> None:
        """Ends the worker in order, with status 1."""
        self.failure = self.failure or reason
        self.ending.set()

    def begin_again(self) -> None:
        """Ends the worker in order, with the status that requests a restart."""
        self.again = True
        self.ending.set()

    def _new_transport(self) -> BatchTransport:
        return BatchTransport(self.conf.broker_consumer, self)

    async def on_first_start(self) -> None:
        """Faust would create folders for tables in the working directory."""


def make_app(settings: Settings, bootstrap: str, group: str = GROUP) -> LantoaApp:
    """`group` is the consumer group: the workers of one group share the partitions."""
    options = client_options(settings, bootstrap)
    return LantoaApp(
        group,
        broker=[f"kafka://{server}" for server in options["bootstrap_servers"]],
        broker_credentials=_credentials(options),
        broker_client_id="lantoa-worker",
        broker_session_timeout=6.0,  # the brokers' minimum: the successor of a killed worker starts within seconds
        broker_heartbeat_interval=1.0,
        broker_commit_interval=1.0,
        broker_max_poll_interval=DAY_SECONDS,  # a database may be unavailable for long; the watchdog recognises real hangs
        consumer_auto_offset_reset="earliest",
        agent_supervisor=EndingSupervisor,
        TableManager=NoTables,
        stream_wait_empty=True,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        autodiscover=False,
        worker_redirect_stdouts=False,
    )


def _credentials(options: dict[str, Any]) -> faust.auth.Credentials | None:
    protocol = options["security_protocol"]
    context = (
        ssl.create_default_context(cafile=options.get("ssl_cafile")) if protocol.endswith("SSL") else None
    )
    if protocol.startswith("SASL"):
        return faust.SASLCredentials(
            username=options["sasl_plain_username"],
            password=options["sasl_plain_password"],
            mechanism=options["sasl_mechanism"],
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context else None
