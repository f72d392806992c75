"""Restarts child processes that end, such as the workers of `lantoa up` and `lantoa ingest`."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from config.errors import LantoaError
from config.settings import Settings, as_environment
from lantoa.process.guardian import end_guarded, spawn_guarded
from models.database import Engine
from models.loops import Loop

logger = logging.getLogger(__name__)
STEADY_SECONDS = 30.0  # a child that ran for this time has started successfully
LONGEST_WAIT_SECONDS = 30.0  # seconds before a child that keeps ending is restarted
STOP_SECONDS = 20.0
KILLED = 128  # a greater status means that signal number status - 128 ended it
TAIL_LINES = 15


class Supervised:
    """One child process whose output goes to a log file.

    `failures` counts the ends in a row that followed too short a run. `noted` is the database in which that count is
    recorded.
    """

    def __init__(
        self, name: str, arguments: Sequence[str], settings: Settings, noted: Engine | None = None
    ) -> None:
        self.name = name
        self.failures = 0
        self.log = settings.data_dir / "logs" / f"{name}.log"
        self._command = [sys.executable, "-m", "lantoa", *arguments]
        self._environment = dict(os.environ) | as_environment(settings)
        self._stopping = threading.Event()
        self._guardian: subprocess.Popen[bytes] | None = None
        self._loop = Loop(name, noted, longest=LONGEST_WAIT_SECONDS)
        self._thread = threading.Thread(target=self._keep_running, name=name, daemon=True)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the child in order and kills it after 20 s."""
        self._stopping.set()
        guardian = self._guardian
        if guardian is not None:
            end_guarded(guardian, STOP_SECONDS)
        if self._thread.ident is not None:
            self._thread.join(STOP_SECONDS)

    def give_up_after(self, failures: int) -> None:
        """Raises LantoaError with the end of the log if the child has ended so many times in a row."""
        if self.failures >= failures:
            raise LantoaError(
                f"the {self.name} ended {self.failures} times in a row; {self.log} ends:\n{self.tail()}"
            )

    def tail(self) -> str:
        try:
            text = self.log.read_text(errors="replace")
        except OSError as error:
            return str(error)
        return "\n".join(text.splitlines()[-TAIL_LINES:])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _keep_running(self) -> None:
        while not self._stopping.is_set():
            began = time.monotonic()
            status = self._status()
            if self._stopping.is_set():
                return
            if status < KILLED:  # a killed child has not failed by itself
                self.failures = self.failures + 1 if time.monotonic() - began < STEADY_SECONDS else 1
            wait = min(0.5 * 2 ** min(self.failures, 10), LONGEST_WAIT_SECONDS)
            logger.warning(
                "child.ended",
                extra={"child": self.name, "status": status, "restart_in": round(wait, 1), "log": self.log},
            )
            self._stopping.wait(wait)

    def _status(self) -> int:
        """Returns the exit status of the child, or 1 if it could not be started."""
        try:
            status = self._run_once()
            if not self._stopping.is_set() and 0 < status < KILLED:
                self._loop.failed(LantoaError(f"it ended with status {status}; {self.log} says why"))
        except Exception as error:  # such as a full disk or too many processes
            self._loop.failed(error)
            return 1
        return status

    def _run_once(self) -> int:
        _rotate(self.log)
        with self.log.open("ab") as log:
            guardian = spawn_guarded(
                self._command, stdout=log, stderr=subprocess.STDOUT, env=self._environment
            )
            self._guardian = guardian
            if self._stopping.is_set():  # stop was requested during the start
                guardian.terminate()
            try:
                status = guardian.wait(STEADY_SECONDS)
            except subprocess.TimeoutExpired:
                self._loop.succeeded()
                status = guardian.wait()
            if guardian.stdin:
                guardian.stdin.close()
            return status


def _rotate(log: Path, largest: int = 10_000_000) -> None:
    if log.exists() and log.stat().st_size > largest:
        log.replace(log.with_suffix(".log.1"))
