"""Kafka's classes, checked and laid out by Java once: a start that maps this archive takes a third less."""

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
from lantoa.process.guardian import end_kept, spawn_kept

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
    """Makes the archive where it is missing or damaged. None where there can be none: Kafka then starts without it.

    An archive belongs to one Java and one set of jars, for which its name stands. Java itself ends with a bus error where a
    part is missing, so a checksum is kept beside the archive; a Java that could not make one is not asked again.
    """
    if "*" in class_path:
        return None  # KAFKA_HOME names a Kafka whose classes nobody has listed
    try:
        archive = cache_dir / "java" / _name(java, class_path, classes)
        found = _state(archive)
        if found == Sum.WRONG:
            _make_alone(archive, archive_command(java, class_path, classes, _partial(archive)), progress)
            found = _state(archive)
        return archive if found == Sum.RIGHT else None
    except OSError:  # the cache cannot be written to, or somebody is clearing it
        return None


class Sum(Enum):
    """What the checksum beside an archive says."""

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
    """A Java that was upgraded in place, or a jar that was downloaded again, gets a new archive: Java would refuse the old one."""
    program = java.resolve()
    jars = [Path(jar) for jar in class_path.split(os.pathsep)]
    facts = [(str(file), file.stat().st_mtime_ns) for file in (program, *jars)]
    return f"{_digest(str(program))}-{_digest(f'{facts} {classes.read_text()}')}.jsa"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _partial(archive: Path) -> Path:
    """A name of this process only: the Java of a maker that was killed may go on writing for a moment."""
    return archive.with_name(f"{archive.stem}.{os.getpid()}.partial")


def _sum_of(archive: Path) -> Path:
    return archive.with_suffix(".sha256")


def _make_alone(archive: Path, command: Sequence[str], progress: Callable[[str], None]) -> None:
    """A process that finds another one at it does not wait: it starts without."""
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
    """Removes what makers that were killed have left, and archives of this Java that nothing asks for any more."""
    java, _dash, _rest = archive.name.partition("-")
    for old in [*archive.parent.glob("*.partial"), *archive.parent.glob(f"{java}-*")]:
        with suppress(OSError):  # Windows keeps a file that a running Java has mapped
            old.unlink()


def _made(command: Sequence[str]) -> bool:
    nothing = subprocess.DEVNULL
    keeper = spawn_kept(command, stdout=nothing, stderr=nothing, env=environment())
    try:
        return keeper.wait(MAKE_SECONDS) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        end_kept(keeper)
