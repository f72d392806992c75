"""Kafka wants its folder formatted once, with the id of a cluster."""

import base64
import subprocess
import uuid
from pathlib import Path

from config.errors import BrokerError
from lantoa.broker.command import environment, format_command
from lantoa.broker.files import BrokerFiles

FORMAT_SECONDS = 120


def format_once(files: BrokerFiles, java: Path, class_path: str) -> None:
    if files.formatted.exists():
        return
    command = format_command(java, class_path, files, _cluster_id())
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


def _cluster_id() -> str:
    """As Kafka makes them: a random UUID in URL-safe base 64; a leading dash would look like an option."""
    while (name := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return name
