"""Runs work on untrusted input in processes with limits on time and memory: a job that never ends or exhausts the
memory costs one process, which is replaced."""

import contextlib
import faulthandler
import logging
import pickle
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from os import devnull
from types import TracebackType
from typing import Any, Literal, ParamSpec, Self, TextIO, TypeVar, cast

import psutil

from config.errors import LantoaError, LimitError

JOBS_PER_PROCESS = 500  # then it is replaced, with whatever it has leaked
# bytes of address space that jobs may use; of memory in use where the system sets no limit
LARGEST_PROCESS = 2 << 30
LARGEST_ANSWER = 256 << 20  # bytes
START_SECONDS = 120.0  # a start takes a second; a machine that swaps needs more
READY = b"ready"
TOO_LARGE = pickle.dumps(("memory", None))
GRACE = 5.0  # seconds that the parent waits beyond the process's own watchdog
LOOK_EVERY = 0.25  # seconds between two checks of the memory of a process that the system does not limit
SYSTEM_LIMITS = sys.platform == "linux"  # macOS accepts RLIMIT_AS without enforcing it; Windows has none
READERS = ("producers.parse", "producers.parse.article.read")  # these take a second to import

logger = logging.getLogger(__name__)
Given = ParamSpec("Given")
Result = TypeVar("Result")
Answer = tuple[Literal["done", "refused", "memory", "failed"], Any]


class LimitedProcesses:
    """`run` may be called from any number of threads. `processes` jobs run at once, and others wait for their turn.
    With `waiting`, at most that many wait, and one more is refused. Processes start when they are first needed."""

    def __init__(
        self,
        processes: int = 1,
        *,
        seconds: float,
        memory: int = LARGEST_PROCESS,
        jobs: int = JOBS_PER_PROCESS,
        waiting: int | None = None,
        preload: Sequence[str] = READERS,
    ) -> None:
        self.seconds = seconds
        self._memory, self._jobs = memory, jobs
        self._processes, self._preload = processes, list(preload)
        self._places = threading.Semaphore(processes)
        self._idle: deque[_Process] = deque()
        self._busy: set[_Process] = set()
        self._room = None if waiting is None else threading.Semaphore(processes + waiting)
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, work: Callable[Given, Result], /, *arguments: Given.args, **named: Given.kwargs) -> Result:
        """`work` must be a function of a module. Raises our own errors as `work` raised them, and LimitError for any
        other error, or where the job takes too long or too much memory."""
        return self.run_within(self.seconds, work, *arguments, **named)

    def run_within(
        self, seconds: float, work: Callable[Given, Result], /, *arguments: Given.args, **named: Given.kwargs
    ) -> Result:
        """Does the same with a time limit of its own."""
        if self._room is not None and not self._room.acquire(blocking=False):
            raise LimitError("busy", "too much of this kind is under way; try again in a minute")
        try:
            with self._places:
                return cast(Result, self._run(seconds, pickle.dumps((work, arguments, named))))
        finally:
            if self._room is not None:
                self._room.release()

    def close(self) -> None:
        """Ends the processes, including those that run a job; such jobs fail."""
        self._closed = True
        for process in [*self._busy]:
            process.end()
        while self._idle:
            self._idle.pop().end()

    def _run(self, seconds: float, job: bytes) -> object:
        process = self._taken()
        if self._closed:  # it was closed while this process was starting
            self._busy.discard(process)
            process.end()
            raise LimitError("failed", "no more is taken: this is about to end")
        sound = False
        try:
            kind, said = process.answer(seconds, job)
            sound = kind in {"done", "refused"} and process.jobs < self._jobs
        finally:
            self._busy.discard(process)
            if sound and not self._closed:
                self._idle.append(process)
            else:
                process.end()
        match kind:
            case "done":
                return said
            case "refused":
                raise said
            case "memory":
                raise LimitError("memory", f"needs more than {self._memory >> 20} MB of memory")
        logger.error("limited.failed", extra={"reason": said})  # a bug of ours; other jobs go on
        raise LimitError("failed", said.strip().rpartition("\n")[2])

    def _taken(self) -> "_Process":
        if self._closed:
            raise LimitError("failed", "no more is taken: this is about to end")
        try:
            process = self._idle.pop()
        except IndexError:
            process = _Process(self._memory, self._preload)
        self._busy.add(process)
        return process


class _Process:
    """A process that runs one job after the other."""

    def __init__(self, memory: int, preload: list[str]) -> None:
        context: Any = get_context("spawn" if sys.platform == "win32" else "forkserver")
        context.set_forkserver_preload([__name__, *preload])
        self.jobs = 0
        self._memory = memory
        self._here, there = context.Pipe()
        limit = memory if SYSTEM_LIMITS else None
        self._process = context.Process(target=_serve, args=(there, limit, preload), daemon=True)
        self._process.start()
        there.close()
        try:
            ready = self._here.poll(START_SECONDS) and self._here.recv_bytes()
        except (EOFError, OSError) as error:
            raise LimitError("failed", "a process to read in could not be started") from error
        if not ready:
            self.end()
            raise LimitError("failed", f"a process to read in did not start within {START_SECONDS:g} s")

    def answer(self, seconds: float, job: bytes) -> Answer:
        """Raises LimitError where the job ended the process."""
        self.jobs += 1
        began = time.monotonic()
        try:
            self._here.send((seconds, job))
            self._wait(began + seconds + GRACE)
            answer: Answer = pickle.loads(self._here.recv_bytes(LARGEST_ANSWER))  # noqa: S301  # the bytes come from our own process
            return answer
        except (EOFError, OSError) as error:
            if time.monotonic() - began >= seconds:
                raise LimitError("timeout", f"not done within {seconds:g} s") from error
            raise LimitError("failed", "the process that read it has ended") from error

    def end(self) -> None:
        self._here.close()
        with contextlib.suppress(OSError, ValueError):
            self._process.kill()
            self._process.join(GRACE)

    def _wait(self, until: float) -> None:
        """Waits a little longer than the process's own watchdog, for a process that cannot even start its
        watchdog."""
        if SYSTEM_LIMITS:
            if not self._here.poll(until - time.monotonic()):
                raise EOFError
            return
        while not self._here.poll(LOOK_EVERY):
            if time.monotonic() > until:
                raise EOFError
            with contextlib.suppress(psutil.Error):
                if psutil.Process(self._process.pid).memory_info().rss > self._memory:
                    raise LimitError("memory", f"needs more than {self._memory >> 20} MB of memory")


def _serve(there: Connection, memory: int | None, preload: list[str]) -> None:
    """Runs until the parent closes its end of the pipe, or has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C, and then closes its end
    for module in preload:  # the fork server may have been started with other modules
        import_module(module)
    if memory is not None:
        _limit_memory(memory)
    there.send_bytes(READY)
    with open(devnull, "w") as nowhere:  # noqa: PTH123  # faulthandler needs a file number
        while True:
            try:
                there.send_bytes(_watched(nowhere, *there.recv()))
            except MemoryError:  # not enough memory for the job itself
                there.send_bytes(TOO_LARGE)
            except (EOFError, OSError):
                return


def _watched(nowhere: TextIO, seconds: float, job: bytes) -> bytes:
    """The watchdog is a thread in C, which needs no lock of Python or of a library."""
    try:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
    except RuntimeError:  # no memory for its stack
        return TOO_LARGE
    try:
        return _answer(job)
    finally:
        faulthandler.cancel_dump_traceback_later()


def _answer(job: bytes) -> bytes:
    try:
        answer = pickle.dumps(_done(job), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return TOO_LARGE
    except Exception:  # errors that cannot be pickled
        return pickle.dumps(("failed", traceback.format_exc()))
    return answer if len(answer) <= LARGEST_ANSWER else TOO_LARGE


def _done(job: bytes) -> Answer:
    try:
        work, arguments, named = pickle.loads(job)  # noqa: S301  # the bytes come from our own parent
        return "done", work(*arguments, **named)
    except LantoaError as error:
        return "refused", error
    except MemoryError:
        return "memory", None
    except BaseException:  # Rust panics are no Exception
        return "failed", traceback.format_exc()


def _limit_memory(memory: int) -> None:
    """Limits the memory beyond what is in use already: a library that the fork server imported may have reserved a
    gigabyte of addresses."""
    if sys.platform != "win32":
        import resource

        largest = psutil.Process().memory_info().vms + memory
        with contextlib.suppress(ValueError, OSError):  # the system's own limit is lower
            resource.setrlimit(resource.RLIMIT_AS, (largest, largest))
