"""The agents: they read batches, call plain code, send, and acknowledge once all of it is durable."""

import asyncio
from collections.abc import AsyncIterable, Callable, Iterable
from functools import partial
from typing import TypeVar

from config.catalogue import load_catalogue
from config.errors import MessageError
from config.programme import load_programme
from config.programme_files import ProgrammeFiles
from config.settings import Settings
from models.database import make_engine, migrate, when_back
from models.tally_cell import CellTouched
from models.topics import ITEMS, ITEMS_CLASSIFIED, TALLIES_TOUCHED, Topic
from models.writer import Writer
from stream_apps.app import LantoaApp
from stream_apps.begin_again import UpToDate
from stream_apps.classify import Classifier
from stream_apps.dead_letters import dead_letter
from stream_apps.fenced import FencedSender
from stream_apps.outbox import Outbox, Outgoing
from stream_apps.publish_tallies import TallyPublisher, Versions
from stream_apps.recorded import Read, readers
from stream_apps.rules.link import RULES_VERSION
from stream_apps.tell_touched import tell_for_ever
from stream_apps.transport import Batch
from stream_apps.worker import run_worker

SOURCE = "/lantoa/worker"
M = TypeVar("M")


def run(settings: Settings, bootstrap: str) -> int:
    """A worker with all agents; blocks. Gives the exit status."""
    files = ProgrammeFiles(settings.programme)
    programme = load_programme(settings.programme)
    catalogue = load_catalogue(*programme.resolutions)
    classifier = Classifier(programme, catalogue)
    engine = make_engine(settings)

    def make_agents(app: LantoaApp, outbox: Outbox) -> None:
        here = UpToDate(app, files, settings.programme)
        app.task(here.watch)
        declare_classify(app, outbox, classifier, here)
        writer = Writer(engine, programme, catalogue)
        for topic, read in readers(programme, catalogue).items():
            declare_persist(app, outbox, writer, topic, read, here)
        app.task(lambda: tell_for_ever(engine, outbox))
        versions = Versions(RULES_VERSION, catalogue.version)
        make_sender = partial(FencedSender, settings, bootstrap)
        declare_publish(app, outbox, TallyPublisher(make_sender, engine, versions, app.excused))

    try:
        when_back(migrate, engine)
        return run_worker(settings, bootstrap, make_agents)
    finally:
        engine.dispose()


def declare_classify(app: LantoaApp, outbox: Outbox, classifier: Classifier, here: UpToDate) -> None:
    @app.agent(app.batches(ITEMS), name="classify", concurrency=1)
    async def classify(batches: AsyncIterable[Batch]) -> None:
        async for batch in batches:
            await here.check()
            await outbox.send(classified(classifier, batch), then=batch.acknowledge)


def declare_persist(
    app: LantoaApp, outbox: Outbox, writer: Writer, topic: Topic, read: Read, here: UpToDate
) -> None:
    @app.agent(app.batches(topic), name=f"persist {topic.name}", concurrency=1)
    async def persist(batches: AsyncIterable[Batch]) -> None:
        async for batch in batches:
            await here.check()
            messages, buried = readable(batch, read)
            await outbox.send_all(buried)
            if not writer.write(messages, batch.tp.partition):
                with app.excused():  # in a thread: the wait may be long, and a write in one is slow
                    await asyncio.to_thread(writer.write_when_back, messages, batch.tp.partition)
            batch.acknowledge()


def declare_publish(app: LantoaApp, outbox: Outbox, publisher: TallyPublisher) -> None:
    @app.agent(app.batches(TALLIES_TOUCHED), name="publish tallies", concurrency=1)
    async def publish(batches: AsyncIterable[Batch]) -> None:
        async for batch in batches:
            messages, buried = readable(batch, CellTouched.decode)
            await outbox.send_all(buried)
            await publisher.publish([message.cell for message in messages], batch.tp.partition)
            batch.acknowledge()


def classified(classifier: Classifier, batch: Batch) -> Iterable[Outgoing]:
    """One message for each record: the classified item, or a dead letter."""
    for record in batch.records:
        try:
            message = classifier.classify(record.value)
        except MessageError as error:
            yield dead_letter(record, error)
        else:
            yield Outgoing(
                ITEMS_CLASSIFIED, message.key().encode(), message.encode(), message.headers(SOURCE)
            )


def readable(batch: Batch, read: Callable[[bytes | None], M]) -> tuple[list[M], list[Outgoing]]:
    """What the batch holds, and the dead letters of what cannot be read."""
    messages, buried = [], []
    for record in batch.records:
        try:
            messages.append(read(record.value))
        except MessageError as error:
            buried.append(dead_letter(record, error))
    return messages, buried
