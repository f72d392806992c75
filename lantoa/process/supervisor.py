"""Children that are started again when they end: `lantoa up` and `lantoa ingest` keep their workers this way."""

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

from sqlalchemy import Engine

from config.errors import LantoaError
from config.settings import Settings, as_environment
from lantoa.process.guardian import end_kept, spawn_kept
from models.loops import Loop

logger = logging.getLogger(__name__)
STEADY_SECONDS = 30.0  # a child that lived for so long counts as well started
LONGEST_WAIT = 30.0  # seconds before a child that keeps ending is started again
STOP_SECONDS = 20.0
KILLED = 128  # a status from here on: ended by the signal of that number above it
TAIL_LINES = 15


class Supervised:
    """One child process, its output in a log file of its own.

    `failures` counts the ends in a row without a steady time in between; `noted` is the database that others read it in.
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
        self._keeper: subprocess.Popen[bytes] | None = None
        self._loop = Loop(name, noted, longest=LONGEST_WAIT)
        self._thread = threading.Thread(target=self._keep_running, name=name, daemon=True)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the child in order; kills it when that takes longer than 20 s."""
        self._stopping.set()
        keeper = self._keeper
        if keeper is not None:
            end_kept(keeper, STOP_SECONDS)
        if self._thread.ident is not None:
            self._thread.join(STOP_SECONDS)

    def give_up_after(self, failures: int) -> None:
        """Raises LantoaError with the end of the log when the child ended that often in a row."""
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
            if status < KILLED:  # what somebody killed was no failure of its own
                self.failures = self.failures + 1 if time.monotonic() - began < STEADY_SECONDS else 1
            wait = min(0.5 * 2 ** min(self.failures, 10), LONGEST_WAIT)
            logger.warning(
                "child.ended",
                extra={"child": self.name, "status": status, "restart_in": round(wait, 1), "log": self.log},
            )
            self._stopping.wait(wait)

    def _status(self) -> int:
        """Of its end; of a child that cannot even be started, 1."""
        try:
            status = self._run_once()
            if not self._stopping.is_set() and 0 < status < KILLED:
                self._loop.failed(LantoaError(f"it ended with status {status}; {self.log} says why"))
        except Exception as error:  # the disk is full, no process is left
            self._loop.failed(error)
            return 1
        return status

    def _run_once(self) -> int:
        _rotate(self.log)
        with self.log.open("ab") as log:
            keeper = spawn_kept(self._command, stdout=log, stderr=subprocess.STDOUT, env=self._environment)
            self._keeper = keeper
            if self._stopping.is_set():  # asked to stop while it was being started
                keeper.terminate()
            try:
                status = keeper.wait(STEADY_SECONDS)
            except subprocess.TimeoutExpired:
                self._loop.succeeded()
                status = keeper.wait()
            if keeper.stdin:
                keeper.stdin.close()
            return status


def _rotate(log: Path, largest: int = 10_000_000) -> None:
    if log.exists() and log.stat().st_size > largest:
        log.replace(log.with_suffix(".log.1"))
