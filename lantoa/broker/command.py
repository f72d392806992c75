"""The command lines that run Kafka's classes."""

import os
from collections.abc import Mapping
from pathlib import Path

from lantoa.broker.files import BrokerFiles

HEAP = ["-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"]
LOGGING = {
    "defaultLogLevel": "warn",
    "log.kafka.server.KafkaRaftServer": "info",
    "log.org.apache.kafka.common.utils.AppInfoParser": "info",
    "showDateTime": "true",
    "dateTimeFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "showThreadName": "false",
}


def broker_command(java: Path, class_path: str, files: BrokerFiles, archive: Path | None = None) -> list[str]:
    """To be run in the broker's home, to which the paths of the properties are relative."""
    return [*_java(java, class_path, archive), "kafka.Kafka", files.properties.name]


def format_command(
    java: Path, class_path: str, files: BrokerFiles, cluster_id: str, archive: Path | None = None
) -> list[str]:
    tool = ["kafka.tools.StorageTool", "format", "--ignore-formatted"]
    return [*_java(java, class_path, archive), *tool, "-t", cluster_id, "-c", files.properties.name]


def archive_command(java: Path, class_path: str, classes: Path, archive: Path) -> list[str]:
    """Writes the archive of the listed classes; it fits a Java of the same heap and garbage collector."""
    dump = ["-Xshare:dump", f"-XX:SharedClassListFile={classes}", f"-XX:SharedArchiveFile={archive}"]
    return [str(java), *HEAP, *dump, "-cp", class_path]


def environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The C library's arena per thread would cost a many-cored machine hundreds of megabytes."""
    return {**environ, "MALLOC_ARENA_MAX": "2"}


def _java(java: Path, class_path: str, archive: Path | None) -> list[str]:
    logging = [f"-Dorg.slf4j.simpleLogger.{name}={value}" for name, value in LOGGING.items()]
    return [str(java), *HEAP, *_mapped(archive), "-Djava.awt.headless=true", *logging, "-cp", class_path]


def _mapped(archive: Path | None) -> list[str]:
    """Java goes on without an archive that is not its own."""
    return [] if archive is None else ["-Xshare:auto", f"-XX:SharedArchiveFile={archive}"]
