"""The archive of Kafka's classes: made once, by one process at a time, and never in the way of a start."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from config.settings import Settings
from lantoa.broker import start_broker
from lantoa.broker.broker_accounts import Accounts
from lantoa.broker.broker_files import BrokerFiles
from lantoa.broker.class_archive import CLASSES, class_archive
from lantoa.broker.java import class_path, find_java
from lantoa.broker.ports import choose
from lantoa.broker.properties import server_properties
from lantoa.broker.storage import format_once

MAKER = """
import sys
from pathlib import Path
from lantoa.broker.class_archive import class_archive
java, jars, cache, classes = sys.argv[1:]
made = class_archive(Path(java), jars, Path(cache), progress=lambda line: print(line, flush=True), classes=Path(classes))
print(made)
"""


@pytest.fixture(scope="module")
def java() -> Path:
    return find_java()


@pytest.fixture
def jars(fresh_settings: Settings) -> str:
    return class_path(fresh_settings.cache_dir, progress=silent)


@pytest.fixture
def archive(java: Path, jars: str, fresh_settings: Settings) -> Path:
    """The one of this machine, which another process of the tests may be making."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if made := class_archive(java, jars, fresh_settings.cache_dir, progress=silent):
            return made
        time.sleep(0.2)
    raise AssertionError("there is no archive")


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """So that making one takes little."""
    listed = tmp_path / "few.txt"
    names = CLASSES.read_text().splitlines()
    listed.write_text("\n".join(name for name in names if name.startswith("org/apache/kafka/common/utils/")))
    return listed


@pytest.fixture
def making(java: Path, jars: str, tmp_path: Path, few: Path) -> Callable[[], subprocess.Popen[str]]:
    """Starts a process that makes the archive of the few classes in a cache of this test."""
    command = [sys.executable, "-c", MAKER, str(java), jars, str(tmp_path / "cache"), str(few)]
    return lambda: subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_broker_maps_it(fresh_settings: Settings, archive: Path) -> None:
    with start_broker(fresh_settings, progress=pytest.fail) as broker:
        assert archive in {Path(each.path) for each in psutil.Process(broker.pid).memory_maps()}


def test_one_that_is_damaged_is_made_again(java: Path, jars: str, tmp_path: Path, few: Path) -> None:
    def asked() -> Path | None:
        return class_archive(java, jars, tmp_path / "cache", progress=said.append, classes=few)

    said: list[str] = []
    archive = asked()
    assert archive is not None
    whole = archive.read_bytes()
    middle = len(whole) // 2
    changed = whole[:middle] + bytes(100_000) + whole[middle + 100_000 :]
    for damage in (
        lambda: archive.write_bytes(whole[:middle]),
        lambda: archive.write_bytes(changed),
        archive.unlink,
        archive.with_suffix(".sha256").unlink,
    ):
        archive.chmod(0o600)
        said.clear()
        damage()
        assert asked() == archive
        assert len(said) == 1
        assert asked() == archive
        assert len(said) == 1


def test_kafka_starts_without_one_that_is_not_its_own(
    fresh_settings: Settings, java: Path, jars: str, tmp_path: Path, few: Path
) -> None:
    """Here: of a class path that is another one."""
    other = os.pathsep.join(jars.split(os.pathsep)[::-1])
    archive = class_archive(java, other, tmp_path / "cache", progress=silent, classes=few)
    assert archive is not None
    files = BrokerFiles.of(fresh_settings)
    files.home.mkdir(parents=True)
    files.properties.write_text(server_properties(choose(files.ports), Accounts.of(files)))
    format_once(files, java, jars, archive)
    assert files.formatted.exists()


def test_two_at_once(making: Callable[[], subprocess.Popen[str]], tmp_path: Path) -> None:
    said = [process.communicate(timeout=120)[0].splitlines() for process in (making(), making())]
    made = [lines[-1] for lines in said if len(lines) == 2]  # who made it said so before
    assert len(made) == 1
    assert {lines[-1] for lines in said} <= {made[0], "None"}
    left = {each.suffix for each in (tmp_path / "cache" / "java").iterdir()}
    assert left == {".jsa", ".sha256", ".lock"}
    assert making().communicate(timeout=60)[0].splitlines() == made


def test_a_maker_that_is_killed_is_followed_by_the_next(
    making: Callable[[], subprocess.Popen[str]], tmp_path: Path
) -> None:
    folder = tmp_path / "cache" / "java"
    killed = making()
    deadline = time.monotonic() + 60
    while not list(folder.glob("*.partial")) and time.monotonic() < deadline:
        time.sleep(0.005)
    killed.kill()
    killed.communicate()
    assert list(folder.glob("*.jsa")) == []
    last = making().communicate(timeout=120)[0].splitlines()
    assert len(last) == 2
    assert Path(last[1]).stat().st_size > 1_000_000
    assert list(folder.glob("*.partial")) == []


def test_a_java_that_cannot_is_asked_once(jars: str, tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text(f"#!/bin/sh\necho asked >> '{tmp_path}/asked'\nexit 1\n")
    java.chmod(0o755)
    for _ in range(2):
        assert class_archive(java, jars, tmp_path / "cache", progress=silent) is None
    assert (tmp_path / "asked").read_text() == "asked\n"


def test_a_newer_java_in_the_same_place_gets_its_own(
    java: Path, jars: str, tmp_path: Path, few: Path
) -> None:
    """Also where it is only the list of classes that is new; the old one is not kept beside it."""
    first = class_archive(java, jars, tmp_path / "cache", progress=silent, classes=few)
    few.write_text(few.read_text() + "\njava/util/BitSet")
    second = class_archive(java, jars, tmp_path / "cache", progress=silent, classes=few)
    assert first is not None
    assert second is not None
    assert first != second
    assert list(second.parent.glob("*.jsa")) == [second]


def test_a_cache_that_cannot_be_written_to_is_no_reason_to_stop(
    java: Path, jars: str, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert class_archive(java, jars, tmp_path / "cache", progress=silent) is None


def silent(_line: str) -> None:
    pass
