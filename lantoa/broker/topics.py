"""Creates the missing topics of the contract on a broker and checks the existing ones.

A difference that could lose a message is an error. One that does not affect what is counted is a warning
(docs/topics.md).
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import NoError, TopicAlreadyExistsError, for_code

from config.errors import BrokerError, TopicMismatch
from config.settings import Settings
from lantoa.broker.admin import open_admin
from lantoa.broker.offsets import forgets_offsets
from models.messages.topics import FOR_EVER, LARGEST_MESSAGE, TOPICS, Topic

MANY_REPLICAS = 3  # from here on one broker may be unavailable, and two must hold what is acknowledged
CHECKED = (
    "cleanup.policy",
    "retention.ms",
    "retention.bytes",
    "max.message.bytes",
    "min.insync.replicas",
)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as found. If it does not exist, partitions and replicas are 0, cleanup is empty and the rest is None."""

    name: str
    exists: bool
    partitions: int
    replicas: int
    cleanup: str
    retention_ms: int | None
    retention_bytes: int | None
    max_message_bytes: int | None
    min_insync_replicas: int | None
    problem: str
    warning: str = ""

    @property
    def ok(self) -> bool:
        return self.exists and not self.problem


def ensure_topics(settings: Settings, bootstrap: str, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """Returns the names of the created topics. Raises TopicMismatch with every topic that differs. Harmless
    differences, and a short retention of offsets, are logged as warnings."""
    with open_admin(settings, bootstrap) as admin:
        states = _describe(admin, settings, topics)
        missing = [topic for topic, state in zip(topics, states, strict=True) if not state.exists]
        created = _create(admin, settings, missing)
        if missing:
            # Another process may have created some of them with other settings.
            states = _describe(admin, settings, topics)
        warnings = [*filter(None, [*(state.warning for state in states), forgets_offsets(admin)])]
    problems = [state.problem for state in states if state.exists and state.problem]
    if problems:
        raise TopicMismatch("\n".join(problems))
    for warning in warnings:
        logger.warning("topics.warning", extra={"warning": warning})
    return created


def describe_topics(settings: Settings, bootstrap: str, topics: Sequence[Topic] = TOPICS) -> list[TopicState]:
    """Returns the topics in the order of the contract and changes nothing."""
    with open_admin(settings, bootstrap) as admin:
        return _describe(admin, settings, topics)


def _describe(admin: KafkaAdminClient, settings: Settings, topics: Sequence[Topic]) -> list[TopicState]:
    found = {entry["name"]: entry["partitions"] for entry in _metadata(admin, topics)}
    configs = _configs(admin, list(found))
    return [
        _state(topic, settings, found.get(topic.name, []), configs.get(topic.name, {})) for topic in topics
    ]


def _metadata(admin: KafkaAdminClient, topics: Sequence[Topic]) -> list[dict[str, Any]]:
    existing = set(admin.list_topics())
    names = [topic.name for topic in topics if topic.name in existing]
    return list(admin.describe_topics(names)) if names else []


def _configs(admin: KafkaAdminClient, names: list[str]) -> dict[str, dict[str, object]]:
    if not names:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name, list(CHECKED)) for name in names]
    answer: dict[str, dict[str, Any]] = admin.describe_configs(asked, config_filter="all")["topic"]
    return answer


def _state(
    topic: Topic, settings: Settings, partitions: Sequence[Mapping[str, Any]], configs: dict[str, Any]
) -> TopicState:
    if not partitions:
        missing = f"{topic.name} does not exist: `lantoa topics create`"
        return TopicState(topic.name, False, 0, 0, "", None, None, None, None, missing)
    found = {name: configs[name]["value"] for name in CHECKED}
    replicas = min(len(partition["replica_nodes"]) for partition in partitions)
    problems = [*_about_count(topic, settings, len(partitions)), *_mismatches(topic, found, replicas)]
    return TopicState(
        name=topic.name,
        exists=True,
        partitions=len(partitions),
        replicas=replicas,
        cleanup=found["cleanup.policy"],
        retention_ms=int(found["retention.ms"]),
        retention_bytes=int(found["retention.bytes"]),
        max_message_bytes=int(found["max.message.bytes"]),
        min_insync_replicas=int(found["min.insync.replicas"]),
        problem="\n".join(problems),
        warning="\n".join(_harmless(topic, found, replicas)),
    )


def _about_count(topic: Topic, settings: Settings, partitions: int) -> Iterator[str]:
    expected = topic.partition_count(settings.kafka_partitions)
    if partitions != expected:
        yield f"{topic.name} has {partitions} partitions, expected {expected}. {_about_partitions(topic, partitions)}"


def _mismatches(topic: Topic, found: Mapping[str, str], replicas: int) -> Iterator[str]:
    """Yields each error, with what to do."""
    if found["cleanup.policy"] != topic.cleanup:
        yield _about_config(topic, found, "cleanup.policy", topic.cleanup)
    if topic.cleanup == "delete" and _shorter(int(found["retention.ms"]), topic.retention_ms):
        yield _about_config(topic, found, "retention.ms", str(topic.retention_ms))
    if topic.kept_for_ever and int(found["retention.bytes"]) != FOR_EVER:
        yield _about_config(topic, found, "retention.bytes", str(FOR_EVER))
    if int(found["max.message.bytes"]) < LARGEST_MESSAGE:
        yield _about_config(topic, found, "max.message.bytes", str(LARGEST_MESSAGE))
    insync = int(found["min.insync.replicas"])
    if not insync_for(replicas) <= insync <= replicas:
        yield _about_config(topic, found, "min.insync.replicas", str(insync_for(replicas)))


def _harmless(topic: Topic, found: Mapping[str, str], replicas: int) -> Iterator[str]:
    """Yields the differences that do not affect what is counted."""
    if topic.cleanup == "delete" and not topic.kept_for_ever and int(found["retention.bytes"]) != FOR_EVER:
        yield (
            f"{topic.name} is cut at retention.bytes={found['retention.bytes']}, so it may not be kept for as long as "
            f"the contract says. {_alter(topic, 'retention.bytes', str(FOR_EVER))}"
        )
    if 1 < replicas == int(found["min.insync.replicas"]):
        yield (
            f"{topic.name} has min.insync.replicas={replicas} of {replicas} replicas: nothing can be written while one "
            f"broker is away. {_alter(topic, 'min.insync.replicas', str(insync_for(replicas)))}"
        )


def insync_for(replicas: int) -> int:
    """Returns how many replicas must hold what is acknowledged."""
    return 2 if replicas >= MANY_REPLICAS else 1


def _shorter(found: int, expected: int) -> bool:
    return found != FOR_EVER and (expected == FOR_EVER or found < expected)


def _about_partitions(topic: Topic, partitions: int) -> str:
    if topic.partitions == "many":
        return f"Set LANTOA_KAFKA_PARTITIONS={partitions}: keys keep their order only while the number stays."
    return "Delete the topic if nothing needs what it holds, and `lantoa topics create` makes it anew."


def _about_config(topic: Topic, found: Mapping[str, str], key: str, expected: str) -> str:
    return f"{topic.name} has {key}={found[key]}, expected {expected}. {_alter(topic, key, expected)}"


def _alter(topic: Topic, key: str, expected: str) -> str:
    return (
        "Change it with Kafka's own tool: "
        f"kafka-configs.sh --alter --entity-type topics --entity-name {topic.name} --add-config {key}={expected}"
    )


def _create(admin: KafkaAdminClient, settings: Settings, topics: Sequence[Topic]) -> list[str]:
    if not topics:
        return []
    wanted = {
        topic.name: {
            "num_partitions": topic.partition_count(settings.kafka_partitions),
            "replication_factor": settings.kafka_replication,
            "configs": {
                **topic.configs(),
                "min.insync.replicas": str(insync_for(settings.kafka_replication)),
            },
        }
        for topic in topics
    }
    answer = admin.create_topics(wanted, raise_errors=False)
    created = [entry["name"] for entry in answer["topics"] if _was_created(entry)]
    admin.wait_for_topics(list(wanted))
    return created


def _was_created(entry: dict[str, object]) -> bool:
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
