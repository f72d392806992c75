"""Keeps a child no longer than its parent lives: `python -m lantoa.process.guardian -- command arguments…`.

The keeper holds the read end of a pipe whose other end only the parent has. However the parent dies, SIGKILL
included, the pipe reaches its end and the keeper ends the child. Standard library only, so that it starts at once.
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


def spawn_kept(
    cmd: Sequence[str],
    *,
    stdout: Output,
    stderr: Output,
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
) -> subprocess.Popen[bytes]:
    """Starts `cmd` below a keeper; the returned process is the keeper, its only child is `cmd`.

    The child ends when this process dies, when `.stdin` of the result is closed, or when the result itself is
    dropped: hold on to it. Its exit status is the child's, 128 + signal when a signal ended it.
    """
    # -I -S: the keeper needs no site-packages, and a child's PYTHONPATH or working directory must not change it.
    keeper = [sys.executable, "-I", "-S", str(Path(__file__).resolve()), "--", *cmd]
    return subprocess.Popen(
        keeper,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=stderr,
        env=env,
        cwd=cwd,
        umask=0o077,  # what a broker or a worker writes is its user's alone
        start_new_session=True,  # Ctrl-C in the terminal is for the parent, who then ends the child in order
    )


def end_kept(keeper: subprocess.Popen[bytes], seconds: float = 20.0) -> int:
    """SIGTERM to the child, a wait of `seconds`, then SIGKILL. Returns its exit status; harmless when repeated.

    Interrupted (Ctrl-C again), it leaves the rest to the keeper, which needs nobody for it.
    """
    try:
        keeper.terminate()
        keeper.wait(seconds)
    except subprocess.TimeoutExpired:
        pass  # the end of its input makes the keeper insist
    finally:
        if keeper.stdin is not None:
            keeper.stdin.close()
    return keeper.wait()


def main(argv: Sequence[str]) -> int:
    command = list(argv[1:] if argv[:1] == ["--"] else argv)
    if not command:
        sys.stderr.write("usage: python -m lantoa.process.guardian -- command arguments…\n")
        return 2
    parent = os.getppid()  # asked for first: it changes when the parent dies
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
    _kill_group(child)  # what the child itself started and left behind
    return status if status >= 0 else 128 - status


class _Forward:
    """Hands the first SIGTERM or SIGINT on, also one that comes before the child is there; drops the rest."""

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


def _die_with(keeper: int) -> Callable[[], None] | None:
    """Lets Linux kill the child when the keeper is killed. Elsewhere nothing does."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != keeper:  # it died before it could be asked for
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
    """Waits a while. The parent's id is looked at in between, as a fork of the parent may hold the pipe open."""
    ready, _, _ = select.select([0], [], [], PARENT_CHECK_SECONDS)
    return bool(ready) and not os.read(0, 4096)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):  # nobody is left; macOS says the latter of zombies
        os.killpg(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
