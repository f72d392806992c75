"""Who is let in to the embedded broker, at both of its ports, and what its reader may do."""

import asyncio
import re
import socket
import stat
import struct
from contextlib import closing
from typing import Any

import psutil
import pytest
from aiokafka import AIOKafkaConsumer
from confluent_kafka import Consumer, KafkaException
from confluent_kafka import KafkaError as LibrdkafkaError
from confluent_kafka.admin import AdminClient
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ConfigResource,
    ConfigResourceType,
    ResourcePattern,
    ResourceType,
    UserScramCredentialUpsertion,
)
from kafka.errors import KafkaError

from config.settings import Settings
from lantoa.broker import RunningBroker, ensure_topics
from lantoa.broker.broker_files import BrokerFiles
from models.kafka_options import client_options, confluent_options, read_properties
from models.messages.topics import GROUP, READERS_GROUPS, TALLIES, TALLIES_TOUCHED, TOPICS
from tests.read_topic import read_all

ROW = b"hau-giang|2024|channel=loudspeaker"
SECONDS = 8.0
WRONG = {
    "another password": {"sasl.username": "lantoa", "sasl.password": "đoán"},
    "another name": {"sasl.username": "admin", "sasl.password": "admin"},
    "the broker's name": {"sasl.username": "broker", "sasl.password": "broker"},
}
NO_MECHANISM, FAILED, IN = 33, 58, 0  # Kafka's error codes


@pytest.fixture(scope="module")
def files(kafka_settings: Settings, broker: RunningBroker) -> BrokerFiles:
    ensure_topics(kafka_settings, broker.bootstrap)
    producer = KafkaProducer(**client_options(kafka_settings, broker.bootstrap), acks="all")
    producer.send(TALLIES.name, b"{}", ROW).get(timeout=10)
    producer.close()
    return BrokerFiles.of(kafka_settings)


@pytest.fixture(scope="module")
def reader(files: BrokerFiles) -> dict[str, str]:
    """librdkafka's options, from the file that is handed out."""
    stated = read_properties(files.reader)
    return {name: value for name, value in stated.items() if name != "sasl.jaas.config"}


@pytest.fixture(scope="module")
def ports(files: BrokerFiles) -> dict[str, int]:
    stated = read_properties(files.properties)["listeners"]
    return {name: int(port) for name, port in re.findall(r"(\w+)://127\.0\.0\.1:(\d+)", stated)}


@pytest.mark.parametrize("listener", ["CLIENT", "CONTROLLER"])
@pytest.mark.parametrize("asked", [3, 18, 32, 60], ids=["metadata", "versions", "configs", "cluster"])
def test_an_anonymous_request_is_not_answered(ports: dict[str, int], listener: str, asked: int) -> None:
    with connected(ports[listener]) as connection:
        send(connection, asked, 0, bytes(64))
        answer = received(connection)
    assert answer is None or asked == 18  # which versions it speaks is said to everybody


@pytest.mark.parametrize("listener", ["CLIENT", "CONTROLLER"])
@pytest.mark.parametrize("who", WRONG)
def test_plain_is_refused(ports: dict[str, int], listener: str, who: str) -> None:
    name, password = WRONG[who].values()
    assert logged_in(ports[listener], "PLAIN", f"\0{name}\0{password}") == FAILED


@pytest.mark.parametrize(
    ("listener", "mechanism", "said", "expected"),
    [
        ("CLIENT", "SCRAM-SHA-256", "n,,n=admin,r=abc", FAILED),
        ("CLIENT", "SCRAM-SHA-512", "n,,n=lantoa,r=abc", NO_MECHANISM),
        ("CONTROLLER", "SCRAM-SHA-256", "n,,n=lantoa,r=abc", NO_MECHANISM),
        ("CLIENT", "OAUTHBEARER", "n,,\x01auth=Bearer x\x01\x01", NO_MECHANISM),
        ("CLIENT", "GSSAPI", "", NO_MECHANISM),
        ("CLIENT", "PLAIN", "", FAILED),
        ("CONTROLLER", "PLAIN", "", FAILED),
    ],
)
def test_other_ways_in(
    ports: dict[str, int], listener: str, mechanism: str, said: str, expected: int
) -> None:
    assert logged_in(ports[listener], mechanism, said) == expected


@pytest.mark.parametrize("listener", ["CLIENT", "CONTROLLER"])
def test_the_brokers_own_password_is_the_one_that_it_was_started_with(
    files: BrokerFiles, ports: dict[str, int], listener: str
) -> None:
    stated = read_properties(files.properties)[f"listener.name.{listener.lower()}.plain.sasl.jaas.config"]
    (password,) = re.findall(r' password="([^"]+)"', stated)
    assert logged_in(ports[listener], "PLAIN", f"\0broker\0{password}") == IN


@pytest.mark.parametrize("who", WRONG)
def test_scram_is_refused(broker: RunningBroker, who: str) -> None:
    said: list[LibrdkafkaError] = []
    scram = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "SCRAM-SHA-256", **WRONG[who]}
    options = {"bootstrap.servers": broker.bootstrap, "error_cb": said.append, "log_level": 0}
    admin = AdminClient(scram | options)
    with pytest.raises(KafkaException):
        admin.list_topics(timeout=1)
    admin.poll(0)
    assert LibrdkafkaError._AUTHENTICATION in {error.code() for error in said}


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 5)


def send(connection: socket.socket, kind: int, version: int, body: bytes) -> None:
    request = struct.pack(">hhih", kind, version, 1, 0) + body
    connection.sendall(len(request).to_bytes(4, "big") + request)


def received(connection: socket.socket) -> bytes | None:
    """Behind its correlation id; None when the connection was closed instead."""
    try:
        length = connection.recv(4, socket.MSG_WAITALL)
        return connection.recv(int.from_bytes(length, "big"), socket.MSG_WAITALL)[4:] if length else None
    except ConnectionResetError:
        return None


def logged_in(port: int, mechanism: str, said: str) -> int:
    """The error code of Kafka's own exchange: SaslHandshake (17), then SaslAuthenticate (36)."""
    with connected(port) as connection:
        send(connection, 17, 1, struct.pack(">h", len(mechanism)) + mechanism.encode())
        handshake = received(connection)
        assert handshake is not None
        (code,) = struct.unpack_from(">h", handshake)
        if code:
            return code
        send(connection, 36, 0, len(said.encode()).to_bytes(4, "big") + said.encode())
        answer = received(connection)
        assert answer is not None
        return struct.unpack_from(">h", answer)[0]


def test_the_three_clients_of_the_owner_come_in(
    kafka_settings: Settings, broker: RunningBroker, files: BrokerFiles
) -> None:
    assert ROW in [record.key for record in read_all(kafka_settings, broker.bootstrap, TALLIES)]
    assert (
        TALLIES.name
        in AdminClient(confluent_options(kafka_settings, broker.bootstrap)).list_topics(timeout=5).topics
    )

    async def read() -> list[str]:
        consumer = AIOKafkaConsumer(**client_options(kafka_settings, broker.bootstrap))
        await consumer.start()
        names = await consumer.topics()
        await consumer.stop()
        return list(names)

    assert TALLIES.name in asyncio.run(read())


def test_a_reader_reads_the_tallies_in_a_group_of_its_own(reader: dict[str, str]) -> None:
    consumer = Consumer(reader | {"group.id": f"{READERS_GROUPS}tỉnh-uỷ", "auto.offset.reset": "earliest"})
    consumer.subscribe([TALLIES.name])
    found = consumer.consume(1, SECONDS)
    assert [message.key() for message in found] == [ROW]
    consumer.commit(found[0], asynchronous=False)
    consumer.close()


def write(options: dict[str, Any]) -> object:
    with closing(KafkaProducer(**options, acks="all", max_block_ms=8000)) as producer:
        return producer.send(TALLIES.name, b"{}", ROW).get(timeout=8)


def write_in_a_transaction(options: dict[str, Any]) -> object:
    with closing(KafkaProducer(**options, transactional_id="lantoa-tallies-0")) as producer:
        return producer.init_transactions()


def delete(admin: KafkaAdminClient) -> object:
    return admin.delete_topics([TALLIES.name])


def create(admin: KafkaAdminClient) -> object:
    return admin.create_topics({"lantoa.of-mine": {"num_partitions": 1, "replication_factor": 1}})


def grow(admin: KafkaAdminClient) -> object:
    return admin.create_partitions({TALLIES.name: 99})


def cut(admin: KafkaAdminClient) -> object:
    return admin.delete_records({TopicPartition(TALLIES.name, 0): -1})


def alter(admin: KafkaAdminClient) -> object:
    return admin.alter_configs(
        [ConfigResource(ConfigResourceType.TOPIC, TALLIES.name, {"retention.ms": "1"})],
        raise_on_unknown=False,
    )


def alter_the_broker(admin: KafkaAdminClient) -> object:
    return admin.alter_configs(
        [ConfigResource(ConfigResourceType.BROKER, "1", {"super.users": "User:reader"})],
        raise_on_unknown=False,
    )


def grant(admin: KafkaAdminClient) -> object:
    topic = ResourcePattern(ResourceType.TOPIC, TALLIES.name)
    return admin.create_acls([ACL("User:reader", "*", ACLOperation.ALL, ACLPermissionType.ALLOW, topic)])


def change_a_password(admin: KafkaAdminClient) -> object:
    return admin.alter_user_scram_credentials(
        [UserScramCredentialUpsertion("lantoa", "SCRAM-SHA-256", "mine")]
    )


def delete_the_workers_group(admin: KafkaAdminClient) -> object:
    return admin.delete_groups([GROUP])


def move_the_workers(admin: KafkaAdminClient) -> object:
    return admin.alter_group_offsets(GROUP, {TopicPartition(TALLIES.name, 0): OffsetAndMetadata(0, "", -1)})


def look_at_the_workers(admin: KafkaAdminClient) -> object:
    return admin.describe_groups([GROUP])


def commit_as_a_worker(options: dict[str, Any], group: str = GROUP) -> object:
    with closing(KafkaConsumer(**options, group_id=group)) as consumer:
        consumer.assign([TopicPartition(TALLIES.name, 0)])
        return consumer.commit({TopicPartition(TALLIES.name, 0): OffsetAndMetadata(0, "", -1)})


def commit_as_a_fetcher(options: dict[str, Any]) -> object:
    return commit_as_a_worker(options, "lantoa-fetchers")


def join_the_workers(options: dict[str, Any]) -> object:
    with closing(KafkaConsumer(TALLIES.name, **options, group_id=GROUP)) as consumer:
        return consumer.poll(8000)


AS_CLIENT = (write, write_in_a_transaction, commit_as_a_worker, commit_as_a_fetcher, join_the_workers)
AS_ADMIN = (
    delete, create, grow, cut, alter, alter_the_broker, grant, change_a_password, delete_the_workers_group,
    move_the_workers, look_at_the_workers,
)  # fmt: skip


@pytest.mark.parametrize("act", [*AS_CLIENT, *AS_ADMIN], ids=lambda act: act.__name__)
def test_a_reader_changes_nothing(files: BrokerFiles, act: Any) -> None:
    stated = read_properties(files.reader)
    options = {
        "bootstrap_servers": [stated["bootstrap.servers"]],
        "security_protocol": stated["security.protocol"],
        "sasl_mechanism": stated["sasl.mechanism"],
        "sasl_plain_username": stated["sasl.username"],
        "sasl_plain_password": stated["sasl.password"],
    }
    try:
        if act in AS_CLIENT:
            said = act(options)
        else:
            with closing(KafkaAdminClient(**options)) as admin:
                said = act(admin)
    except KafkaError as error:
        said = f"{type(error).__name__}: {error}"
    assert re.search("authorization|needs ALTER permission", re.sub("_", "", str(said)), re.I), said


def test_an_internal_topic_is_not_shown_to_a_reader(reader: dict[str, str]) -> None:
    admin = AdminClient(reader)
    published = {topic.name for topic in TOPICS if topic is not TALLIES_TOUCHED}
    assert set(admin.list_topics(timeout=5).topics) == published


def test_passwords_stand_in_files_of_the_owner_alone(files: BrokerFiles, broker: RunningBroker) -> None:
    holding = [files.client, files.reader, files.properties]
    assert {stat.S_IMODE(file.stat().st_mode) for file in holding} == {0o600}
    passwords = set(re.findall(r"password=\"?([\w-]+)", "".join(file.read_text() for file in holding)))
    assert len(passwords) == 3
    said = " ".join(psutil.Process(broker.pid).cmdline()) + str(psutil.Process(broker.pid).environ())
    said += files.log.read_text() + files.holder.read_text()
    assert [password for password in passwords if password in said] == []
