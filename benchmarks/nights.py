"""A night of 400 outlets, beside other programs that an office could run: `python -m benchmarks.nights --help`.

Each outlet is a host of its own on the loopback with a feed of 20 new entries and their pages, 50 ms away; a host may
be asked once a second. On the second night the feeds are unchanged. The sites run in a process of their own, and so
does every contestant; Kafka is the embedded one and not included. Politeness is computed from the log of the sites.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.others import others_python
from benchmarks.sites import address
from benchmarks.work import Night
from config.settings import load_settings
from lantoa.broker import ensure_topics, start_broker
from models.kafka_options import embedded_account

REPOSITORY = Path(__file__).parent.parent
OUTLETS = 400
ENTRIES = 20
LATENCY = 0.05
DELAY = 1.0
SAMPLES = 0.5  # seconds between two samples of the memory


@dataclass(frozen=True, slots=True)
class Contestant:
    name: str
    module: str
    ours: bool = False
    delay: float = DELAY
    threads: int = 0


@dataclass(frozen=True, slots=True)
class NightFigures:
    seconds: float
    cpu: float
    items: int
    texts: int
    peak_mb: float
    asked: dict[str, Any]
    steps: dict[str, float] = field(default_factory=dict)  # processor seconds


def contestants(outlets: int, delay: float) -> tuple[Contestant, ...]:
    return (
        Contestant("Lan tỏa", "lantoa_night", ours=True, delay=delay),
        Contestant("a thread a host", "thread_night", delay=delay, threads=outlets),
        Contestant("Scrapy, polite", "scrapy_night", delay=delay),
        Contestant("32 threads, no pause", "thread_night", delay=0, threads=32),
    )


def main(outlets: int = OUTLETS, delay: float = DELAY, *, alone: bool = False) -> None:
    bound = delay * (ENTRIES + 1)  # robots.txt and the feed are one start, each page is one more
    print(
        f"\nNights: {outlets} outlets, {ENTRIES} entries each with a page, {LATENCY * 1000:g} ms away, a start every {delay:g} s "
        f"to a host: {bound:g} s at least"
    )
    print(f"{'':<24}{'night':<8}{'s':>7}{'cpu s':>8}{'of ours':>9}{'peak MB':>9}{'texts':>7}{'asked':>7}{'304':>6}"
          f"{'MB in':>7}{'gap s':>7}{'at once':>9}")  # fmt: skip
    ours: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="lantoa-bench-") as folder, sites(outlets) as served:
        feeds = [f"http://{address(n)}:{served.port}/rss" for n in range(outlets)]
        settings = load_settings(data_dir=Path(folder), kafka_bootstrap_servers="")
        with start_broker(settings) as broker:
            ensure_topics(settings, broker.bootstrap)
            for each in contestants(outlets, delay)[: 1 if alone else None]:
                place = Path(folder) / each.name.replace(" ", "-")
                lent = embedded_account(settings.model_copy(update={"data_dir": place}))
                lent.parent.mkdir(parents=True)
                shutil.copyfile(embedded_account(settings), lent)
                for night in ("first", "second"):
                    job = Night(feeds, str(place), broker.bootstrap, each.delay, each.threads)
                    found = spend(each, job, served)
                    ours.setdefault(night, found.cpu)
                    show(each.name, night, found, ours[night])


class Served:
    """The sites, in a process of their own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.port = int(self._line())

    def report(self) -> dict[str, Any]:
        """Returns what was requested since the last report."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._line())
        return found

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


@contextmanager
def sites(outlets: int) -> Iterator[Served]:
    command = [sys.executable, "-m", "benchmarks.sites", *map(str, (outlets, ENTRIES, LATENCY))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    ) as process:
        try:
            yield Served(process)
        finally:
            process.kill()


def spend(each: Contestant, job: Night, served: Served) -> NightFigures:
    python = sys.executable if each.ours else str(others_python())
    start = f"from benchmarks.contestants.{each.module} import main; main()"  # there is no main module that children would import again
    command = [python, "-c", start, json.dumps(job._asdict())]
    env = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=job.folder, env=env) as process:
        peak = _peak_mb(process)
        assert process.stdout
        output = process.stdout.read()
    if process.returncode:
        raise RuntimeError(f"{each.name} ended with status {process.returncode}")
    return NightFigures(**json.loads(output.splitlines()[-1]), peak_mb=peak, asked=served.report())


def show(name: str, night: str, found: NightFigures, ours: float) -> None:
    asked = found.asked
    gap = "" if asked["closest"] is None else f"{asked['closest']:.2f}"
    print(f"{name:<24}{night:<8}{found.seconds:>7.1f}{found.cpu:>8.1f}{found.cpu / ours:>9.2f}{found.peak_mb:>9.0f}"
          f"{found.texts:>7}{asked['requests']:>7}{asked['kinds'].get('304', 0):>6}{asked['megabytes']:>7.1f}"
          f"{gap:>7}{asked['at_once']:>9}", flush=True)  # fmt: skip
    if found.steps and found.texts:
        rest = found.cpu - sum(found.steps.values())
        spent = {**found.steps, "the rest": rest}
        each = ", ".join(f"{name} {1000 * seconds / found.texts:.2f}" for name, seconds in spent.items())
        print(f"{'':<24}ms a page: {1000 * found.cpu / found.texts:.2f}: {each}", flush=True)


def _peak_mb(process: subprocess.Popen[str]) -> float:
    """Samples until the process ends: the most that it and its children used at once, with shared memory counted
    once."""
    peak, whole = 0.0, psutil.Process(process.pid)
    while process.poll() is None:
        held = 0
        for each in (whole, *whole.children(recursive=True)):
            try:
                info = each.memory_full_info()
            except psutil.Error:
                continue
            held += getattr(info, "pss", info.rss)
        peak = max(peak, held / 1024**2)
        time.sleep(SAMPLES)
    return peak


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("outlets", nargs="?", type=int, default=OUTLETS)
    parser.add_argument("--delay", type=float, default=DELAY, help="seconds between two starts to one host")
    parser.add_argument("--alone", action="store_true", help="without the other programs")
    asked = parser.parse_args()
    main(asked.outlets, asked.delay, alone=asked.alone)
