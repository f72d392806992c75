"""Whatever ends the process that started a broker, no Java stays behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from config.errors import AlreadyRunning
from config.settings import Settings
from lantoa.broker import running_bootstrap, start_broker

OWNER = """
import signal, sys, time
from pathlib import Path
from config.settings import load_settings
from lantoa.broker import start_broker
if sys.argv[2] == "deaf":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
with start_broker(load_settings(data_dir=Path(sys.argv[1]), kafka_bootstrap_servers="")) as broker:
    print(broker.pid, broker.bootstrap, flush=True)
    time.sleep(600)
"""


class Owner:
    """Another process with a broker, in a process group of its own as a shell would give it."""

    def __init__(self, settings: Settings, manner: str) -> None:
        command = [sys.executable, "-c", OWNER, str(settings.data_dir), manner]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
        assert self.process.stdout is not None
        pid, self.bootstrap = self.process.stdout.readline().decode().split()
        self.java = psutil.Process(int(pid))

    def ctrl_c(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def deaf(fresh_settings: Settings) -> Iterator[Owner]:
    owner = Owner(fresh_settings, "deaf")
    yield owner
    owner.close()


@pytest.fixture
def hearing(fresh_settings: Settings) -> Iterator[Owner]:
    owner = Owner(fresh_settings, "hearing")
    yield owner
    owner.close()


def test_killed_owner(fresh_settings: Settings, deaf: Owner) -> None:
    assert running_bootstrap(fresh_settings) == deaf.bootstrap
    with pytest.raises(AlreadyRunning) as refused:
        start_broker(fresh_settings)
    assert refused.value.pid == deaf.process.pid

    deaf.ctrl_c()  # reaches the owner, who does not mind, and must not reach Java
    time.sleep(1)
    assert deaf.java.is_running()
    assert deaf.java.status() != psutil.STATUS_ZOMBIE

    deaf.process.kill()
    deaf.process.wait()
    said: list[str] = []
    with start_broker(fresh_settings, progress=said.append) as successor:  # at once: it waits for the orphan
        assert not deaf.java.is_running()
        assert successor.bootstrap == deaf.bootstrap
    assert said == ["Waiting for the broker of the last run to end"]


def test_ctrl_c_twice(hearing: Owner) -> None:
    hearing.ctrl_c()
    time.sleep(0.1)
    hearing.ctrl_c()
    hearing.process.wait(15)
    psutil.wait_procs([hearing.java], timeout=15)
    assert not hearing.java.is_running()


def test_an_owner_that_is_killed_while_kafka_formats_its_folder(fresh_settings: Settings) -> None:
    """Java goes on formatting, beside the next start."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(fresh_settings.data_dir), "hearing"])
    java = formatting(psutil.Process(owner.pid))
    owner.kill()
    owner.wait()
    with start_broker(fresh_settings) as successor:
        assert running_bootstrap(fresh_settings) == successor.bootstrap
    psutil.wait_procs([java], timeout=30)


def formatting(owner: psutil.Process) -> psutil.Process:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for child in owner.children():
            with suppress(psutil.NoSuchProcess):
                if "kafka.tools.StorageTool" in child.cmdline():
                    return child
        time.sleep(0.01)
    raise AssertionError("nothing was formatted")
