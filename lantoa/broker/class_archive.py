"""An archive of Kafka's classes, verified and laid out by Java once. A start that maps it takes a third less time."""

import hashlib
import os
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path

from filelock import FileLock, Timeout

from lantoa.broker.command import archive_command, environment
from lantoa.broker.manifest import sha256_of
from lantoa.process.guardian import end_guarded, spawn_guarded

CLASSES = Path(__file__).with_name("kafka_classes.txt")  # written by pin_classes.py
MAKE_SECONDS = 120
CANNOT = "this Java can make no archive"


def class_archive(
    java: Path,
    class_path: str,
    cache_dir: Path,
    *,
    progress: Callable[[str], None],
    classes: Path = CLASSES,
) -> Path | None:
    """Makes the archive if it is missing or damaged. Returns None if there can be none; Kafka then starts without it.

    An archive belongs to one Java and one set of jars, which its name identifies. Java ends with a bus error if a
    part is missing, so a checksum is kept beside the archive. A Java that could not make one is not asked again.
    """
    if "*" in class_path:
        return None  # KAFKA_HOME names a Kafka whose classes are not listed
    try:
        archive = cache_dir / "java" / _name(java, class_path, classes)
        found = _state(archive)
        if found == Sum.WRONG:
            _make_alone(archive, archive_command(java, class_path, classes, _partial(archive)), progress)
            found = _state(archive)
        return archive if found == Sum.RIGHT else None
    except OSError:  # the cache is not writable or is being cleared
        return None


class Sum(Enum):
    """The content of the checksum file beside an archive."""

    RIGHT = auto()
    WRONG = auto()
    NONE_CAN_BE_MADE = auto()


def _state(archive: Path) -> Sum:
    try:
        said = _sum_of(archive).read_text()
        if said == CANNOT:
            return Sum.NONE_CAN_BE_MADE
        return Sum.RIGHT if sha256_of(archive) == said else Sum.WRONG
    except (OSError, UnicodeDecodeError):
        return Sum.WRONG


def _name(java: Path, class_path: str, classes: Path) -> str:
    """Derives the name from Java and the jars. After an upgrade of either the archive is made again, because Java
    would refuse the old one."""
    program = java.resolve()
    jars = [Path(jar) for jar in class_path.split(os.pathsep)]
    facts = [(str(file), file.stat().st_mtime_ns) for file in (program, *jars)]
    return f"{_digest(str(program))}-{_digest(f'{facts} {classes.read_text()}')}.jsa"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _partial(archive: Path) -> Path:
    """Returns a name for this process alone, because the Java of a killed process may still be writing."""
    return archive.with_name(f"{archive.stem}.{os.getpid()}.partial")


def _sum_of(archive: Path) -> Path:
    return archive.with_suffix(".sha256")


def _make_alone(archive: Path, command: Sequence[str], progress: Callable[[str], None]) -> None:
    """Makes the archive unless another process is doing it. Such a process does not wait and starts Kafka without
    one."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with suppress(Timeout), FileLock(archive.parent / "archive.lock", timeout=0):
        if _state(archive) == Sum.WRONG:
            progress("Preparing Kafka's classes, once for this user: later starts are quicker")
            _clear(archive)
            partial = _partial(archive)
            made = _made(command) and partial.exists()
            if made:
                partial.replace(archive)
            _sum_of(archive).write_text(sha256_of(archive) if made else CANNOT)


def _clear(archive: Path) -> None:
    """Removes incomplete archives of killed processes, and archives of this Java that are not used any more."""
    java, _dash, _rest = archive.name.partition("-")
    for old in [*archive.parent.glob("*.partial"), *archive.parent.glob(f"{java}-*")]:
        with suppress(OSError):  # Windows keeps a file that a running Java has mapped
            old.unlink()


def _made(command: Sequence[str]) -> bool:
    nothing = subprocess.DEVNULL
    guardian = spawn_guarded(command, stdout=nothing, stderr=nothing, env=environment())
    try:
        return guardian.wait(MAKE_SECONDS) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        end_guarded(guardian)
