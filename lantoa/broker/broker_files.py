"""The files of the embedded broker, below the data folder."""

from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings

KEEP_LOG_BYTES = 5 * 1024 * 1024
TAIL_LINES = 20


@dataclass(frozen=True, slots=True)
class BrokerFiles:
    home: Path

    @classmethod
    def of(cls, settings: Settings) -> "BrokerFiles":
        return cls(settings.data_dir / "kafka")

    @property
    def data(self) -> Path:
        """Returns the folder of Kafka's own log, which holds the messages."""
        return self.home / "log"

    @property
    def formatted(self) -> Path:
        return self.data / "meta.properties"

    @property
    def cluster(self) -> Path:
        """Returns the file with the cluster's id, written before the folder is formatted."""
        return self.home / "cluster.id"

    @property
    def properties(self) -> Path:
        return self.home / "server.properties"

    @property
    def client(self) -> Path:
        """Returns the file of the owner's account, for us and for Kafka's tools."""
        return self.home / "client.properties"

    @property
    def reader(self) -> Path:
        """Returns the file of the account for the consumers of others."""
        return self.home / "reader.properties"

    @property
    def ports(self) -> Path:
        return self.home / "ports.json"

    @property
    def holder(self) -> Path:
        return self.home / "broker.json"

    @property
    def lock(self) -> Path:
        return self.home / "start.lock"

    @property
    def log(self) -> Path:
        """Returns the log file of the broker process."""
        return self.home / "kafka.log"


def rotate(log: Path) -> None:
    """Keeps one older log file, so that there are never more than two."""
    if log.exists() and log.stat().st_size > KEEP_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def tail(log: Path, since: int = 0) -> str:
    """Returns the last lines after byte `since`, without the lines of Java stack traces."""
    with log.open("rb") as file:
        file.seek(since)
        lines = [line for line in file.read().decode(errors="replace").splitlines() if line[:4] != "\tat "]
    return "\n".join(lines[-TAIL_LINES:])
