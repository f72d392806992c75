"""Formats Kafka's folder once, with the id of a cluster."""

import base64
import re
import subprocess
import uuid
from pathlib import Path

from config.errors import BrokerError
from lantoa.broker.broker_files import BrokerFiles
from lantoa.broker.command import environment, format_command

FORMAT_SECONDS = 120
ID = re.compile(r"[\w-]{22}")


def format_once(files: BrokerFiles, java: Path, class_path: str, archive: Path | None = None) -> None:
    if not files.formatted.exists():
        _format(files, java, class_path, archive)


def cluster_id(files: BrokerFiles) -> str:
    """Returns the id by which this folder's broker can be recognised."""
    lines = files.formatted.read_text().splitlines()
    return next((line.partition("=")[2] for line in lines if line.startswith("cluster.id=")), "")


def _format(files: BrokerFiles, java: Path, class_path: str, archive: Path | None) -> None:
    command = format_command(java, class_path, files, _chosen_id(files), archive)
    try:
        done = subprocess.run(
            command,
            cwd=files.home,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=FORMAT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BrokerError(f"Java ({java}) could not prepare Kafka's folder {files.data}: {error}") from error
    if done.returncode != 0:
        said = done.stdout.decode(errors="replace").strip()
        raise BrokerError(f"Kafka could not prepare its folder {files.data} (Java: {java}):\n{said}")


def _chosen_id(files: BrokerFiles) -> str:
    """Writes the id before Kafka uses it: after a killed start, which may still be formatting, the next one must use
    the same id."""
    said = files.cluster.read_text("ascii", "replace").strip() if files.cluster.exists() else ""
    if not ID.fullmatch(said):  # also if the write was interrupted
        said = _new_id()
        files.cluster.write_text(said, "ascii")
    return said


def _new_id() -> str:
    """Makes an id as Kafka does: a random UUID in URL-safe base 64, without a leading dash, which would look like an
    option."""
    while (name := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return name
