"""Our workers beside a hand-written confluent-kafka loop, Quix Streams and Bytewax, all doing the same work.

Stages: consume; consume, classify and produce; consume and upsert into SQLite with its tally; and end to end, from
publishing to persisted. Rounds are interleaved; a figure is the median over rounds, a ratio the median of the ratios
to the loop of the same round. On a shared machine, `best` (the ratio of the best rounds) is more reliable.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from benchmarks.others import others_python
from benchmarks.work import Job, make_item
from config.settings import Settings, load_settings
from lantoa.broker import start_broker
from models.kafka_options import confluent_options, embedded_account

REPOSITORY = Path(__file__).parent.parent
NUMBER = 60_000
PARTITIONS = 4
ROUNDS = 7
STAGES = ("consume", "produce", "sqlite", "end-to-end")
LOOP, OURS = "confluent_loop", "lantoa_worker"
CONTESTANTS = (LOOP, OURS, "quix_streams", "bytewax_flow")
TIMEOUT_SECONDS = 180.0
WORK = ("classify", "encode", "upsert")
PARTS = (*WORK, "around", "waiting")


@dataclass(frozen=True, slots=True)
class Figure:
    rate: float  # items a second, from the first record, or from publishing, to the last durable
    start: float  # seconds from the start of the process to its first record
    peak_mb: float
    parts: Mapping[str, float]  # where the time of an item went, in microseconds


def main(
    rounds: int = ROUNDS, number: int = NUMBER, stages: Sequence[str] = STAGES
) -> dict[str, dict[str, list[Figure]]]:
    """Prints the table; returns stage → contestant → one figure a round."""
    with tempfile.TemporaryDirectory(prefix="lantoa-bench-") as folder:
        settings = load_settings(data_dir=Path(folder), kafka_bootstrap_servers="")
        with start_broker(settings, progress=print) as broker:
            bench = Bench(settings, broker.bootstrap, number)
            bench.publish(bench.items, number)
            found: dict[str, dict[str, list[Figure]]] = {
                stage: {name: [] for name in CONTESTANTS} for stage in stages
            }
            for turn in range(rounds):
                for stage in stages:
                    for name in rotated(turn):
                        found[stage][name].append(bench.run(name, stage))
                        show_progress(turn, stage, name, found[stage][name][-1])
    print_table(found, number)
    return found


def rotated(turn: int) -> tuple[str, ...]:
    first = turn % len(CONTESTANTS)
    return CONTESTANTS[first:] + CONTESTANTS[:first]


class Bench:
    def __init__(self, settings: Settings, bootstrap: str, number: int) -> None:
        self.folder, self.number = settings.data_dir, number
        self.account = str(embedded_account(settings))
        self._options = confluent_options(settings, bootstrap)
        self._admin = AdminClient(self._options)
        self._runs = 0
        self.items = self._new_topic("items")

    def run(self, name: str, stage: str) -> Figure:
        self._runs += 1
        whole = stage == "end-to-end"
        source = self._new_topic(f"source-{self._runs}") if whole else self.items
        target = self._new_topic(f"target-{self._runs}")
        database = str(self.folder / f"{self._runs}.db")
        primer = PARTITIONS if whole else 0
        number = self.number + primer
        job = Job(stage, self.account, source, target, f"group-{self._runs}", number, database)
        if whole:
            self.publish(source, primer, first=self.number)
        began = time.time()
        with process(name, job, self.folder) as child:
            wait_first(child)
            published = time.time()
            if whole:
                self.publish(source, self.number)
            report = read_report(child)
        for topic in {source, target} - {self.items}:
            self._admin.delete_topics([topic])[topic].result()
        if report["records"] != number:
            raise RuntimeError(f"{name} handled {report['records']} of {number}")
        seconds = report["last"] - (published if whole else report["first"])
        return Figure(
            self.number / seconds,
            report["first"] - began,
            report["peak_mb"],
            parts_of(report, seconds, number),
        )

    def publish(self, topic: str, number: int, first: int = 0) -> None:
        producer = Producer({**self._options, "compression.type": "lz4", "linger.ms": 20, "log_level": 0})
        for i in range(first, first + number):
            while True:
                try:
                    producer.produce(topic, make_item(i), f"{i:016x}", partition=i % PARTITIONS)
                    break
                except BufferError:
                    producer.poll(0.1)
        producer.flush()

    def _new_topic(self, name: str) -> str:
        self._admin.create_topics([NewTopic(name, PARTITIONS, 1)])[name].result()
        return name


@contextmanager
def process(name: str, job: Job, folder: Path) -> Iterator[subprocess.Popen[str]]:
    python = sys.executable if name in (LOOP, OURS) else str(others_python())
    with (folder / "errors.log").open("w+") as errors:
        child = subprocess.Popen(
            [python, "-m", f"benchmarks.contestants.{name}", json.dumps(job._asdict())],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        )
        try:
            yield child
            if child.wait(TIMEOUT_SECONDS) != 0:
                raise RuntimeError(f"{name} ended with status {child.returncode}")
        except Exception:
            errors.seek(0)
            sys.stderr.write(errors.read()[-4000:])
            raise
        finally:
            child.kill()
            child.wait()
            if child.stdout:
                child.stdout.close()


def wait_first(child: subprocess.Popen[str]) -> None:
    assert child.stdout
    for line in child.stdout:
        if line.strip() == "first":
            return
    raise RuntimeError("ended before its first record")


def read_report(child: subprocess.Popen[str]) -> dict[str, float]:
    assert child.stdout
    for line in child.stdout:
        if line.startswith("{"):
            report: dict[str, float] = json.loads(line)
            return report
    raise RuntimeError("ended without a report")


def parts_of(report: Mapping[str, float], seconds: float, number: int) -> dict[str, float]:
    """Splits the time from the first record (end to end: from publishing) into the work that all do with the same code,
    the processor time of the client and its framework around it, and waiting for brokers and others. Threads of a client
    may run beside the work, so `waiting` is never less than zero and the parts may exceed the whole."""
    work = {part: report.get(part, 0.0) for part in WORK}
    around = report["cpu"] - sum(work.values())
    parts = {**work, "around": around, "waiting": max(seconds - report["cpu"], 0.0)}
    return {part: spent / number * 1e6 for part, spent in parts.items()}


def show_progress(turn: int, stage: str, name: str, figure: Figure) -> None:
    print(f"round {turn + 1}  {stage:<11} {name:<15} {figure.rate:>8,.0f}/s", file=sys.stderr, flush=True)


def print_table(found: dict[str, dict[str, list[Figure]]], number: int) -> None:
    print(f"\nStreams: {number:,} items of 2 KB, {PARTITIONS} partitions, one process each")
    print(
        f"{'stage':<12}{'':<16}{'items/s':>10}{'ratio':>8}{'range':>12}{'best':>7}{'start s':>9}{'peak MB':>9}"
    )
    for stage, contestants in found.items():
        for name, figures in contestants.items():
            ratios = [f.rate / loop.rate for f, loop in zip(figures, contestants[LOOP], strict=True)]
            spread = f"{min(ratios):.2f}-{max(ratios):.2f}"
            rate = median(f.rate for f in figures)
            best = max(f.rate for f in figures) / max(f.rate for f in contestants[LOOP])
            start = median(f.start for f in figures)
            peak = median(f.peak_mb for f in figures)
            print(f"{stage:<12}{name:<16}{rate:>10,.0f}{median(ratios):>8.2f}{spread:>12}{best:>7.2f}"
                  f"{start:>9.2f}{peak:>9.0f}")  # fmt: skip
    print("\nWhere the time goes, microseconds an item (median): work that all share, then what each adds")
    print(f"{'stage':<12}{'':<16}" + "".join(f"{part:>10}" for part in PARTS))
    for stage, contestants in found.items():
        for name, figures in contestants.items():
            medians = (median(figure.parts[part] for figure in figures) for part in PARTS)
            print(f"{stage:<12}{name:<16}" + "".join(f"{spent:>10.1f}" for spent in medians))


if __name__ == "__main__":
    main()
