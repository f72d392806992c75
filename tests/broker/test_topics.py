"""The contract's topics against a real broker."""

import socket
import threading
import time
from dataclasses import replace

import pytest

from config.errors import BrokerError, TopicMismatch
from config.settings import Settings
from lantoa.broker import RunningBroker, describe_topics, ensure_topics
from lantoa.broker.admin import open_admin
from models.topics import DAY_MS, DEAD_LETTERS, ITEMS, SOURCES_FETCHED, TOPICS, Topic


def renamed(topic: Topic, name: str) -> Topic:
    return replace(topic, name=f"test.{name}")


def test_missing_topics_are_made_as_their_contract_says(
    kafka_settings: Settings, broker: RunningBroker
) -> None:
    topics = [renamed(topic, f"made.{topic.name}") for topic in TOPICS]
    before = describe_topics(kafka_settings, broker.bootstrap, topics)
    assert not any(state.exists or state.ok for state in before)
    assert "lantoa topics create" in before[0].problem

    assert ensure_topics(kafka_settings, broker.bootstrap, topics) == [topic.name for topic in topics]
    assert ensure_topics(kafka_settings, broker.bootstrap, topics) == []

    for topic, state in zip(topics, describe_topics(kafka_settings, broker.bootstrap, topics), strict=True):
        assert state.ok
        assert state.problem == ""
        assert state.name == topic.name
        assert state.partitions == topic.partition_count(kafka_settings.kafka_partitions)
        assert (state.cleanup, state.retention_ms) == (topic.cleanup, topic.retention_ms)


@pytest.mark.parametrize(
    ("found", "expected", "says"),
    [
        (
            replace(ITEMS, partitions="one"),
            ITEMS,
            "1 partitions, expected 4. Set LANTOA_KAFKA_PARTITIONS=1",
        ),
        (
            replace(DEAD_LETTERS, partitions="many"),
            DEAD_LETTERS,
            "4 partitions, expected 1. Delete the topic",
        ),
        (
            replace(SOURCES_FETCHED, cleanup="delete"),
            SOURCES_FETCHED,
            "cleanup.policy=delete, expected compact",
        ),
        (replace(ITEMS, retention_ms=7 * DAY_MS), ITEMS, "retention.ms=604800000, expected -1"),
        (
            replace(DEAD_LETTERS, retention_ms=DAY_MS),
            DEAD_LETTERS,
            "retention.ms=86400000, expected 2592000000",
        ),
        (replace(DEAD_LETTERS, retention_ms=-1), DEAD_LETTERS, None),
    ],
)
def test_a_topic_with_other_settings_is_named(
    kafka_settings: Settings,
    broker: RunningBroker,
    found: Topic,
    expected: Topic,
    says: str | None,
    request: pytest.FixtureRequest,
) -> None:
    name = f"other.{request.node.callspec.indices['says']}"
    ensure_topics(kafka_settings, broker.bootstrap, [renamed(found, name)])
    if says is None:  # kept longer than asked for: nothing is lost
        assert ensure_topics(kafka_settings, broker.bootstrap, [renamed(expected, name)]) == []
        return
    with pytest.raises(TopicMismatch) as mismatch:
        ensure_topics(kafka_settings, broker.bootstrap, [renamed(expected, name)])
    assert f"test.{name} has {says}" in str(mismatch.value)


def test_processes_that_make_the_same_topics_at_once(kafka_settings: Settings, broker: RunningBroker) -> None:
    topics = [renamed(topic, f"race.{topic.name}") for topic in TOPICS]
    made: list[str] = []

    def make() -> None:
        made.extend(ensure_topics(kafka_settings, broker.bootstrap, topics))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == sorted(topic.name for topic in topics)


def test_more_replicas_than_brokers(kafka_settings: Settings, broker: RunningBroker) -> None:
    settings = kafka_settings.model_copy(update={"kafka_replication": 3})
    with pytest.raises(BrokerError, match="LANTOA_KAFKA_REPLICATION"):
        ensure_topics(settings, broker.bootstrap, [renamed(ITEMS, "replicas")])


def test_what_fails_inside_the_block_names_the_broker(
    kafka_settings: Settings, broker: RunningBroker
) -> None:
    with (
        pytest.raises(BrokerError, match=broker.bootstrap),
        open_admin(kafka_settings, broker.bootstrap) as admin,
    ):
        admin.delete_topics(["no-such-topic"])


def test_nobody_there(kafka_settings: Settings) -> None:
    with pytest.raises(BrokerError, match=r"no Kafka answers at 127\.0\.0\.1:1: nothing accepts"):
        describe_topics(kafka_settings, "127.0.0.1:1")


def test_somebody_there_who_never_answers(kafka_settings: Settings) -> None:
    threads = threading.active_count()
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(BrokerError, match=f"no Kafka answers at {address}"):
            ensure_topics(kafka_settings, address)
    assert time.monotonic() - began < 12
    assert threading.active_count() == threads
