"""Quix Streams in its own idiom: a streaming data frame, bytes in and out, a batching sink, a checkpoint a second."""

import tempfile

from quixstreams import Application
from quixstreams.kafka import ConnectionConfig
from quixstreams.sinks.base import BatchingSink, SinkBatch

from benchmarks.work import Job, Ledger, Meter, WorkResult, classify, encode, read_job

CHUNK = 500


class LedgerSink(BatchingSink):
    def __init__(self, job: Job, meter: Meter, app: Application) -> None:
        super().__init__()
        self.ledger = Ledger(job.database)
        self.meter = meter
        self.app = app

    def write(self, batch: SinkBatch) -> None:
        for chunk in batch.iter_chunks(CHUNK):
            results = [item.value for item in chunk]
            self.ledger.upsert(results)
            if self.meter.add(len(results)):
                self.app.stop()


def main() -> None:
    job = read_job()
    meter = Meter(job.number)

    def work(value: bytes) -> WorkResult:
        meter.first()
        return classify(value)

    with tempfile.TemporaryDirectory() as folder:
        app = Application(
            broker_address=ConnectionConfig.from_librdkafka_dict(job.kafka()),
            consumer_group=job.group,
            auto_offset_reset="earliest",
            commit_interval=1.0,
            producer_extra_config={"acks": "all", "enable.idempotence": True, "compression.type": "lz4"},
            state_dir=folder,
            auto_create_topics=False,
            loglevel="WARNING",
        )
        source = app.topic(job.source, value_deserializer="bytes")
        target = app.topic(job.target, value_serializer="bytes", value_deserializer="bytes")
        if job.stage == "consume":
            app.dataframe(source).update(work)
        elif job.stage == "sqlite":
            app.dataframe(source).apply(work).sink(LedgerSink(job, meter, app))
        else:
            app.dataframe(source).apply(lambda value: encode(work(value))).to_topic(target)
        if job.stage == "end-to-end":
            app.dataframe(target).apply(work).sink(LedgerSink(job, meter, app))
        if job.stage in {"consume", "produce"}:
            app.run(count=job.number, collect=False)
            meter.add(job.number)
        else:
            app.run(collect=False)
        meter.finish()


if __name__ == "__main__":
    main()
