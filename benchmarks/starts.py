"""Measures start-up times and resident memory: the broker, a worker until it joins its group, a command."""

import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median

import psutil

from config.settings import load_settings
from lantoa.broker import ensure_topics, start_broker
from lantoa.broker.admin import open_admin
from lantoa.process.supervisor import Supervised
from lantoa.runtime.consumer_lag import has_workers

ROUNDS = 3


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lantoa-bench-") as folder:
        settings = load_settings(data_dir=Path(folder), kafka_bootstrap_servers="")
        start_broker(settings).stop()  # this formats the log; the others are warm starts
        brokers, workers, memory = [], [], {}
        for _ in range(ROUNDS):
            began = time.perf_counter()
            with start_broker(settings) as broker:
                brokers.append(time.perf_counter() - began)
                ensure_topics(settings, broker.bootstrap)
                ours = settings.model_copy(update={"kafka_bootstrap_servers": broker.bootstrap})
                time.sleep(7)  # the last worker's place in the group expires
                began = time.perf_counter()
                with Supervised("worker", ["worker"], ours):
                    while not has_workers(partial(open_admin, ours, broker.bootstrap)):
                        time.sleep(0.05)
                    workers.append(time.perf_counter() - began)
                    memory = {"broker": broker.pid, "worker": _worker()}
                    memory = {
                        name: psutil.Process(pid).memory_info().rss / 1e6 for name, pid in memory.items()
                    }
        commands = [_timed([sys.executable, "-m", "lantoa", "settings"]) for _ in range(ROUNDS)]
    print(f"\nstart-up, median of {ROUNDS}")
    print(
        f"  broker, warm, until it answers   {median(brokers):5.2f} s   {memory['broker']:4.0f} MB resident"
    )
    print(
        f"  worker, until it takes part      {median(workers):5.2f} s   {memory['worker']:4.0f} MB resident"
    )
    print(f"  lantoa settings                  {median(commands):5.2f} s")


def _worker() -> int:
    for process in psutil.Process().children(recursive=True):
        if process.cmdline()[1:4] == ["-m", "lantoa", "worker"]:
            return process.pid
    raise LookupError("no worker below this process")


def _timed(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
