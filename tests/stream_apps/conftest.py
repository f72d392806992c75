"""One broker for the tests of this folder, and what a test needs to feed a worker and look at its work."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from config.settings import Settings, load_settings
from models.kafka_options import client_options, confluent_options

with warnings.catch_warnings():  # kafka-python reads its schemas in a way that Python 3.11 deprecates
    warnings.simplefilter("ignore", DeprecationWarning)
    import kafka

    from lantoa.broker import RunningBroker, start_broker
    from lantoa.broker.admin import connect
    from lantoa.runtime.consumer_lag import COORDINATOR_STARTING

WORKER = Path(__file__).parent / "inserting_worker.py"
PARTITIONS = 4


@pytest.fixture(scope="package")
def broker_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("kafka"), kafka_bootstrap_servers="")


@pytest.fixture(scope="package")
def broker(broker_settings: Settings) -> Iterator[RunningBroker]:
    with start_broker(broker_settings) as running:
        yield running


@pytest.fixture
def make_broker() -> Callable[..., RunningBroker]:
    return start_broker


@pytest.fixture
def make_bench(
    broker: RunningBroker, broker_settings: Settings, tmp_path: Path
) -> Iterator[Callable[..., "Bench"]]:
    with ExitStack() as stack:

        def make(name: str, bootstrap: str = broker.bootstrap, settings: Settings = broker_settings) -> Bench:
            (tmp_path / name).mkdir()
            ours = settings.model_copy(update={"kafka_bootstrap_servers": bootstrap})
            return stack.enter_context(closing(Bench(ours, tmp_path / name)))

        yield make


@pytest.fixture
def bench(make_bench: Callable[..., "Bench"]) -> "Bench":
    return make_bench("bench")


class Bench:
    """Topics and a group of their own, worker processes, and the book that they write. `settings` are the broker's."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        name = uuid4().hex[:8]
        self.settings, self.bootstrap, self.folder = settings, settings.kafka_bootstrap_servers, folder
        self.options = confluent_options(settings, self.bootstrap)
        self.source, self.target, self.group = f"source-{name}", f"target-{name}", f"group-{name}"
        self.admin = AdminClient(self.options)
        topics = [NewTopic(self.source, PARTITIONS, 1), NewTopic(self.target, PARTITIONS, 1)]
        made = self.admin.create_topics([*topics, NewTopic("lantoa.dead-letters", 1, 1)])
        for topic in (self.source, self.target):
            made[topic].result()
        made["lantoa.dead-letters"].exception()  # the first test has made it
        self.workers: list[Worker] = []
        self._asking: kafka.KafkaAdminClient | None = None

    def publish(self, values: Sequence[bytes], headers: Sequence[tuple[str, bytes]] = ()) -> None:
        """Value i goes to partition i mod 4."""
        producer = Producer({**self.options, "linger.ms": 5, "log_level": 0})
        for i, value in enumerate(values):
            producer.produce(
                self.source,
                value,
                f"k{i}",
                partition=i % PARTITIONS,
                headers=list(headers),
                on_delivery=_good,
            )
            if i % 1000 == 0:
                producer.poll(0)
        assert producer.flush(30) == 0

    def start(
        self,
        *,
        to_target: bool = False,
        watchdog_minutes: float = 5.0,
        pause: float = 0.0,
        script: Path = WORKER,
    ) -> "Worker":
        """`pause` is in seconds, at every batch."""
        job = {
            "source": self.source,
            "target": self.target if to_target else None,
            "bootstrap": self.bootstrap,
            "group": self.group,
            "folder": str(self.folder),
            "data_dir": str(self.settings.data_dir),
            "watchdog_minutes": watchdog_minutes,
            "pause": pause,
        }
        worker = Worker(job, self.folder / f"worker-{len(self.workers)}.log", script)
        self.workers.append(worker)
        return worker

    def wait_for(self, number: int, *, seen: int | None = None, seconds: float = 30) -> None:
        """Until so many are committed; `seen` where not all of them are inserted."""
        expected = number if seen is None else seen
        until(lambda: self.seen() >= expected and self.committed() >= number, seconds, self.report)
        assert self.committed() == number
        assert self.seen() == expected

    def wait_seen(self, number: int) -> None:
        until(lambda: self.seen() >= number, 30, self.report)

    def report(self) -> str:
        logs = "\n".join(worker.output for worker in self.workers)
        return f"{self.seen()} seen, {self.committed()} committed\n{logs}"

    def seen(self) -> int:
        return self.query("SELECT count(*) FROM seen")[0][0]

    def query(self, sql: str) -> list[tuple]:
        try:
            with closing(sqlite3.connect(self.folder / "book.db", timeout=30)) as connection:
                return connection.execute(sql).fetchall()
        except sqlite3.OperationalError:  # no worker has opened it yet
            return [(0,)]

    def committed(self) -> int:
        """The sum over the partitions. By kafka-python: librdkafka 2.16 ends the process where the group's coordinator is
        still starting (confluentinc/librdkafka#5040)."""
        places = [kafka.TopicPartition(self.source, i) for i in range(PARTITIONS)]
        if self._asking is None:  # kept: to connect costs more than to ask, and tests ask again and again
            self._asking = connect(client_options(self.settings, self.bootstrap), self.bootstrap)
        try:
            found = self._asking.list_group_offsets({self.group: places})[self.group]
        except COORDINATOR_STARTING:
            return 0
        return sum(max(place.offset, 0) for place in found.values())

    def read(self, topic: str, number: int) -> list:
        """The first `number` messages of all partitions."""
        consumer = Consumer({**self.options, "group.id": uuid4().hex, "enable.auto.commit": False})
        partitions = consumer.list_topics(topic).topics[topic].partitions
        consumer.assign([TopicPartition(topic, each, 0) for each in partitions])
        found: list = []
        deadline = time.monotonic() + 20
        while len(found) < number and time.monotonic() < deadline:
            found += consumer.consume(number - len(found), 0.5)
        consumer.close()
        return found

    def read_all(self, topic: str) -> list:
        """What its one partition holds now."""
        consumer = Consumer({**self.options, "group.id": uuid4().hex})
        begin, end = consumer.get_watermark_offsets(TopicPartition(topic, 0), 10)
        consumer.close()
        return self.read(topic, end - begin)

    def close(self) -> None:
        for worker in self.workers:
            worker.kill()
        if self._asking is not None:
            self._asking.close()
            self._asking = None


class Worker:
    def __init__(self, job: dict, log: Path, script: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(script), json.dumps(job)],
                stdout=output,
                stderr=output,
                env=os.environ | {"PYTHONPATH": str(WORKER.parents[2])},
            )

    @property
    def output(self) -> str:
        return self.log.read_text()

    def ready(self) -> None:
        self.says("worker.ready")

    def says(self, event: str) -> None:
        until(lambda: event in self.output, 60, lambda: self.output)

    def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def until(true: Callable[[], bool], seconds: float, what: Callable[[], object] = lambda: "") -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def _good(error: object, _message: object) -> None:
    assert error is None
