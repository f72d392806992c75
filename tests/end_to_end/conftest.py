"""A whole Lan tỏa for one test: feeds on the loopback, a broker, a worker process, a database."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from config.programme import Programme, load_programme
from config.settings import Settings, as_environment, load_settings
from tests import command

PATIENCE = 180  # two cores are shared with other tests
EMPTY = b"<rss version='2.0'><channel><title>x</title></channel></rss>"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


class Feeds:
    """What the loopback server shows: path → body, after `delay` seconds. `hits` counts the requests."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.hits = 0
        self.delay = 0.0
        feeds = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                feeds.hits += 1
                time.sleep(feeds.delay)
                body = feeds.bodies.get(self.path)
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_arguments: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    server = Feeds()
    yield server
    server.stop()


@pytest.fixture
def make_programme(tmp_path: Path, feeds: Feeds) -> Callable[[list[str]], Programme]:
    """A programme of outlets with one feed each at `/<outlet>.xml`, in scope by agreement."""

    return programme_maker(tmp_path, feeds)


def programme_maker(place: Path, feeds: Feeds) -> Callable[[list[str]], Programme]:
    def make(outlets: list[str]) -> Programme:
        folder = place / "programme"
        folder.mkdir(exist_ok=True)
        office = {"id": "test", "name": "Test", "timezone": "Asia/Ho_Chi_Minh", "places": ["Hậu Giang"]}
        (folder / "programme.yaml").write_text(yaml.safe_dump(office, allow_unicode=True))
        entries = [
            {
                "id": name,
                "name": name,
                "level": "central",
                "medium": "newspaper",
                "partner": True,
                "sources": [
                    {
                        "id": f"{name}-feed",
                        "kind": "feed",
                        "text": "feed",
                        "url": f"{feeds.address}/{name}.xml",
                        "in_scope": "always",
                    }
                ],
            }
            for name in outlets
        ]
        (folder / "outlets.yaml").write_text(yaml.safe_dump(entries, allow_unicode=True))
        return load_programme(folder)

    return make


@pytest.fixture
def office(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of a Lan tỏa of its own, on SQLite in its data folder unless told otherwise."""
    return office_maker(tmp_path)


def office_maker(place: Path) -> Callable[..., Settings]:
    def make(programme: Programme, database: str = "") -> Settings:
        return load_settings(
            programme=programme.folder,
            data_dir=place / "data",
            database_url=database,
            kafka_bootstrap_servers="",
            allow_networks="127.0.0.0/8",
            host_delay=0.0,
            port=0,
        )

    return make


@pytest.fixture
def run_lantoa(office: Callable[..., Settings]) -> Callable[[Programme], Callable[..., Any]]:
    """For a programme: runs `lantoa …` and gives the finished process, or the running one with `wait=False`."""
    return runner_maker(office)


def runner_maker(office: Callable[..., Settings]) -> Callable[[Programme], Callable[..., Any]]:
    def make(programme: Programme) -> Callable[..., Any]:
        settings = office(programme)
        environment = {**os.environ, **as_environment(settings), "LANG": "C.UTF-8"}
        for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
            environment.pop(name, None)

        def run(*arguments: str, wait: bool = True, **changes: str) -> Any:
            if wait:
                return command.run_lantoa(*arguments, environment=environment | changes)
            streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
            return subprocess.Popen(
                [sys.executable, "-m", "lantoa", *arguments],
                env=environment | changes,
                start_new_session=True,
                **streams,
            )

        run.environment = environment
        run.programme = programme
        run.settings = settings
        return run

    return make


@pytest.fixture(scope="module")
def shared_up(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., tuple[Callable[..., Any], Feeds]]]:
    """`shared_up(outlets)`: one `lantoa up` for all tests of a file, and the feeds, which are empty where `bodies` does
    not say what they hold."""
    with ExitStack() as stack:

        def make(
            outlets: list[str],
            bodies: dict[str, bytes] | None = None,
            options: tuple[str, ...] = ("--no-dashboard",),
        ) -> tuple[Callable[..., Any], Feeds]:
            place, feeds = tmp_path_factory.mktemp("shared"), Feeds()
            stack.callback(feeds.stop)
            feeds.bodies = {f"/{name}.xml": EMPTY for name in outlets} | (bodies or {})
            run = runner_maker(office_maker(place))(programme_maker(place, feeds)(outlets))
            stack.enter_context(beside_up(run, *options))
            return run, feeds

        yield make


@contextmanager
def beside_up(run: Callable[..., Any], *options: str) -> Iterator[Any]:
    """The process of a `lantoa up` that has finished its first round: commands use what is there."""
    process = run("up", *options, wait=False)
    run.up = process  # type: ignore[attr-defined]
    try:
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("Next run"):
                break
        else:
            pytest.fail(f"lantoa up ended: {said}")
        assert any(line.startswith("Ready: Kafka at") for line in said), said
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)


@pytest.fixture(scope="session")
def nights(shared_data: Path) -> list[tuple[datetime, dict[str, bytes]]]:
    """Nine polls of 17 real outlets in order of time: the moment, and path → body."""
    outlets = sorted(path for path in (shared_data / "feeds").iterdir())
    polls = sorted({path.stem for outlet in outlets for path in outlet.glob("*.xml")})
    return [
        (
            datetime.strptime(poll, "%Y%m%dT%H%M").replace(tzinfo=HANOI),
            {
                f"/{o.name}.xml": (o / f"{poll}.xml").read_bytes()
                for o in outlets
                if (o / f"{poll}.xml").exists()
            },
        )
        for poll in polls
    ]
