"""Kafka wants its folder formatted once, with the id of a cluster."""

import base64
import re
import subprocess
import uuid
from pathlib import Path

from config.errors import BrokerError
from lantoa.broker.command import environment, format_command
from lantoa.broker.files import BrokerFiles

FORMAT_SECONDS = 120
ID = re.compile(r"[\w-]{22}")


def format_once(files: BrokerFiles, java: Path, class_path: str, archive: Path | None = None) -> None:
    if not files.formatted.exists():
        _format(files, java, class_path, archive)


def cluster_id(files: BrokerFiles) -> str:
    """The name that this folder's broker answers with, and no other."""
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
    """Written down before Kafka hears of it: a start that was killed may still be formatting, and the next one has to say
    the same."""
    said = files.cluster.read_text("ascii", "replace").strip() if files.cluster.exists() else ""
    if not ID.fullmatch(said):  # also where the write itself was cut off
        said = _new_id()
        files.cluster.write_text(said, "ascii")
    return said


def _new_id() -> str:
    """As Kafka makes them: a random UUID in URL-safe base 64; a leading dash would look like an option."""
    while (name := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return name
