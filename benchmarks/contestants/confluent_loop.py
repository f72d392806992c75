"""The baseline: a loop as one writes it by hand with confluent-kafka. Offsets are committed after the work."""

import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer

from benchmarks.work import Job, Ledger, Meter, classify, encode, read_job

COMMIT_SECONDS = 1.0


class Loop:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.meter = Meter(job.number)
        self.ledger = Ledger(job.database)
        options = job.kafka()
        self.consumer = Consumer(
            {**options, "group.id": job.group, "auto.offset.reset": "earliest", "enable.auto.commit": False}
        )
        self.producer = Producer(
            {**options, "acks": "all", "enable.idempotence": True, "compression.type": "lz4", "linger.ms": 5}
        )

    def run(self) -> None:
        topics = [self.job.source, self.job.target] if self.job.stage == "end-to-end" else [self.job.source]
        self.consumer.subscribe(topics)
        handle = {
            "consume": self.consume,
            "produce": self.produce,
            "sqlite": self.sqlite,
            "end-to-end": self.both,
        }[self.job.stage]
        next_commit = time.monotonic() + COMMIT_SECONDS
        complete = False
        while not complete:
            messages = self.consumer.consume(500, 0.1)
            if messages:
                self.meter.first()
                complete = self.meter.add(handle(messages))
            if messages and (complete or time.monotonic() > next_commit):
                self.producer.flush()
                self.consumer.commit(asynchronous=False)
                next_commit = time.monotonic() + COMMIT_SECONDS
        self.meter.finish()
        self.consumer.close()

    def consume(self, messages: list[Message]) -> int:
        for message in messages:
            classify(message.value())
        return len(messages)

    def produce(self, messages: list[Message]) -> int:
        for message in messages:
            self.producer.produce(
                self.job.target, encode(classify(message.value())), message.key(), on_delivery=raise_refused
            )
        self.producer.poll(0)
        return len(messages)

    def sqlite(self, messages: list[Message]) -> int:
        self.ledger.upsert([classify(message.value()) for message in messages])
        return len(messages)

    def both(self, messages: list[Message]) -> int:
        self.produce([message for message in messages if message.topic() == self.job.source])
        return self.sqlite([message for message in messages if message.topic() == self.job.target])


def raise_refused(error: KafkaError | None, _message: Message) -> None:
    """Without it the loop would commit the offsets of messages that the brokers refused."""
    if error is not None:
        raise KafkaException(error)


if __name__ == "__main__":
    Loop(read_job()).run()
