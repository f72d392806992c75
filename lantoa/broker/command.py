"""The command lines that run Kafka's classes."""

import os
from collections.abc import Mapping
from pathlib import Path

from lantoa.broker.broker_files import BrokerFiles

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
    """Builds the command to be run in the broker's home, because the paths in the properties are relative to it."""
    return [*_java(java, class_path, archive), "kafka.Kafka", files.properties.name]


def format_command(
    java: Path, class_path: str, files: BrokerFiles, cluster_id: str, archive: Path | None = None
) -> list[str]:
    tool = ["kafka.tools.StorageTool", "format", "--ignore-formatted"]
    return [*_java(java, class_path, archive), *tool, "-t", cluster_id, "-c", files.properties.name]


def archive_command(java: Path, class_path: str, classes: Path, archive: Path) -> list[str]:
    """Builds the command that writes the archive of the listed classes. It fits a Java with the same heap and garbage
    collector."""
    dump = ["-Xshare:dump", f"-XX:SharedClassListFile={classes}", f"-XX:SharedArchiveFile={archive}"]
    return [str(java), *HEAP, *dump, "-cp", class_path]


def environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Limits the memory arenas of the C library. One for each thread would cost hundreds of megabytes on a machine
    with many cores."""
    return {**environ, "MALLOC_ARENA_MAX": "2"}


def _java(java: Path, class_path: str, archive: Path | None) -> list[str]:
    logging = [f"-Dorg.slf4j.simpleLogger.{name}={value}" for name, value in LOGGING.items()]
    return [str(java), *HEAP, *_mapped(archive), "-Djava.awt.headless=true", *logging, "-cp", class_path]


def _mapped(archive: Path | None) -> list[str]:
    """Returns the option for the archive. Java continues without an archive that does not fit."""
    return [] if archive is None else ["-Xshare:auto", f"-XX:SharedArchiveFile={archive}"]
