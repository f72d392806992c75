"""The simulated year with everything that counts it: `lantoa up`, a fetching process a night, the imports of the sheets.

Whoever kills a part finds it started again, as an office's service manager would do.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from config.programme import load_programme
from config.settings import as_environment, load_settings
from lantoa.broker import running_bootstrap
from lantoa.demo import FeedServer, simulate, simulate_activities, write_programme, write_sheets
from models.database import make_engine, migrate
from tests.postgresql_server import Server

SEED = 2024
PATIENCE = 240.0  # seconds for one step, with everything that is killed under it
LOOK_SECONDS = 0.05
POLL_AT = Path(__file__).with_name("poll_at.py")
REPOSITORY = Path(__file__).parents[2]


class Province:
    """`step` is the process that fetches or imports just now; `restarts` counts the times that one ended too early.

    With a folder `kept` of a demo province it begins with that one's topics and offsets, and with an empty database.
    """

    def __init__(self, folder: Path, database: str, kept: Path | None = None) -> None:
        self.world, self.year = simulate(SEED), simulate_activities(SEED)
        self.feeds = FeedServer(self.world)
        self.server = Server(folder / "runtime") if database == "postgresql" else None
        self.settings = load_settings(
            programme=write_programme(self.world, self.feeds.port, folder / "programme"),
            data_dir=folder / "data",
            database_url=self.server.address if self.server else "",
            kafka_bootstrap_servers="",
            allow_networks="127.0.0.0/8",
            host_delay=0.0,
        )
        self.programme = load_programme(self.settings.programme)
        self.sheets = write_sheets(self.year, folder / "sheets")
        self.engine = make_engine(self.settings)
        self.step: subprocess.Popen[bytes] | None = None
        self.restarts = 0
        self._command: Sequence[str] = ()
        self._log = folder / "log.txt"
        if kept:
            shutil.copytree(
                kept,
                self.settings.data_dir,
                ignore=shutil.ignore_patterns("lantoa.db*", "programme", "logs"),
                dirs_exist_ok=True,
            )
        self._up: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def start(self) -> None:
        self.feeds.__enter__()
        migrate(self.engine)
        self.tend()
        while not self.well():
            self.tend()
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        for process in (self.step, self._up):
            self._end(process)
        self.engine.dispose()
        if self.server:
            self.server.stop()
        self.feeds.__exit__(None, None, None)

    def steps(self) -> Sequence[Sequence[str]]:
        """The year: what is done one after the other."""
        imports = [["-m", "lantoa", "import", str(sheet)] for sheet in self.sheets]
        return [*([str(POLL_AT), moment.isoformat()] for moment in self.world.polls), *imports]

    def begin(self, command: Sequence[str]) -> None:
        if command[0] == str(POLL_AT):
            self.feeds.show([moment.isoformat() for moment in self.world.polls].index(command[1]))
        self._command = command
        self.step = self._spawn(command, bootstrap=running_bootstrap(self.settings) or "")

    def tend(self) -> bool:
        """Starts again what ended; True when the step is done."""
        if self._up is None or self._up.poll() is not None:
            self._up = self._spawn(
                ["-m", "lantoa", "up", "--no-fetch", "--no-dashboard"],
                bootstrap="",
            )
        if self.step is None or self.step.poll() == 0:
            return True
        bootstrap = running_bootstrap(self.settings)
        if self.step.poll() is not None and bootstrap:
            self.restarts += 1
            self.step = self._spawn(self._command, bootstrap)
        return False

    def finish(self) -> None:
        """Waits for the step."""
        deadline = time.monotonic() + PATIENCE
        while not self.tend():
            assert time.monotonic() < deadline, self.said()
            time.sleep(LOOK_SECONDS)

    def well(self) -> bool:
        """Broker and database answer, a worker is there."""
        bootstrap = running_bootstrap(self.settings)
        if not bootstrap or not self.workers():
            return False
        host, _, port = bootstrap.rpartition(":")
        with suppress(OSError):
            socket.create_connection((host, int(port)), 1).close()
            return True
        return False

    def workers(self) -> list[psutil.Process]:
        return [process for process in self.processes() if _is_worker(process)]

    def processes(self) -> list[psutil.Process]:
        """`lantoa up` and everything below it."""
        with suppress(psutil.NoSuchProcess):
            if self._up is not None:
                top = psutil.Process(self._up.pid)
                return [top, *top.children(recursive=True)]
        return []

    def worker_apart(self) -> subprocess.Popen[bytes]:
        """One more, as another machine would add it."""
        return self._spawn(["-m", "lantoa", "worker"], bootstrap=running_bootstrap(self.settings) or "")

    def ready_workers(self) -> int:
        """How many of those apart have come up so far."""
        return self._log.read_text(errors="replace").count("worker.ready") if self._log.exists() else 0

    def said(self) -> str:
        return self._log.read_text(errors="replace")[-4000:]

    @staticmethod
    def _end(process: subprocess.Popen[bytes] | None) -> None:
        if process is not None and process.poll() is None:
            process.terminate()
            process.wait(60)

    def _spawn(self, command: Sequence[str], bootstrap: str) -> subprocess.Popen[bytes]:
        ours = self.settings.model_copy(update={"kafka_bootstrap_servers": bootstrap})
        environment = {**os.environ, **as_environment(ours), "PYTHONPATH": str(REPOSITORY)}
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=REPOSITORY,
                start_new_session=True,
            )


def _is_worker(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.cmdline()[1:4] == ["-m", "lantoa", "worker"]
    return False
