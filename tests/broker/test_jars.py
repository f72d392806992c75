"""Jars: the committed list, a Maven repository on this machine that serves them, and what may go wrong."""

import gc
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from config.errors import BrokerError
from lantoa.broker.java import class_path
from lantoa.broker.manifest import MANIFEST, Jar, read_manifest, sha256_of

JARS = [("org.lan.toa", "thu", "1.0"), ("org.lan.toa", "hai", "2.0"), ("vn.ba", "ba", "3")]


class Mirror:
    """A Maven repository over HTTP, and a manifest of what it serves."""

    def __init__(self, folder: Path, port: int) -> None:
        self.files = folder / "served"
        self.requested: list[str] = []
        lines = ["[sha256]\n"]
        for group, artifact, version in JARS:
            file = self.files / Jar(group, artifact, version, "").path
            file.parent.mkdir(parents=True)
            file.write_bytes(artifact.encode() * 1000)
            lines.append(f'"{group}:{artifact}:{version}" = "{sha256_of(file)}"\n')
        self.manifest = folder / "jars.toml"
        self.manifest.write_text("".join(lines))
        self.configuration = folder / "jgo.conf"
        self.configuration.write_text(f"[repositories]\ncentral = http://127.0.0.1:{port}\n")

    def file(self, repository: Path, number: int = 0) -> Path:
        return repository / "maven" / read_manifest(self.manifest)[number].path


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    requested: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            requested.append(self.path)

    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=str(tmp_path / "served"))
    ) as server:
        mirror = Mirror(tmp_path, server.server_address[1])
        mirror.requested = requested
        monkeypatch.setenv("JGO_CONFIG_FILE", str(mirror.configuration))
        monkeypatch.delenv("KAFKA_HOME", raising=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield mirror
        server.shutdown()
        thread.join()


def test_the_committed_list_is_complete_and_names_no_host() -> None:
    jars = read_manifest()
    names = {jar.artifact: jar.version for jar in jars}
    assert names["kafka_2.13"] == "4.3.1"
    assert names["slf4j-simple"] == "1.7.36"
    assert len(names) == len(jars)
    assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) for jar in jars)
    assert not re.search(r"://|www\.|repo\.", MANIFEST.read_text())


def test_jars_come_once_and_then_work_offline(mirror: Mirror, tmp_path: Path) -> None:
    said: list[str] = []
    first = class_path(tmp_path / "cache", progress=said.append, manifest=mirror.manifest)
    assert [Path(part).name for part in first.split(":")] == ["thu-1.0.jar", "hai-2.0.jar", "ba-3.jar"]
    assert said[0].startswith("Downloading Apache Kafka, once for this user: 3 files")
    assert said[-1] == "  3 of 3"

    mirror.configuration.write_text("[repositories]\ncentral = http://127.0.0.1:1\n")
    assert class_path(tmp_path / "cache", progress=pytest.fail, manifest=mirror.manifest) == first


def test_only_what_is_missing_is_fetched(mirror: Mirror, tmp_path: Path) -> None:
    class_path(tmp_path / "cache", progress=lambda _: None, manifest=mirror.manifest)
    mirror.requested.clear()
    mirror.file(tmp_path / "cache", 1).unlink()
    class_path(tmp_path / "cache", progress=lambda _: None, manifest=mirror.manifest)
    assert {Path(path).name for path in mirror.requested} == {"hai-2.0.jar", "hai-2.0.jar.sha1"}


def test_a_jar_that_differs_is_an_error_that_says_what_to_do(mirror: Mirror, tmp_path: Path) -> None:
    class_path(tmp_path / "cache", progress=lambda _: None, manifest=mirror.manifest)
    changed = mirror.file(tmp_path / "cache")
    changed.write_bytes(b"something else")
    with pytest.raises(BrokerError, match="Delete the file and start again") as wrong:
        class_path(tmp_path / "cache", progress=lambda _: None, manifest=mirror.manifest)
    assert str(changed) in str(wrong.value)
    assert sha256_of(changed) in str(wrong.value)


def test_a_repository_that_serves_something_else(mirror: Mirror, tmp_path: Path) -> None:
    (mirror.files / read_manifest(mirror.manifest)[2].path).write_bytes(b"not what was promised")
    with pytest.raises(BrokerError, match=r"not the vn\.ba:ba:3"):
        class_path(tmp_path / "cache", progress=lambda _: None, manifest=mirror.manifest)


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # jgo leaves a refused answer open
def test_a_jar_that_cannot_be_had(mirror: Mirror, tmp_path: Path) -> None:
    (mirror.files / read_manifest(mirror.manifest)[1].path).unlink()
    with pytest.raises(BrokerError, match=r"org\.lan\.toa:hai:2\.0 could not be downloaded.*\n.*KAFKA_HOME"):
        class_path(tmp_path / "cache", progress=lambda _: None, manifest=mirror.manifest)
    gc.collect()  # here, not in somebody else's test


def test_no_network_at_all(mirror: Mirror, tmp_path: Path) -> None:
    mirror.configuration.write_text("[repositories]\ncentral = http://127.0.0.1:1\n")
    with pytest.raises(BrokerError, match="could not be downloaded"):
        class_path(tmp_path / "cache", progress=lambda _: None, manifest=mirror.manifest)


def test_two_processes_at_once_fetch_each_jar_once(mirror: Mirror, tmp_path: Path) -> None:
    code = (
        "import sys, json; from pathlib import Path; from lantoa.broker.java import class_path;"
        "print(class_path(Path(sys.argv[1]), progress=lambda _: None, manifest=Path(sys.argv[2])))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "cache"), str(mirror.manifest)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    answers = {process.communicate(timeout=60)[0] for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert len(answers) == 1
    jars = [path for path in mirror.requested if path.endswith(".jar")]
    assert len(jars) == len(set(jars)) == len(JARS)


def test_kafka_home_without_a_kafka(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match="KAFKA_HOME"):
        class_path(tmp_path, progress=pytest.fail, environ={"KAFKA_HOME": str(tmp_path)})
