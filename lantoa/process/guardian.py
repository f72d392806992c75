"""A guardian process ends its child when the parent has ended: `python -m lantoa.process.guardian -- command
arguments…`.

The guardian holds the read end of a pipe whose other end only the parent has. However the parent ends, even by
SIGKILL, the pipe is closed and the guardian ends the child. It uses the standard library alone, so that it starts at
once.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import IO, Any

GRACE_SECONDS = 10.0
PARENT_CHECK_SECONDS = 1.0
PR_SET_PDEATHSIG = 1
Output = int | IO[Any] | None


def spawn_guarded(
    cmd: Sequence[str],
    *,
    stdout: Output,
    stderr: Output,
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
) -> subprocess.Popen[bytes]:
    """Starts `cmd` below a guardian. The returned process is the guardian, and `cmd` is its only child.

    The child ends when this process dies, when `.stdin` of the result is closed, or when the result is
    garbage-collected: keep a reference. Its exit status is the child's, or 128 + signal if a signal ended it.
    """
    # -I -S: the guardian needs no site-packages, and a child's PYTHONPATH or working directory must not affect it.
    guardian = [sys.executable, "-I", "-S", str(Path(__file__).resolve()), "--", *cmd]
    return subprocess.Popen(
        guardian,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=stderr,
        env=env,
        cwd=cwd,
        umask=0o077,  # only the user may read what a broker or a worker writes
        start_new_session=True,  # only the parent receives Ctrl-C and then ends the child in order
    )


def end_guarded(guardian: subprocess.Popen[bytes], seconds: float = 20.0) -> int:
    """Sends SIGTERM to the child, waits `seconds`, then sends SIGKILL. Returns its exit status; it may be called
    again.

    If it is interrupted by a second Ctrl-C, the guardian ends the child by itself.
    """
    try:
        guardian.terminate()
        guardian.wait(seconds)
    except subprocess.TimeoutExpired:
        pass  # the end of its input makes the guardian kill the child
    finally:
        if guardian.stdin is not None:
            guardian.stdin.close()
    return guardian.wait()


def main(argv: Sequence[str]) -> int:
    command = list(argv[1:] if argv[:1] == ["--"] else argv)
    if not command:
        sys.stderr.write("usage: python -m lantoa.process.guardian -- command arguments…\n")
        return 2
    parent = os.getppid()  # read first, because it changes when the parent dies
    forward = _Forward()
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with(os.getpid()),  # safe: no thread runs yet
        )
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 127
    forward.to(child)
    threading.Thread(target=_end_with_parent, args=(child, parent), daemon=True).start()
    status = child.wait()
    _kill_group(child)  # processes that the child started and left behind
    return status if status >= 0 else 128 - status


class _Forward:
    """Forwards the first SIGTERM or SIGINT, even if it comes before the child exists, and ignores the rest."""

    def __init__(self) -> None:
        self._signal: int | None = None
        self._child: subprocess.Popen[bytes] | None = None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._received)

    def to(self, child: subprocess.Popen[bytes]) -> None:
        self._child = child
        if self._signal is not None:
            child.send_signal(self._signal)

    def _received(self, number: int, _frame: FrameType | None) -> None:
        if self._signal is None:
            self._signal = number
            if self._child is not None:
                self._child.send_signal(number)


def _die_with(guardian: int) -> Callable[[], None] | None:
    """Makes Linux kill the child if the guardian is killed. Other systems have no such means."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != guardian:  # it died before the request
            os._exit(1)

    return ask_kernel


def _end_with_parent(child: subprocess.Popen[bytes], parent: int) -> None:
    while os.getppid() == parent and not _pipe_ended():
        pass
    child.terminate()
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        _kill_group(child)


def _pipe_ended() -> bool:
    """Waits for a while. It also checks the parent's id, because a fork of the parent may hold the pipe open."""
    ready, _, _ = select.select([0], [], [], PARENT_CHECK_SECONDS)
    return bool(ready) and not os.read(0, 4096)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):  # none is left; macOS raises the latter for zombies
        os.killpg(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
