"""Bytewax in its own idiom: a dataflow on one worker. It commits no Kafka offsets, and its recovery store is off."""

import os
from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSinkMessage, KafkaSourceMessage
from bytewax.connectors.kafka import operators as kop
from bytewax.dataflow import Dataflow
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.testing import run_main

from benchmarks.work import Job, Ledger, Meter, WorkResult, classify, encode, read_job

PRODUCER = {"acks": "all", "enable.idempotence": "true", "compression.type": "lz4", "linger.ms": "5"}


class LedgerPartition(StatelessSinkPartition):
    def __init__(self, job: Job, meter: Meter, last: bool) -> None:
        self.ledger = Ledger(job.database)
        self.meter = meter
        self.last = last

    def write_batch(self, items: list[WorkResult]) -> None:
        self.ledger.upsert(items)
        if self.meter.add(len(items)) and self.last:
            self.meter.finish()
            os._exit(0)  # a flow that waits for more has no other end


class LedgerSink(DynamicSink):
    def __init__(self, job: Job, meter: Meter, last: bool) -> None:
        self.arguments = (job, meter, last)

    def build(self, _step_id: str, _worker_index: int, _worker_count: int) -> LedgerPartition:
        return LedgerPartition(*self.arguments)


class Counted(StatelessSinkPartition):
    def __init__(self, meter: Meter) -> None:
        self.meter = meter

    def write_batch(self, items: list[Any]) -> None:
        self.meter.add(len(items))


class CountingSink(DynamicSink):
    def __init__(self, meter: Meter) -> None:
        self.meter = meter

    def build(self, _step_id: str, _worker_index: int, _worker_count: int) -> Counted:
        return Counted(self.meter)


def main() -> None:
    job = read_job()
    meter = Meter(job.number)
    both = job.stage == "end-to-end"

    def work(message: KafkaSourceMessage) -> WorkResult:
        meter.first()
        return classify(message.value)

    def produce(message: KafkaSourceMessage) -> KafkaSinkMessage:
        return KafkaSinkMessage(message.key, encode(work(message)))

    flow = Dataflow("bench")
    account = job.kafka()
    brokers = [account.pop("bootstrap.servers")]
    reading = {"brokers": brokers, "batch_size": 500, "add_config": account}
    source = kop.input("in", flow, topics=[job.source], tail=both, **reading).oks
    if job.stage == "consume":
        op.output("count", op.map("work", source, work), CountingSink(meter))
    elif job.stage == "sqlite":
        op.output("ledger", op.map("work", source, work), LedgerSink(job, meter, last=False))
    else:
        made = op.map("work", source, produce)
        kop.output("out", made, brokers=brokers, topic=job.target, add_config={**PRODUCER, **account})
    if job.stage == "produce":
        op.output("count", made, CountingSink(meter))
    if both:
        target = kop.input("back", flow, topics=[job.target], tail=True, **reading).oks
        op.output("ledger", op.map("again", target, work), LedgerSink(job, meter, last=True))
    run_main(flow)
    meter.finish()


if __name__ == "__main__":
    main()
