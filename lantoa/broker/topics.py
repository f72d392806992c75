"""The topics of the contract on a broker: made where they are missing, checked where they exist."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import NoError, TopicAlreadyExistsError, for_code

from config.errors import BrokerError, TopicMismatch
from config.settings import Settings
from lantoa.broker.admin import open_admin
from models.topics import TOPICS, Topic

FOR_EVER = -1


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as found. Of one that does not exist, partitions is 0, cleanup empty and retention_ms None."""

    name: str
    exists: bool
    partitions: int
    cleanup: str
    retention_ms: int | None
    problem: str

    @property
    def ok(self) -> bool:
        return self.exists and not self.problem


def ensure_topics(settings: Settings, bootstrap: str, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """Names of the topics that were created. Raises TopicMismatch naming every topic that exists otherwise."""
    with open_admin(settings, bootstrap) as admin:
        states = _describe(admin, settings, topics)
        missing = [topic for topic, state in zip(topics, states, strict=True) if not state.exists]
        created = _create(admin, settings, missing)
        if missing:
            states = _describe(
                admin, settings, topics
            )  # another process may have made some of them, differently
    problems = [state.problem for state in states if state.exists and state.problem]
    if problems:
        raise TopicMismatch("\n".join(problems))
    return created


def describe_topics(settings: Settings, bootstrap: str, topics: Sequence[Topic] = TOPICS) -> list[TopicState]:
    """In the order of the contract; changes nothing."""
    with open_admin(settings, bootstrap) as admin:
        return _describe(admin, settings, topics)


def _describe(admin: KafkaAdminClient, settings: Settings, topics: Sequence[Topic]) -> list[TopicState]:
    found = {entry["name"]: len(entry["partitions"]) for entry in _metadata(admin, topics)}
    configs = _configs(admin, list(found))
    return [
        _state(topic, settings, found.get(topic.name, 0), configs.get(topic.name, {})) for topic in topics
    ]


def _metadata(admin: KafkaAdminClient, topics: Sequence[Topic]) -> list[dict[str, Any]]:
    existing = set(admin.list_topics())
    names = [topic.name for topic in topics if topic.name in existing]
    return list(admin.describe_topics(names)) if names else []


def _configs(admin: KafkaAdminClient, names: list[str]) -> dict[str, dict[str, Any]]:
    if not names:
        return {}
    keys = ["cleanup.policy", "retention.ms"]
    asked = [ConfigResource(ConfigResourceType.TOPIC, name, keys) for name in names]
    answer: dict[str, dict[str, Any]] = admin.describe_configs(asked, config_filter="all")["topic"]
    return answer


def _state(topic: Topic, settings: Settings, partitions: int, configs: dict[str, Any]) -> TopicState:
    if not partitions:
        return TopicState(
            topic.name, False, 0, "", None, f"{topic.name} does not exist: `lantoa topics create`"
        )
    cleanup = configs["cleanup.policy"]["value"]
    retention = int(configs["retention.ms"]["value"])
    problem = _problem(topic, settings, partitions, cleanup, retention)
    return TopicState(topic.name, True, partitions, cleanup, retention, problem)


def _problem(topic: Topic, settings: Settings, partitions: int, cleanup: str, retention: int) -> str:
    """The first that is wrong, with what to do; empty when the topic is as its contract says."""
    expected = topic.partition_count(settings.kafka_partitions)
    if partitions != expected:
        return f"{topic.name} has {partitions} partitions, expected {expected}. {_about_partitions(topic, partitions)}"
    if cleanup != topic.cleanup:
        return _about_config(topic, "cleanup.policy", cleanup, topic.cleanup)
    if topic.cleanup == "delete" and _shorter(retention, topic.retention_ms):
        return _about_config(topic, "retention.ms", str(retention), str(topic.retention_ms))
    return ""


def _shorter(found: int, expected: int) -> bool:
    return found != FOR_EVER and (expected == FOR_EVER or found < expected)


def _about_partitions(topic: Topic, partitions: int) -> str:
    if topic.partitions == "many":
        return f"Set LANTOA_KAFKA_PARTITIONS={partitions}: keys keep their order only while the number stays."
    return "Delete the topic if nothing needs what it holds, and `lantoa topics create` makes it anew."


def _about_config(topic: Topic, key: str, found: str, expected: str) -> str:
    return (
        f"{topic.name} has {key}={found}, expected {expected}. Change it with Kafka's own tool: "
        f"kafka-configs.sh --alter --entity-type topics --entity-name {topic.name} --add-config {key}={expected}"
    )


def _create(admin: KafkaAdminClient, settings: Settings, topics: Sequence[Topic]) -> list[str]:
    if not topics:
        return []
    wanted = {
        topic.name: {
            "num_partitions": topic.partition_count(settings.kafka_partitions),
            "replication_factor": settings.kafka_replication,
            "configs": topic.configs(),
        }
        for topic in topics
    }
    answer = admin.create_topics(wanted, raise_errors=False)
    created = [entry["name"] for entry in answer["topics"] if _was_created(entry)]
    admin.wait_for_topics(list(wanted))
    return created


def _was_created(entry: dict[str, Any]) -> bool:
    error = for_code(entry["error_code"])
    if error is NoError:
        return True
    if error is TopicAlreadyExistsError:
        return False
    said = entry.get("error_message") or error.__name__
    raise BrokerError(
        f"Kafka would not create {entry['name']}: {said}. Check LANTOA_KAFKA_REPLICATION against the number of "
        "brokers, and that the user may create topics."
    )
