"""Connection options: the data folder's account for the embedded broker, as set for any other."""

from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from config.settings import load_settings
from models.kafka_options import client_options, confluent_options

SECURE = {
    "kafka_security_protocol": "SASL_SSL",
    "kafka_sasl_mechanism": "SCRAM-SHA-256",
    "kafka_username": "lantoa",
    "kafka_password": "bí mật",
    "kafka_ca_file": Path("/etc/ca.pem"),
}


@pytest.mark.parametrize(
    ("given", "kafka_python", "librdkafka"),
    [
        ({}, {"security_protocol": "PLAINTEXT"}, {"security.protocol": "PLAINTEXT"}),
        (
            {"kafka_security_protocol": "SSL", "kafka_ca_file": Path("/etc/ca.pem")},
            {"security_protocol": "SSL", "ssl_cafile": "/etc/ca.pem"},
            {"security.protocol": "SSL", "ssl.ca.location": "/etc/ca.pem"},
        ),
        (
            SECURE,
            {
                "security_protocol": "SASL_SSL",
                "ssl_cafile": "/etc/ca.pem",
                "sasl_mechanism": "SCRAM-SHA-256",
                "sasl_plain_username": "lantoa",
                "sasl_plain_password": "bí mật",
            },
            {
                "security.protocol": "SASL_SSL",
                "ssl.ca.location": "/etc/ca.pem",
                "sasl.mechanism": "SCRAM-SHA-256",
                "sasl.username": "lantoa",
                "sasl.password": "bí mật",
            },
        ),
    ],
)
def test_options_of_a_named_broker(
    given: dict[str, Any], kafka_python: dict[str, Any], librdkafka: dict[str, str]
) -> None:
    servers = "kafka-1:9092, kafka-2:9092"
    settings = load_settings(kafka_bootstrap_servers=servers, **given)
    assert client_options(settings, servers) == {
        "bootstrap_servers": ["kafka-1:9092", "kafka-2:9092"],
        **kafka_python,
    }
    assert confluent_options(settings, servers) == {"bootstrap.servers": servers, **librdkafka}


@pytest.mark.parametrize("named", ["", "127.0.0.1:9092"], ids=["parent", "child"])
def test_the_embedded_broker_has_its_own_account_whatever_is_set_for_a_cluster(
    tmp_path: Path, named: str
) -> None:
    """A child is told the address as a setting, and `.env` may name the protocol and the account of a cluster."""
    account_file(tmp_path)
    settings = load_settings(data_dir=tmp_path, kafka_bootstrap_servers=named, **SECURE)
    assert client_options(settings, "127.0.0.1:9092") == {
        "bootstrap_servers": ["127.0.0.1:9092"],
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-256",
        "sasl_plain_username": "lantoa",
        "sasl_plain_password": "mật=khẩu",
    }
    assert confluent_options(settings, "127.0.0.1:9092") == {
        "bootstrap.servers": "127.0.0.1:9092",
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-256",
        "sasl.username": "lantoa",
        "sasl.password": "mật=khẩu",
    }


def test_the_embedded_brokers_password_goes_to_no_other_address(tmp_path: Path) -> None:
    account_file(tmp_path)
    settings = load_settings(data_dir=tmp_path, kafka_bootstrap_servers="kafka:9092", **SECURE)
    assert client_options(settings, "kafka:9092")["sasl_plain_password"] == "bí mật"
    ours = load_settings(data_dir=tmp_path, kafka_bootstrap_servers="")
    assert client_options(ours, "127.0.0.1:9093") == {
        "bootstrap_servers": ["127.0.0.1:9093"],
        "security_protocol": "PLAINTEXT",
    }


def account_file(folder: Path) -> None:
    (folder / "kafka").mkdir()
    (folder / "kafka" / "client.properties").write_text(
        "# of the embedded broker\nbootstrap.servers=127.0.0.1:9092\nsecurity.protocol=SASL_PLAINTEXT\n"
        "sasl.mechanism=SCRAM-SHA-256\nsasl.username=lantoa\nsasl.password=mật=khẩu\n"
    )


def test_librdkafka_knows_the_names_of_all_options() -> None:
    settings = load_settings(
        kafka_bootstrap_servers="127.0.0.1:1",
        **{**SECURE, "kafka_security_protocol": "SASL_PLAINTEXT", "kafka_ca_file": None},
    )
    Producer({**confluent_options(settings, "127.0.0.1:1"), "log_level": 0})
