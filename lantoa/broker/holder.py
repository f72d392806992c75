"""Who runs the broker of a data folder: a small file that says so, believed only when the process still lives."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil

CLOCK_SLACK_SECONDS = 2.0  # start times are computed from the time of boot, which moves when the clock is set


@dataclass(frozen=True, slots=True)
class Process:
    """A process id alone may be anybody's by now; with the time of its start it is one process."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "Process":
        return cls(pid, psutil.Process(pid).create_time())

    def alive(self) -> bool:
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) <= CLOCK_SLACK_SECONDS
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


@dataclass(frozen=True, slots=True)
class Holder:
    """`owner` is the Lan tỏa that started `broker`, Java itself; `ready` once it has answered."""

    owner: Process
    broker: Process
    bootstrap: str
    ready: bool = False

    def now_ready(self) -> "Holder":
        return replace(self, ready=True)


def read_holder(file: Path) -> Holder | None:
    """The holder, if its broker lives."""
    try:
        stored = json.loads(file.read_text())
        holder = Holder(
            Process(**stored["owner"]), Process(**stored["broker"]), stored["bootstrap"], stored["ready"]
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return holder if holder.broker.alive() else None


def write_holder(holder: Holder, file: Path) -> None:
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(holder)))
    partial.replace(file)  # a reader sees all of it or nothing


def forget_holder(file: Path) -> None:
    """Removes the file unless a live broker stands in it, maybe a successor's."""
    if read_holder(file) is None:
        file.unlink(missing_ok=True)
