"""The accounts of the embedded broker: the owner, who may do anything, and a reader for the consumers of others.

Both log in by SCRAM, so a program that took the broker's port while it was down does not learn a password. The broker
itself creates both accounts at each start, with a password that is new for every start.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    KafkaAdminClient,
    ResourcePattern,
    ResourceType,
    UserScramCredentialUpsertion,
)

from config.errors import BrokerError
from lantoa.broker.broker_files import BrokerFiles
from models.kafka_options import read_properties
from models.messages.topics import READERS_GROUPS, TALLIES_TOUCHED, TOPICS

BROKER, OWNER, READER = "broker", "lantoa", "reader"
PROTOCOL = "SASL_PLAINTEXT"  # unencrypted, because nothing leaves this machine
MECHANISM = "SCRAM-SHA-256"
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Accounts:
    """The passwords. Those of the owner and the reader remain until their files are deleted."""

    owner: str
    reader: str
    broker: str

    @classmethod
    def of(cls, files: BrokerFiles) -> "Accounts":
        return cls(_kept(files.client), _kept(files.reader), secrets.token_urlsafe(SECRET_BYTES))

    def write(self, files: BrokerFiles, bootstrap: str) -> None:
        """Writes the properties files for Kafka's tools and clients; they also have the options under the names of
        librdkafka."""
        write_private(files.client, _client_properties(bootstrap, OWNER, self.owner))
        write_private(files.reader, _client_properties(bootstrap, READER, self.reader))

    def broker_options(self, bootstrap: str) -> dict[str, object]:
        """Returns the options of kafka-python for the broker's own account."""
        return {
            "bootstrap_servers": [bootstrap],
            "security_protocol": PROTOCOL,
            "sasl_mechanism": "PLAIN",
            "sasl_plain_username": BROKER,
            "sasl_plain_password": self.broker,
        }

    def introduce(self, admin: KafkaAdminClient) -> None:
        """Creates owner and reader on the broker and grants the reader its rights. It may be repeated."""
        users = [
            UserScramCredentialUpsertion(name, MECHANISM, password)
            for name, password in ((OWNER, self.owner), (READER, self.reader))
        ]
        refused = [error for error in admin.alter_user_scram_credentials(users).values() if error]
        refused += admin.create_acls(_reader_rights())["failed"]
        if refused:
            raise BrokerError(f"Kafka did not take the accounts of its own users: {refused}")


def write_private(file: Path, text: str) -> None:
    """Writes the file atomically, readable by its owner alone from the first byte on."""
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
        written.write(text)
    partial.replace(file)


def _kept(file: Path) -> str:
    return read_properties(file).get("sasl.password") or secrets.token_urlsafe(SECRET_BYTES)


def _client_properties(bootstrap: str, user: str, password: str) -> str:
    module = "org.apache.kafka.common.security.scram.ScramLoginModule"
    lines = {
        "bootstrap.servers": bootstrap,
        "security.protocol": PROTOCOL,
        "sasl.mechanism": MECHANISM,
        "sasl.jaas.config": f'{module} required username="{user}" password="{password}";',
        "sasl.username": user,
        "sasl.password": password,
    }
    return "".join(f"{key}={value}\n" for key, value in lines.items())


def _reader_rights() -> list[ACL]:
    published = [topic.name for topic in TOPICS if topic is not TALLIES_TOUCHED]
    resources = [ResourcePattern(ResourceType.TOPIC, name) for name in published]
    resources.append(ResourcePattern(ResourceType.GROUP, READERS_GROUPS, ACLResourcePatternType.PREFIXED))
    return [
        ACL(f"User:{READER}", "*", ACLOperation.READ, ACLPermissionType.ALLOW, resource)
        for resource in resources  # the right to read includes the right to describe
    ]
