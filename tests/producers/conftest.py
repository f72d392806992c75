"""A broker, a database, a server of feeds and a programme made of a few lines."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from kafka import KafkaConsumer, TopicPartition

from config.settings import Settings, load_settings
from lantoa.broker import RunningBroker, ensure_topics, start_broker
from models.database import make_engine, migrate
from models.kafka_options import client_options
from producers.poll import PollResult, open_dependencies, poll
from producers.publish import Publisher
from tests.lending import lend_account

sys.path.append(str(Path(__file__).parent))  # what follows stands beside the tests

from certificates import serving
from feed_server import FeedServer
from h2_server import H2Server
from small_programme import outlet_of, programme_of


@pytest.fixture(scope="package")
def broker_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("broker"), kafka_bootstrap_servers="")


@pytest.fixture(scope="package")
def broker(broker_settings: Settings) -> Iterator[RunningBroker]:
    with start_broker(broker_settings) as running:
        ensure_topics(broker_settings, running.bootstrap)
        yield running


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The authority is one that this machine trusts."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


@pytest.fixture
def h2(authority: trustme.CA, trusted: None) -> Iterator[H2Server]:
    """As bao.example."""
    with H2Server(serving(authority, "bao.example")) as running:
        yield running


@pytest.fixture
def quick_settings(tmp_path: Path, broker: RunningBroker, broker_settings: Settings) -> Settings:
    """The loopback is allowed, and nobody has to wait."""
    settings = load_settings(
        data_dir=tmp_path / "data",
        database_url="",
        kafka_bootstrap_servers="",
        allow_networks="127.0.0.0/8",
        host_delay=0,
        fetch_timeout=2,
    )
    lend_account(broker_settings, settings)
    engine = make_engine(settings)
    migrate(engine)
    engine.dispose()
    return settings


@pytest.fixture
def ingest(
    quick_settings: Settings, broker: RunningBroker, server: FeedServer, tmp_path: Path
) -> Callable[..., PollResult]:
    """`ingest({"a": "/a.xml"})`: an outlet with one source for each name; more of an outlet by `outlets`. `publisher` takes
    the place of the one that Kafka answers."""

    def run(
        paths: dict[str, str],
        *,
        settings: Settings = quick_settings,
        publisher: Publisher | None = None,
        **more: Any,
    ) -> PollResult:
        outlets = more.pop("outlets", None) or [outlet_of(name, server.url(p)) for name, p in paths.items()]
        with open_dependencies(settings, broker.bootstrap) as opened:
            used = replace(opened, publisher=publisher) if publisher else opened
            return poll(programme_of(tmp_path, *outlets), used, **more)

    return run


@pytest.fixture
def topics(
    broker: RunningBroker, broker_settings: Settings
) -> Callable[[PollResult, str], list[dict[str, Any]]]:
    """What a poll left in a topic, decoded, with the headers of each message under `headers`. Read from the end that
    the topic had at the start of the test, so that tests do not see each other's messages."""
    consumer = KafkaConsumer(**client_options(broker_settings, broker.bootstrap), enable_auto_commit=False)
    names = ("lantoa.items", "lantoa.dead-letters", "lantoa.sources.fetched", "lantoa.corrections")
    places = [TopicPartition(name, p) for name in names for p in consumer.partitions_for_topic(name)]
    starts = consumer.end_offsets(places)

    def read(_result: object, topic: str) -> list[dict[str, Any]]:
        mine = [place for place in places if place.topic == topic]
        consumer.assign(mine)
        ends = consumer.end_offsets(mine)
        for place in mine:
            consumer.seek(place, starts[place])
        found: list[Any] = []
        while any(consumer.position(place) < ends[place] for place in mine):
            found += [each for batch in consumer.poll(500).values() for each in batch]
        return [json.loads(each.value) | {"headers": dict(each.headers)} for each in found]

    yield read
    consumer.close()
