"""The contract's topics against a real broker."""

import socket
import threading
import time
from dataclasses import replace

import pytest

from config.errors import BrokerError, TopicMismatch
from config.settings import Settings
from lantoa.broker import RunningBroker, describe_topics, ensure_topics, properties, start_broker
from lantoa.broker.admin import open_admin
from lantoa.broker.offsets import forgets_offsets, warn_of_forgetting
from lantoa.broker.topics import _state
from models.messages.topics import (
    ACTIVITIES,
    CORRECTIONS,
    DAY_MS,
    DEAD_LETTERS,
    ITEMS,
    ITEMS_CLASSIFIED,
    SOURCES_FETCHED,
    TALLIES,
    TOPICS,
    Topic,
)


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


def made_by_hand(settings: Settings, bootstrap: str, topic: Topic, **configs: str) -> Topic:
    """As an administrator makes it, with some settings of his own."""
    stated = topic.configs() | {name.replace("_", "."): value for name, value in configs.items()}
    with open_admin(settings, bootstrap) as admin:
        wanted = {
            "num_partitions": topic.partition_count(settings.kafka_partitions),
            "replication_factor": 1,
            "configs": {name: value for name, value in stated.items() if value},
        }
        admin.create_topics({topic.name: wanted})
        admin.wait_for_topics([topic.name])
    return topic


@pytest.mark.parametrize(
    ("topic", "configs", "says"),
    [
        (ITEMS_CLASSIFIED, {"max_message_bytes": ""}, "max.message.bytes=1048588, expected 16777216"),
        (ITEMS, {"retention_bytes": "1073741824"}, "retention.bytes=1073741824, expected -1"),
        (ITEMS, {"cleanup_policy": "compact,delete"}, "cleanup.policy=compact,delete, expected delete"),
        (ACTIVITIES, {"retention_ms": ""}, "retention.ms=604800000, expected -1"),
        (TALLIES, {"min_insync_replicas": "2"}, "min.insync.replicas=2, expected 1"),
        (CORRECTIONS, {"max_message_bytes": "33554432"}, ""),
        (
            TALLIES,
            {"retention_ms": "1000", "retention_bytes": "1000"},
            "",
        ),  # neither counts where it is compacted
        (DEAD_LETTERS, {"retention_bytes": ""}, ""),
    ],
)
def test_a_topic_made_by_hand_is_held_against_the_contract(
    kafka_settings: Settings,
    broker: RunningBroker,
    topic: Topic,
    configs: dict[str, str],
    says: str,
    request: pytest.FixtureRequest,
) -> None:
    name = f"hand.{request.node.callspec.indices['configs']}"
    made = made_by_hand(kafka_settings, broker.bootstrap, renamed(topic, name), **configs)
    (state,) = describe_topics(kafka_settings, broker.bootstrap, [made])
    assert state.ok is not bool(says)
    assert state.warning == ""
    if not says:
        assert ensure_topics(kafka_settings, broker.bootstrap, [made]) == []
        return
    with pytest.raises(TopicMismatch) as mismatch:
        ensure_topics(kafka_settings, broker.bootstrap, [made])
    key, _, expected = says.replace(", expected ", "=").split("=")
    assert f"test.{name} has {says}. Change it with Kafka's own tool" in str(mismatch.value)
    assert f"--entity-name test.{name} --add-config {key}={expected}" in str(mismatch.value)


def test_every_mismatch_of_a_topic_is_said_at_once(kafka_settings: Settings, broker: RunningBroker) -> None:
    topic = replace(renamed(ITEMS, "several"), partitions="one")
    made_by_hand(kafka_settings, broker.bootstrap, topic, retention_ms="1000", max_message_bytes="1000")
    (state,) = describe_topics(kafka_settings, broker.bootstrap, [renamed(ITEMS, "several")])
    for key in ("partitions", "retention.ms", "max.message.bytes"):
        assert key in state.problem


def warned(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(vars(record).get("warning", "") for record in caplog.records)


def test_letters_that_are_cut_at_a_size_are_warned_about(
    kafka_settings: Settings, broker: RunningBroker, caplog: pytest.LogCaptureFixture
) -> None:
    topic = made_by_hand(
        kafka_settings, broker.bootstrap, renamed(DEAD_LETTERS, "cut"), retention_bytes="1000000"
    )
    assert ensure_topics(kafka_settings, broker.bootstrap, [topic]) == []
    assert "test.cut is cut at retention.bytes=1000000" in warned(caplog)


@pytest.mark.parametrize(
    ("replicas", "insync", "problem", "warning"),
    [
        (1, 1, False, False),
        (2, 1, False, False),
        (2, 2, False, True),  # nothing is lost, and nothing written while one is away
        (3, 1, True, False),
        (3, 2, False, False),
        (3, 3, False, True),
        (3, 4, True, False),
        (5, 2, False, False),
    ],
)
def test_two_replicas_of_three_hold_what_is_acknowledged(
    replicas: int, insync: int, problem: bool, warning: bool
) -> None:
    """One broker cannot hold three replicas, so the answer of a cluster is put here as it comes."""
    partitions = [{"replica_nodes": range(replicas)}] * 4
    stated = ITEMS.configs() | {"min.insync.replicas": str(insync)}
    configs = {name: {"value": value} for name, value in stated.items()}
    state = _state(ITEMS, Settings(), partitions, configs)
    assert (bool(state.problem), bool(state.warning)) == (problem, warning)
    if problem:
        assert "--add-config min.insync.replicas=2" in state.problem


def test_brokers_that_we_start_remember_for_ten_years(
    kafka_settings: Settings, broker: RunningBroker
) -> None:
    with open_admin(kafka_settings, broker.bootstrap) as admin:
        assert forgets_offsets(admin) == ""


def test_brokers_that_forget_are_warned_about(
    fresh_settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As Kafka comes: seven days."""
    monkeypatch.setitem(properties._SMALL, "offsets.retention.minutes", 7 * 24 * 60)
    with start_broker(fresh_settings) as forgetful:
        ensure_topics(fresh_settings, forgetful.bootstrap)
        assert "after 7 days" in warned(caplog)
        assert "offsets.retention.minutes=10080" in warned(caplog)
        caplog.clear()
        warn_of_forgetting(fresh_settings, forgetful.bootstrap)
        assert "Set offsets.retention.minutes=5256000" in warned(caplog)


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


@pytest.mark.slow
def test_somebody_there_who_never_answers(kafka_settings: Settings) -> None:
    threads = threading.active_count()
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(BrokerError, match=f"no Kafka answers at {address}"):
            ensure_topics(kafka_settings, address)
    assert time.monotonic() - began < 60
    assert threading.active_count() == threads
