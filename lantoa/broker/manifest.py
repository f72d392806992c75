"""The list of Kafka's jars with coordinates and SHA-256 sums (jars.toml)."""

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

MANIFEST = Path(__file__).with_name("jars.toml")


@dataclass(frozen=True, slots=True)
class Jar:
    """One file of a Maven repository."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def coordinate(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def path(self) -> Path:
        """Returns the path within every Maven repository."""
        file = f"{self.artifact}-{self.version}.jar"
        return Path(*self.group.split("."), self.artifact, self.version, file)


def read_manifest(manifest: Path = MANIFEST) -> list[Jar]:
    sums: dict[str, str] = tomllib.loads(manifest.read_text())["sha256"]
    return [_jar(coordinate, digest) for coordinate, digest in sums.items()]


def sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _jar(coordinate: str, digest: str) -> Jar:
    group, artifact, version = coordinate.split(":")
    return Jar(group, artifact, version, digest)
