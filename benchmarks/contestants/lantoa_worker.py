"""Our own worker: run_worker with agents that do the benchmark's work, or, for real stages, the real agents."""

import os
import signal
import sys
from collections.abc import AsyncIterable, Callable
from pathlib import Path

from benchmarks.work import Job, Ledger, Meter, classify, encode, read_job
from config.settings import load_settings
from models.messages.topics import Topic
from stream_apps.app import LantoaApp
from stream_apps.batch_producer import BatchProducer, Outgoing
from stream_apps.transport import Batch
from stream_apps.worker import run_worker


class Agents:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.meter = Meter(job.number)
        self.ledger = Ledger(job.database)
        self.source = Topic(job.source, "id", None, "the bench", "delete")
        self.target = Topic(job.target, "id", None, "a contestant", "delete")

    def consume(self, app: LantoaApp, _batch_producer: BatchProducer) -> None:
        @app.agent(app.batches(self.source), name="consume")
        async def agent(stream: AsyncIterable[Batch]) -> None:
            async for batch in stream:
                self.meter.first()
                for record in batch.records:
                    classify(record.value)
                self.finish(batch)

    def produce(
        self, app: LantoaApp, batch_producer: BatchProducer, then: Callable[[Batch], None] | None = None
    ) -> None:
        done = then or self.finish

        @app.agent(app.batches(self.source), name="produce")
        async def agent(stream: AsyncIterable[Batch]) -> None:
            async for batch in stream:
                self.meter.first()
                decided = [
                    Outgoing(self.target, record.key, encode(classify(record.value)), [])
                    for record in batch.records
                ]
                await batch_producer.send(decided, then=lambda batch=batch: done(batch))

    def sqlite(self, app: LantoaApp, _batch_producer: BatchProducer, topic: Topic | None = None) -> None:
        @app.agent(app.batches(topic or self.source), name="sqlite")
        async def agent(stream: AsyncIterable[Batch]) -> None:
            async for batch in stream:
                self.meter.first()
                results = [classify(record.value) for record in batch.records]
                self.ledger.upsert(results)
                self.finish(batch)

    def end_to_end(self, app: LantoaApp, batch_producer: BatchProducer) -> None:
        self.produce(app, batch_producer, then=Batch.acknowledge)
        self.sqlite(app, batch_producer, self.target)

    def finish(self, batch: Batch) -> None:
        batch.acknowledge()
        if self.meter.add(len(batch.records)):
            self.meter.finish()
            os.kill(os.getpid(), signal.SIGTERM)


def main() -> int:
    job = read_job()
    agents = Agents(job)
    stages = {
        "consume": agents.consume,
        "produce": agents.produce,
        "sqlite": agents.sqlite,
        "end-to-end": agents.end_to_end,
    }
    bootstrap, folder = job.kafka()["bootstrap.servers"], Path(job.account).parents[1]
    settings = load_settings(log_level="WARNING", data_dir=folder, kafka_bootstrap_servers=bootstrap)
    return run_worker(settings, bootstrap, stages[job.stage], group=job.group)


if __name__ == "__main__":
    sys.exit(main())
