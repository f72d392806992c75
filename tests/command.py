"""`lantoa …` as people run it: a process of its own, its input, its output, its exit status."""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

Ran = subprocess.CompletedProcess[str]
ENGLISH = {"LANGUAGE": "", "LC_ALL": "C.UTF-8", "LC_MESSAGES": "", "LANG": "C.UTF-8"}
PATIENCE = 180  # seconds; two cores are shared with other tests
_one_at_a_time = threading.Lock()


def run_lantoa(
    *arguments: str, environment: Mapping[str, str], stdin: str = "", timeout: float = PATIENCE
) -> Ran:
    """Forked from a process that has imported the command already, which spares the second that importing takes, unless
    the command speaks Vietnamese (its options were translated when it was imported) or another one runs meanwhile.
    """
    vietnamese = any(environment.get(name, "").startswith("vi") for name in ENGLISH)
    if vietnamese or not _one_at_a_time.acquire(blocking=False):
        return start_anew(*arguments, environment=environment, stdin=stdin, timeout=timeout)
    try:
        return _forked(arguments, environment, stdin, timeout)
    finally:
        _one_at_a_time.release()


def start_anew(
    *arguments: str, environment: Mapping[str, str], stdin: str = "", timeout: float = PATIENCE
) -> Ran:
    """By a Python that has imported nothing yet."""
    command = [sys.executable, "-m", "lantoa", *arguments]
    return subprocess.run(
        command,
        env=environment,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        start_new_session=True,
    )


def _forked(arguments: tuple[str, ...], environment: Mapping[str, str], stdin: str, timeout: float) -> Ran:
    server = _server()
    with TemporaryDirectory(prefix="lantoa-command-") as folder:
        given, out, err = streams = [Path(folder) / name for name in ("in", "out", "err")]
        for path in streams:
            path.write_text(stdin if path is given else "", "utf-8")
        request = {
            "arguments": arguments,
            "environment": dict(environment),
            "streams": [str(path) for path in streams],
        }
        server.stdin.write(f"{json.dumps(request)}\n")
        pid = int(server.stdout.readline())
        try:
            if not select.select([server.stdout], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(["lantoa", *arguments], timeout)
        except BaseException:
            os.killpg(pid, signal.SIGKILL)
            server.stdout.readline()
            raise
        status = int(server.stdout.readline())
        return subprocess.CompletedProcess(
            ["lantoa", *arguments], status, out.read_text("utf-8"), err.read_text("utf-8")
        )


@cache
def _server() -> subprocess.Popen[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.forked"],
        cwd=Path(__file__).parents[1],
        env=os.environ | ENGLISH,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    atexit.register(server.communicate)  # it ends with its input
    return server
