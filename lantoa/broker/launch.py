"""One attempt to bring a broker up."""

import os
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress

import psutil

from config.errors import BrokerError
from config.settings import Settings
from lantoa.broker.accounts import Accounts
from lantoa.broker.command import environment
from lantoa.broker.files import BrokerFiles, rotate, tail
from lantoa.broker.holder import Holder, Process, forget_holder, write_holder
from lantoa.broker.ready import wait_until_ready
from lantoa.broker.running import RunningBroker
from lantoa.broker.storage import cluster_id
from lantoa.process.guardian import end_kept, spawn_kept

START_SECONDS = 120.0  # a log that was not closed is recovered first, on whatever disk there is
LOOK_AGAIN_SECONDS = 0.01


class PortTaken(Exception):
    """Between the choice of a port and Kafka's own listening, another process took it."""


def launch(
    settings: Settings, files: BrokerFiles, command: Sequence[str], bootstrap: str, accounts: Accounts
) -> RunningBroker:
    """Raises PortTaken, or BrokerError with what the broker said last."""
    rotate(files.log)
    with files.log.open("ab") as log:
        since = log.tell()
        keeper = spawn_kept(command, stdout=log, stderr=subprocess.STDOUT, env=environment(), cwd=files.home)
    try:
        broker = RunningBroker(keeper, _child_of(keeper), bootstrap, files.holder)
        _bring_up(settings, broker, files, accounts, since)
    except BaseException:  # Ctrl-C too
        end_kept(keeper)
        forget_holder(files.holder)
        raise
    return broker


def _bring_up(
    settings: Settings, broker: RunningBroker, files: BrokerFiles, accounts: Accounts, since: int
) -> None:
    holder = Holder(Process.of(os.getpid()), broker.process, broker.bootstrap)
    write_holder(holder, files.holder)
    cluster = cluster_id(files)
    if not wait_until_ready(
        settings, broker.bootstrap, cluster, accounts, alive=broker.alive, seconds=START_SECONDS
    ):
        raise _failure(broker, files, since)
    write_holder(holder.now_ready(), files.holder)


def _child_of(keeper: subprocess.Popen[bytes]) -> Process:
    """The keeper's own process if it ended without a child: then it says so in the log."""
    itself = Process.of(keeper.pid)  # a child that was not waited for keeps its id
    while keeper.poll() is None:
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(keeper.pid).children():
                return Process.of(child.pid)
        time.sleep(LOOK_AGAIN_SECONDS)
    return itself


def _failure(broker: RunningBroker, files: BrokerFiles, since: int) -> Exception:
    said = tail(files.log, since)
    if "Address already in use" in said:
        return PortTaken()
    what = f"did not answer within {START_SECONDS:.0f} s" if broker.alive() else "ended while it started"
    return BrokerError(f"Kafka {what}. Its log, {files.log}, ends with:\n{said}")
