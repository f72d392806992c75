"""One attempt to start a broker."""

import os
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress

import psutil

from config.errors import BrokerError
from config.settings import Settings
from lantoa.broker.broker_accounts import Accounts
from lantoa.broker.broker_files import BrokerFiles, rotate, tail
from lantoa.broker.command import environment
from lantoa.broker.holder import Holder, Process, forget_holder, write_holder
from lantoa.broker.ready import wait_until_ready
from lantoa.broker.running import RunningBroker
from lantoa.broker.storage import cluster_id
from lantoa.process.guardian import end_guarded, spawn_guarded

START_SECONDS = 120.0  # Kafka first recovers a log that was not closed, even on a slow disk
LOOK_AGAIN_SECONDS = 0.01


class PortTaken(Exception):
    """Another process took the port before Kafka listened on it."""


def launch(
    settings: Settings, files: BrokerFiles, command: Sequence[str], bootstrap: str, accounts: Accounts
) -> RunningBroker:
    """Starts the broker. Raises PortTaken, or BrokerError with the end of the broker's log."""
    rotate(files.log)
    with files.log.open("ab") as log:
        since = log.tell()
        guardian = spawn_guarded(
            command, stdout=log, stderr=subprocess.STDOUT, env=environment(), cwd=files.home
        )
    try:
        broker = RunningBroker(guardian, _child_of(guardian), bootstrap, files.holder)
        _bring_up(settings, broker, files, accounts, since)
    except BaseException:  # Ctrl-C too
        end_guarded(guardian)
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


def _child_of(guardian: subprocess.Popen[bytes]) -> Process:
    """Returns the broker's process, or that of the guardian if it ended without a child; the log then has
    the reason."""
    itself = Process.of(guardian.pid)  # the id is not used again before the child was waited for
    while guardian.poll() is None:
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(guardian.pid).children():
                return Process.of(child.pid)
        time.sleep(LOOK_AGAIN_SECONDS)
    return itself


def _failure(broker: RunningBroker, files: BrokerFiles, since: int) -> Exception:
    said = tail(files.log, since)
    if "Address already in use" in said:
        return PortTaken()
    what = f"did not answer within {START_SECONDS:.0f} s" if broker.alive() else "ended while it started"
    return BrokerError(f"Kafka {what}. Its log, {files.log}, ends with:\n{said}")
