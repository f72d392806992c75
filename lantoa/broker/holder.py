"""A small file names the process that runs the broker of a data folder; it counts only while that process lives."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil

CLOCK_SLACK_SECONDS = 2.0  # start times are computed from the time of boot, which moves when the clock is set


@dataclass(frozen=True, slots=True)
class Process:
    """A process, identified by its id and its start time, because ids are used again."""

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
    """The process `owner` that started the `broker`, which is Java itself; `ready` says that it has answered."""

    owner: Process
    broker: Process
    bootstrap: str
    ready: bool = False

    def now_ready(self) -> "Holder":
        return replace(self, ready=True)


def read_holder(file: Path) -> Holder | None:
    """Returns the holder if its broker lives."""
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
    partial.replace(file)  # atomic for readers


def forget_holder(file: Path) -> None:
    """Removes the file unless it names a live broker, which may be a successor."""
    if read_holder(file) is None:
        file.unlink(missing_ok=True)
