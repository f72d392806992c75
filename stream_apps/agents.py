"""The agents: they read batches, call plain code, send messages, and acknowledge a batch when all of it is
durable."""

import asyncio
from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from config.catalogue import Catalogue
from config.programme import Programme
from config.programme_watcher import ProgrammeWatcher
from config.settings import Settings
from models.database import make_engine, migrate, retry_until_available
from models.messages.tally_cell import CellTouched
from models.messages.topics import ITEMS, ITEMS_CLASSIFIED, TALLIES_TOUCHED, Topic
from models.store.batch_writer import Unwritten, Writable, Writer
from stream_apps.app import LantoaApp
from stream_apps.batch_producer import BatchProducer, Outgoing
from stream_apps.careful import BegunPartitions, OneByOne
from stream_apps.classify import Classifier
from stream_apps.config_reload import ProgrammeReload
from stream_apps.dead_letters import NOT_OF_A_RECORD, Record, dead_letter
from stream_apps.decoders import Read, placed, readers
from stream_apps.outbox_relay import relay_forever
from stream_apps.publish_tallies import TallyPublisher, Versions
from stream_apps.record_process import Work
from stream_apps.rules.link import rules_version
from stream_apps.transactional_producer import TransactionalProducer
from stream_apps.transport import Batch
from stream_apps.worker import run_worker

SOURCE = "/lantoa/worker"
LOCK_SECONDS = 5  # seconds that one message waits for another process's lock, before it is retried
M = TypeVar("M")


def run(settings: Settings, bootstrap: str) -> int:
    """Runs a worker with all agents; blocks, and returns the exit status."""
    watcher = ProgrammeWatcher(settings.programme)
    loaded = watcher.load()
    programme, catalogue = loaded.programme, loaded.catalogue
    classifier = Classifier(programme, catalogue)
    engine = make_engine(settings)
    limit = settings.watchdog_minutes * 60

    def make_agents(app: LantoaApp, batch_producer: BatchProducer) -> None:
        programme_reload = ProgrammeReload(app, watcher)
        app.task(programme_reload.watch)
        begun = BegunPartitions(app, engine)
        one_by_one = partial(OneByOne, app, batch_producer, begun, limit=limit)
        one_item = one_by_one(ClassifyOne(programme, catalogue), waits=False)
        declare_classify(app, batch_producer, classifier, programme_reload, one_item)
        writer = Writer(engine, programme, catalogue)
        for topic, read in readers(programme, catalogue).items():
            one_message = one_by_one(PersistOne(settings, programme, catalogue, topic), waits=True)
            declare_persist(app, batch_producer, writer, topic, read, programme_reload, one_message)
        app.task(lambda: relay_forever(engine, batch_producer))
        versions = Versions(rules_version(), catalogue.version)
        make_sender = partial(TransactionalProducer, settings, bootstrap)
        publisher = TallyPublisher(make_sender, engine, versions, app.excused)

        async def publish_one(record: Record, _row: Sequence[Outgoing]) -> None:
            await batch_producer.send_all(await published(publisher, [record], record.partition))

        one_cell = one_by_one(PublishOne(settings, versions), waits=True, finish=publish_one)
        declare_publish(app, batch_producer, publisher, one_cell)

    try:
        retry_until_available(migrate, engine)
        return run_worker(settings, bootstrap, make_agents)
    finally:
        engine.dispose()


def declare_classify(
    app: LantoaApp,
    batch_producer: BatchProducer,
    classifier: Classifier,
    programme_reload: ProgrammeReload,
    one_by_one: OneByOne,
) -> None:
    @app.agent(app.batches(ITEMS), name="classify", concurrency=1)
    async def classify(batches: AsyncIterable[Batch]) -> None:
        async for batch in batches:
            await programme_reload.check()
            if not await one_by_one.took(batch):
                await batch_producer.send(classified(classifier, batch), then=batch.acknowledge)


def declare_persist(
    app: LantoaApp,
    batch_producer: BatchProducer,
    writer: Writer,
    topic: Topic,
    read: Read,
    programme_reload: ProgrammeReload,
    one_by_one: OneByOne,
) -> None:
    @app.agent(app.batches(topic), name=f"persist {topic.name}", concurrency=1)
    async def persist(batches: AsyncIterable[Batch]) -> None:
        async for batch in batches:
            await programme_reload.check()
            if await one_by_one.took(batch):
                continue
            records, messages, letters = readable(batch.records, placed(read))
            unwritten = await written(app, writer, messages, batch.tp.partition)
            letters += [dead_letter(records[each.at], each.error) for each in unwritten]
            await batch_producer.send_all(letters)
            batch.acknowledge()


def declare_publish(
    app: LantoaApp, batch_producer: BatchProducer, publisher: TallyPublisher, one_by_one: OneByOne
) -> None:
    @app.agent(app.batches(TALLIES_TOUCHED), name="publish tallies", concurrency=1)
    async def publish(batches: AsyncIterable[Batch]) -> None:
        async for batch in batches:
            if await one_by_one.took(batch):
                continue
            await batch_producer.send_all(await published(publisher, batch.records, batch.tp.partition))
            batch.acknowledge()


def classified(classifier: Classifier, batch: Batch) -> Iterator[Outgoing]:
    """Yields one message for each record: the classified item, or a dead letter."""
    for record in batch.records:
        try:
            sent = classified_item(classifier, record)
        except NOT_OF_A_RECORD:
            raise
        except BaseException as error:
            sent = dead_letter(record, error)
        yield sent


def classified_item(classifier: Classifier, record: Record) -> Outgoing:
    message = classifier.classify(record.value)
    key, headers = message.key().encode(), message.headers(SOURCE)
    return Outgoing(ITEMS_CLASSIFIED, key, message.encode(), headers, partial(dead_letter, record))


def readable(
    given: Iterable[Record], read: Callable[[Record], M]
) -> tuple[list[Record], list[M], list[Outgoing]]:
    """Returns the records with their messages, and the dead letters of those that cannot be read."""
    records, messages, letters = [], [], []
    for record in given:
        try:
            messages.append(read(record))
            records.append(record)
        except NOT_OF_A_RECORD:
            raise
        except BaseException as error:
            letters.append(dead_letter(record, error))
    return records, messages, letters


async def published(publisher: TallyPublisher, given: Iterable[Record], partition: int) -> list[Outgoing]:
    """Returns when the rows of all readable cells are published; returns the dead letters of the others."""
    records, messages, letters = readable(given, lambda record: CellTouched.decode(record.value))
    named = {message.cell: record for message, record in zip(messages, records, strict=True)}
    stopped = await publisher.publish(named, partition)
    return [*letters, *(dead_letter(named[cell], error) for cell, error in stopped.items())]


async def written(
    app: LantoaApp, writer: Writer, messages: Sequence[Writable], partition: int
) -> list[Unwritten]:
    """Returns when all that can be written is committed; returns the others."""
    try:
        if writer.write(messages, partition):
            return []
        wait: AbstractContextManager[None] = app.excused()  # waits for the database, maybe for long
    except NOT_OF_A_RECORD:
        raise
    except BaseException:
        wait = nullcontext()
    with wait:  # in a thread: a write is slow, and the event loop must go on
        return await asyncio.to_thread(writer.write_apart, messages, partition)


@dataclass(frozen=True, slots=True)
class ClassifyOne:
    """Classifies one record in a process of its own; the two classes below do the same for their agents."""

    programme: Programme
    catalogue: Catalogue

    def __call__(self) -> Work:
        classifier = Classifier(self.programme, self.catalogue)
        return lambda record: [classified_item(classifier, record)]


@dataclass(frozen=True, slots=True)
class PersistOne:
    settings: Settings
    programme: Programme
    catalogue: Catalogue
    topic: Topic

    def __call__(self) -> Work:
        writer = Writer(make_engine(self.settings, lock_seconds=LOCK_SECONDS), self.programme, self.catalogue)
        read = placed(readers(self.programme, self.catalogue)[self.topic])

        def persist(record: Record) -> Sequence[Outgoing]:
            writer.write_once([read(record)], record.partition)
            return []

        return persist


@dataclass(frozen=True, slots=True)
class PublishOne:
    """Makes the row of the cell; the worker then publishes the row as it is at that moment."""

    settings: Settings
    versions: Versions

    def __call__(self) -> Work:
        engine = make_engine(self.settings, lock_seconds=LOCK_SECONDS)
        publisher = TallyPublisher(partial(TransactionalProducer, self.settings, ""), engine, self.versions)
        return lambda record: [publisher.row(CellTouched.decode(record.value).cell)]
