"""What Java is given as its class path: verified jars from the cache, or the Kafka that KAFKA_HOME names."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from config.errors import BrokerError
from lantoa.broker.download import download
from lantoa.broker.manifest import MANIFEST, Jar, read_manifest, sha256_of


def class_path(
    cache_dir: Path,
    *,
    progress: Callable[[str], None],
    environ: Mapping[str, str] = os.environ,
    manifest: Path = MANIFEST,
) -> str:
    """KAFKA_HOME's jars where that is set, else the listed ones, downloaded if need be and always verified."""
    if home := environ.get("KAFKA_HOME"):
        return _installed(Path(home))
    jars = read_manifest(manifest)
    repository = cache_dir / "maven"
    download(jars, repository, progress=progress)
    for jar in jars:
        _verify(jar, repository / jar.path)
    return os.pathsep.join(str(repository / jar.path) for jar in jars)


def _installed(home: Path) -> str:
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
