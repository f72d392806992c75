"""A broker, a database and one worker process that nobody starts again: what is sent to it, and what becomes of that."""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from arrivals import Arrival
from confluent_kafka import KafkaError, Message, Producer
from judged import parsed
from kafka.consumer.fetcher import ConsumerRecord
from sqlalchemy import select

from config.programme import load_programme
from config.settings import Settings, as_environment
from lantoa.broker import ensure_topics
from lantoa.broker.admin import open_admin
from lantoa.runtime.bus import Bus
from lantoa.runtime.consumer_lag import behind, ends_of
from lantoa.runtime.due_queue import GROUP as FETCHERS
from lantoa.runtime.due_queue import DueSources
from lantoa.runtime.tallies_topic import wait_until_published
from models.database import make_engine, migrate, reading
from models.kafka_options import confluent_options
from models.messages.dead_letter import DeadLetter
from models.messages.topics import (
    ACTIVITIES,
    CORRECTIONS,
    DEAD_LETTERS,
    GROUP,
    ITEMS,
    ITEMS_CLASSIFIED,
    LARGEST_MESSAGE,
    SOURCES_DUE,
    TALLIES,
    TALLIES_TOUCHED,
    Topic,
)
from models.queries.tally import cell_figures, of_cell
from models.sql import table_of
from models.tables.activities import ActivityRevision
from models.tables.items import CorrectionRow, ItemRevision
from tests.read_topic import read_all

REPOSITORY = Path(__file__).parents[2]
READ_BY_WORKERS = (
    ITEMS,
    ITEMS_CLASSIFIED,
    ACTIVITIES,
    CORRECTIONS,
)  # in the order in which they have to be done
IDENTIFIED: dict[Topic, Sequence[Sequence[str]]] = {  # by these fields a message is found again
    ITEMS: (("id",), ("revision",)),
    ITEMS_CLASSIFIED: (("item", "id"), ("item", "revision")),
    ACTIVITIES: (("id",), ("revision",)),
    CORRECTIONS: (("id",),),
    TALLIES_TOUCHED: (("cell",),),
    SOURCES_DUE: (("source",),),
}
KIND = {ITEMS_CLASSIFIED: ITEMS}  # both end as a revision of an item
LOOK_SECONDS = 0.2
STOP_SECONDS = 20.0
Place = tuple[str, int, int]  # topic, partition, offset
Identity = tuple[str, ...]


class OneWorker:
    def __init__(self, settings: Settings, bootstrap: str, log: Path) -> None:
        self.settings, self.bootstrap = settings, bootstrap
        self.bus = Bus(settings, lambda: bootstrap)
        self.programme = load_programme(settings.programme)
        self.engine = make_engine(settings)
        migrate(self.engine)
        ensure_topics(settings, bootstrap)
        self._log = log
        ours = settings.model_copy(update={"kafka_bootstrap_servers": bootstrap})
        environment = {**os.environ, **as_environment(ours), "PYTHONPATH": str(REPOSITORY)}
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "lantoa", "worker"], env=environment, stdout=output, stderr=output
            )

    def close(self) -> None:
        self.bus.close()
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:  # it hangs in a message, which is then what the test says
            self._process.kill()
            self._process.wait()
        self.engine.dispose()

    def never_ended(self) -> bool:
        return self._process.poll() is None

    def said(self) -> str:
        return self._log.read_text(errors="replace")[-4000:]

    def publish(self, messages: Iterable[Arrival]) -> dict[Place, Arrival]:
        """Where each of them is."""
        producer = Producer(
            {
                **confluent_options(self.settings, self.bootstrap),
                "message.max.bytes": LARGEST_MESSAGE,
                "queue.buffering.max.kbytes": 256 * 1024,
                "partitioner": "murmur2_random",
                "linger.ms": 20,
                "batch.size": 256 * 1024,
                "log_level": 0,
            }
        )
        sent: dict[Place, Arrival] = {}

        def keep(arrival: Arrival, error: KafkaError | None, message: Message) -> None:
            assert error is None, error
            sent[message.topic(), message.partition(), message.offset()] = arrival

        for each in messages:
            producer.produce(
                each.topic.name,
                each.value,
                each.key,
                headers=each.headers,
                on_delivery=lambda error, message, each=each: keep(each, error, message),
            )
            producer.poll(0)
        assert producer.flush(60) == 0
        return sent

    def wait_until_handled(self, seconds: float) -> None:
        """Until the worker has acknowledged everything and told every touched cell."""
        deadline = time.monotonic() + seconds
        with open_admin(self.settings, self.bootstrap) as admin:
            for topic in READ_BY_WORKERS:
                while left := behind(admin, ends_of(admin, topic.name), GROUP):
                    assert self.never_ended(), self.said()
                    assert time.monotonic() < deadline, f"{topic.name}: {left} left\n{self.said()}"
                    time.sleep(LOOK_SECONDS)
        told = wait_until_published(self.settings, self.bus.admin, max(deadline - time.monotonic(), 1.0))
        assert told, self.said()

    def fetch_due(self) -> set[Identity]:
        """What a fetcher takes from the topic of due sources, until nothing waits there."""
        due = DueSources(self.settings, self.bootstrap, self.programme, self.engine)
        found: set[Identity] = set()
        with open_admin(self.settings, self.bootstrap) as admin:
            while behind(admin, ends_of(admin, SOURCES_DUE.name), FETCHERS):
                found |= {(SOURCES_DUE.name, each.source) for each in due.take()}
                due.done()
        due.close()
        return found

    def letters(self) -> dict[Place, list[ConsumerRecord]]:
        """By the place of what each is about."""
        found: dict[Place, list[ConsumerRecord]] = defaultdict(list)
        for record in self._read(DEAD_LETTERS):
            letter = DeadLetter.from_headers(dict(record.headers))
            found[letter.topic, letter.partition, letter.offset].append(record)
        return found

    def counted(self) -> set[Identity]:
        """What stands in the database, and the cells that were published."""
        item, activity, correction = map(table_of, (ItemRevision, ActivityRevision, CorrectionRow))
        asked = {
            ITEMS: select(item.c.item_id, item.c.revision),
            ACTIVITIES: select(activity.c.activity_id, activity.c.revision),
            CORRECTIONS: select(correction.c.id),
        }
        with reading(self.engine) as connection:
            stored = {
                (t.name, *row) for t, statement in asked.items() for row in connection.execute(statement)
            }
        return stored | {(TALLIES_TOUCHED.name, record.key.decode()) for record in self._read(TALLIES)}

    def classified(self) -> dict[Place, Identity | None]:
        """What the worker sent to itself."""
        records = self._read(ITEMS_CLASSIFIED)
        return {(r.topic, r.partition, r.offset): identity(ITEMS_CLASSIFIED, r.value) for r in records}

    def stored(self) -> dict[str, dict[str, object]]:
        with reading(self.engine) as connection:
            return {row["key"]: dict(of_cell(row)) for row in connection.execute(cell_figures()).mappings()}

    def published(self, names: Iterable[str]) -> dict[str, dict[str, object]]:
        """Cell → those figures, of the compacted topic."""
        latest = {record.key: record.value for record in self._read(TALLIES)}
        rows = [json.loads(value) for value in latest.values() if value is not None]
        return {row["cell"]: {name: row[name] for name in names} for row in rows}

    def _read(self, topic: Topic) -> list[ConsumerRecord]:
        return read_all(self.settings, self.bootstrap, topic)


def identity(topic: Topic, value: bytes | None) -> Identity | None:
    """None where nobody can say."""
    found: list[str] = [KIND.get(topic, topic).name]
    for path in IDENTIFIED[topic]:
        at: Any = parsed(value)
        for name in path:
            at = at.get(name) if isinstance(at, dict) else None
        if not isinstance(at, str):
            return None
        found.append(at)
    return tuple(found)
