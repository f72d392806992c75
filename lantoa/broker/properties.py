"""The settings of a single KRaft node: broker and controller in one process, on the loopback address only."""

from lantoa.broker.broker_accounts import BROKER, MECHANISM, OWNER, PROTOCOL, Accounts
from lantoa.broker.offsets import MINUTES_OF_TEN_YEARS
from lantoa.broker.ports import HOST, Ports


def server_properties(ports: Ports, accounts: Accounts) -> str:
    """Uses paths relative to the working directory, because a folder's name may contain commas or letters beyond
    Latin-1."""
    lines = _settings(ports) | _access(accounts)
    return "".join(f"{key}={value}\n" for key, value in lines.items())


def _settings(ports: Ports) -> dict[str, str | int]:
    return {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{HOST}:{ports.controller}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"CLIENT://{HOST}:{ports.broker},CONTROLLER://{HOST}:{ports.controller}",
        "advertised.listeners": f"CLIENT://{HOST}:{ports.broker}",
        "log.dirs": "log",
        **_ONE_NODE,
        **_SOON_BACK,
        **_SMALL,
    }


def _access(accounts: Accounts) -> dict[str, str | int]:
    """Requires a password, also at the controller's port. Accounts other than superusers may do only what
    is allowed."""
    login = f'username="{BROKER}" password="{accounts.broker}" user_{BROKER}="{accounts.broker}"'
    plain = f"org.apache.kafka.common.security.plain.PlainLoginModule required {login};"
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    return {
        "listener.security.protocol.map": f"CLIENT:{PROTOCOL},CONTROLLER:{PROTOCOL}",
        "inter.broker.listener.name": "CLIENT",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "sasl.mechanism.controller.protocol": "PLAIN",
        "listener.name.client.sasl.enabled.mechanisms": f"PLAIN,{MECHANISM}",
        "listener.name.client.plain.sasl.jaas.config": plain,
        f"listener.name.client.{MECHANISM.lower()}.sasl.jaas.config": scram,
        "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.controller.plain.sasl.jaas.config": plain,
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{BROKER};User:{OWNER}",
    }


_ONE_NODE: dict[str, str | int] = {
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
}
# The next start after a kill waits until the session of the killed node has ended: 9 s by default.
_SOON_BACK: dict[str, str | int] = {"broker.session.timeout.ms": 3000, "broker.heartbeat.interval.ms": 500}
_SMALL: dict[str, str | int] = {
    "auto.create.topics.enable": "false",  # topics are a contract (models/messages/topics.py)
    "offsets.topic.num.partitions": 1,
    "transaction.state.log.num.partitions": 1,
    "share.coordinator.state.topic.num.partitions": 1,
    "offsets.retention.minutes": MINUTES_OF_TEN_YEARS,  # a laptop that slept for weeks continues where it stopped
    "group.initial.rebalance.delay.ms": 0,
    "num.network.threads": 2,
    "num.io.threads": 4,
    "log.cleaner.dedupe.buffer.size": 32 * 1024 * 1024,  # a million keys at a time; 128 MB by default
}
