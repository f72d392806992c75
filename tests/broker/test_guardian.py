"""The guardian with small Python children: what ends, when, and with which status."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from lantoa.process.guardian import end_guarded, spawn_guarded

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, lambda *_: print('no', flush=True));"
    "print('up', flush=True)\nwhile True: time.sleep(1)"
)
FAMILY = (
    f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]);"
    "time.sleep(0.3); sys.exit(0)"
)
Keep = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def keep() -> Iterator[Keep]:
    started: list[subprocess.Popen[bytes]] = []

    def start(code: str) -> subprocess.Popen[bytes]:
        kept = spawn_guarded([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        started.append(kept)
        return kept

    yield start
    for kept in started:
        end_guarded(kept, 0.1)
        if kept.stdout:
            kept.stdout.close()


def line(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().decode().strip()


def child_of(guardian: subprocess.Popen[bytes]) -> psutil.Process:
    (child,) = psutil.Process(guardian.pid).children()
    return child


def ends(process: psutil.Process, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:  # it ended between the two questions
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("raise SystemExit(0)", 0),
        ("raise SystemExit(7)", 7),
        ("import os; os.kill(os.getpid(), 9)", 128 + 9),
    ],
)
def test_exits_as_the_child_does(keep: Keep, code: str, status: int) -> None:
    assert keep(code).wait(10) == status


def test_a_command_that_does_not_exist() -> None:
    kept = spawn_guarded(["/no/such/command"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, said = kept.communicate(timeout=10)
    assert kept.returncode == 127
    assert said == b"/no/such/command: No such file or directory\n"


def test_runs_as_a_module_too() -> None:
    command = [
        sys.executable,
        "-m",
        "lantoa.process.guardian",
        "--",
        sys.executable,
        "-c",
        "raise SystemExit(3)",
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as kept:
        assert kept.wait(10) == 3


def test_the_child_has_a_session_of_its_own(keep: Keep) -> None:
    kept = keep(SLEEPER)
    assert line(kept) == "up"
    child = child_of(kept)
    assert len({os.getsid(0), os.getsid(kept.pid), os.getsid(child.pid)}) == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_hands_a_signal_on(keep: Keep, number: signal.Signals) -> None:
    kept = keep(SLEEPER)
    assert line(kept) == "up"
    kept.send_signal(number)
    assert kept.wait(10) in {128 + number, 1}  # Python ends of SIGINT with a traceback


def test_hands_it_on_once(keep: Keep) -> None:
    kept = keep(STUBBORN)
    assert line(kept) == "up"
    kept.terminate()
    assert line(kept) == "no"
    kept.terminate()
    time.sleep(0.3)
    child_of(kept).kill()
    assert kept.wait(10) == 128 + signal.SIGKILL
    assert line(kept) == ""


def test_the_end_of_the_pipe_ends_the_child(keep: Keep) -> None:
    kept = keep(SLEEPER)
    assert line(kept) == "up"
    child = child_of(kept)
    assert kept.stdin is not None
    kept.stdin.close()
    assert ends(child)
    assert kept.wait(5) == 128 + signal.SIGTERM


def test_a_stubborn_child_is_killed_after_the_grace() -> None:
    code = f"import sys, lantoa.process.guardian as k; k.GRACE_SECONDS = 0.3; sys.exit(k.main([sys.executable, '-c', {STUBBORN!r}]))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as kept:
        assert line(kept) == "up"
        kept.stdin.close()
        assert kept.wait(10) == 128 + signal.SIGKILL


def test_grandchildren_do_not_stay(keep: Keep) -> None:
    kept = keep(FAMILY)
    assert line(kept) == "up"
    (grandchild,) = child_of(kept).children()
    assert kept.wait(10) == 0
    assert ends(grandchild)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's part is Linux's")
def test_a_killed_guardian_takes_the_child_along(keep: Keep) -> None:
    kept = keep(SLEEPER)
    assert line(kept) == "up"
    child = child_of(kept)
    kept.kill()
    assert ends(child)


def test_a_killed_parent_whose_fork_still_holds_the_pipe() -> None:
    parent = f"""
import os, subprocess, sys, time
from lantoa.process.guardian import spawn_guarded
kept = spawn_guarded([sys.executable, "-c", {SLEEPER!r}], stdout=None, stderr=None)
fork = os.fork()
if fork:
    print("fork", fork, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        said = sorted([line(process), line(process)])
        fork = psutil.Process(int(said[0].split()[1]))
        guardian = next(child for child in psutil.Process(process.pid).children() if child != fork)
        (child,) = guardian.children()
        process.kill()
        assert ends(child)
        assert ends(guardian)
        assert fork.is_running()
        fork.kill()
