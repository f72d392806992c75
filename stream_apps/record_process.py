"""Handles one record at a time in a process of its own, so that the worker sees how a record ends its process.

A worker that is killed together with its child reports nothing about the record, and neither does a child that was
killed from outside. So a record becomes a dead letter only when it has ended two children, by a crash, by its memory
or by its time.
"""

import asyncio
import contextlib
import logging
import math
import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal, Protocol

from config.errors import InstallationError
from models.database_errors import Failure, failure_of, installation_error
from models.messages.dead_letter import DeadLetter
from stream_apps.batch_producer import Outgoing
from stream_apps.dead_letters import Record, reason_of

logger = logging.getLogger(__name__)
LARGEST_PROCESS = 2 << 30  # bytes of address space, where the system can limit them
ENDS = 2  # ends of children by one record, before it becomes a dead letter
STARTS = 10  # starts of children that fail, before the worker ends
START_SECONDS = 120.0
LOOK_SECONDS = 0.5
LONGEST_PAUSE = 10.0
WALL = 4  # times the limit of processor time: other processes may need the processors too
FROM_OUTSIDE = {"SIGTERM", "SIGINT", "SIGHUP"}
_NAMES = {int(number): number.name for number in signal.Signals}
FIRST_TO_GO = "1000"  # Linux kills it before any other process when memory is short
READY = "ready"

Work = Callable[[Record], Sequence[Outgoing]]


class Opening(Protocol):
    """Is sent to the child, and makes there the function that handles one record."""

    def __call__(self) -> Work: ...


@dataclass(frozen=True, slots=True)
class Done:
    outgoing: Sequence[Outgoing]


@dataclass(frozen=True, slots=True)
class Failed:
    """`about` is the content of a dead letter; `message` says what a person must do."""

    failure: Failure | Literal["memory"]
    about: DeadLetter
    message: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """How the child ended. `of_the_record` is false where another process ended it, or where it waited for others."""

    how: str
    of_the_record: bool


class EndedWorker(Exception):
    """A record that has ended two processes of its own."""


class RecordProcess:
    """Belongs to one agent. `waits` is true where the work waits for others, such as a database: a child that takes
    long without using the processor is then ended, but that proves nothing about its record."""

    def __init__(
        self, opening: Opening, seconds: float, *, waits: bool, memory: int = LARGEST_PROCESS
    ) -> None:
        self._opening, self._seconds, self._memory = opening, seconds, memory
        self._waits = waits
        self._child: _Child | None = None
        self._closed = False

    async def do(self, record: Record) -> Done | Failed:
        """Returns the outcome of the record, however often it has to be tried. A failure is always the record's.
        Raises InstallationError."""
        ends, tries = 0, 0
        while True:
            found = await asyncio.to_thread(self._try, record)
            if isinstance(found, Done) or (isinstance(found, Failed) and found.failure == "record"):
                return found
            if isinstance(found, Failed) and found.failure == "installation":
                raise InstallationError(found.message)
            if isinstance(found, Failed) and found.failure == "memory":
                found = Ended("it needed more memory than one message may", of_the_record=True)
            if isinstance(found, Ended) and found.of_the_record:
                ends += 1
                logger.warning(
                    "alone.ended",
                    extra={
                        "topic": record.topic,
                        "partition": record.partition,
                        "offset": record.offset,
                        "times": ends,
                        "how": found.how,
                    },
                )
                if ends >= ENDS:
                    error = EndedWorker(
                        f"it ended a process of its own {ends} times; the last time {found.how}"
                    )
                    return Failed("record", DeadLetter.of(record, error, "ended-worker"))
                continue
            logger.info("alone.again", extra={"offset": record.offset, "reason": found})
            await asyncio.sleep(min(0.2 * 2**tries, LONGEST_PAUSE))
            tries = min(tries + 1, 10)

    def close(self) -> None:
        self._closed = True
        self._end_child()

    def _try(self, record: Record) -> Done | Failed | Ended:
        """Blocks."""
        child = self._child or self._start()
        kills = _kills_for_memory()
        try:
            child.connection.send_bytes(pickle.dumps(record))
            waited = 0.0
            while not child.connection.poll(LOOK_SECONDS):
                # time in which both processes were stopped or suspended does not count
                waited += LOOK_SECONDS
                if self._closed or waited > WALL * self._seconds:
                    self._end_child()
                    return Ended(
                        "it took longer than one message may", of_the_record=not (self._closed or self._waits)
                    )
            found: Done | Failed = pickle.loads(child.connection.recv_bytes())  # noqa: S301  # the bytes come from our own child
        except (EOFError, OSError):
            return self._how(child, kills)
        if isinstance(found, Failed) and found.failure == "memory":
            self._end_child()
        return found

    def _how(self, child: "_Child", kills: int | None) -> Ended:
        child.process.join(LOOK_SECONDS)
        status = child.process.exitcode
        self._end_child()
        if status is None or self._closed:
            return Ended("it fell silent", of_the_record=False)
        if status >= 0:
            return Ended(f"it ended with status {status}", of_the_record=True)
        name = _NAMES.get(-status, f"signal {-status}")
        if name == "SIGKILL":
            short = kills is not None and kills != _kills_for_memory()
            how = "the system killed it for its memory" if short else "it was killed"
            return Ended(how, of_the_record=short)
        return Ended(f"it ended by {name}", of_the_record=name not in FROM_OUTSIDE)

    def _start(self) -> "_Child":
        for _ in range(STARTS):
            child = _Child(self._opening, self._seconds, self._memory)
            self._child = child
            with contextlib.suppress(EOFError, OSError):
                if child.connection.poll(START_SECONDS) and child.connection.recv_bytes() == READY.encode():
                    return child
            self._end_child()
            if self._closed:
                break
        raise InstallationError(
            "No process for single messages comes up: see the worker's log, and the memory that is left."
        )

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.process.kill()
            child.process.join(LOOK_SECONDS)
            child.connection.close()


class _Child:
    def __init__(self, opening: Opening, seconds: float, memory: int) -> None:
        context = get_context("spawn")  # forking a process with threads may hang
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=_serve, args=(opening, theirs, seconds, memory), daemon=True
        )
        self.process.start()
        theirs.close()


def _serve(opening: Opening, connection: Connection, seconds: float, memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the worker handles Ctrl-C, and then ends this process
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
    do = opening()
    _limit("RLIMIT_AS", memory)
    connection.send_bytes(READY.encode())
    with contextlib.suppress(EOFError, OSError):  # the worker has ended
        while True:
            record = pickle.loads(connection.recv_bytes())  # noqa: S301  # the bytes come from our own parent
            _limit("RLIMIT_CPU", math.ceil(_processor_seconds() + seconds))
            connection.send_bytes(pickle.dumps(_outcome(do, record)))


def _outcome(do: Work, record: Record) -> Done | Failed:
    try:
        return Done([each._replace(instead=None) for each in do(record)])
    except MemoryError as error:
        return Failed("memory", DeadLetter.of(record, error))
    except Exception as error:
        failure = failure_of(error)
        said = str(installation_error(error)) if failure == "installation" else ""
        return Failed(failure, DeadLetter.of(record, error, reason_of(error)), said)


def _limit(name: str, most: int) -> None:
    """Sets the soft limit only: a process that exceeds it is ended, or gets an error."""
    if sys.platform == "win32":
        return
    import resource

    kind: Any = getattr(resource, name)
    _soft, hard = resource.getrlimit(kind)
    with contextlib.suppress(ValueError, OSError):  # the system's own limit is lower
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _processor_seconds() -> float:
    used = os.times()
    return used.user + used.system


def _kills_for_memory() -> int | None:
    """Returns how many processes Linux has killed since its start because memory ran out."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), None)
