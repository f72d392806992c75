"""Reads `lantoa.tallies` from its beginning, keeps the latest row of every cell, and prints them as JSON lines.

    python examples/tail_tallies.py reader.properties

The file says where the brokers are and who asks, in Kafka's own form; `lantoa up` writes one for readers, kafka/reader.properties
in its data folder. Needs kafka-python alone, nothing of Lan tỏa. Without the end of the loop, it would go on
with every change.
"""

import logging
import sys
from pathlib import Path

from kafka import KafkaConsumer, TopicPartition

logging.getLogger("kafka").setLevel(
    logging.ERROR
)  # it warns of passwords in the clear, which SCRAM does not send
lines = Path(sys.argv[1]).read_text().splitlines()
stated = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
consumer = KafkaConsumer(
    bootstrap_servers=stated["bootstrap.servers"].split(","),
    security_protocol=stated.get("security.protocol", "PLAINTEXT"),
    sasl_mechanism=stated.get("sasl.mechanism"),
    sasl_plain_username=stated.get("sasl.username"),
    sasl_plain_password=stated.get("sasl.password"),
    enable_auto_commit=False,
    isolation_level="read_committed",
)
partitions = [
    TopicPartition("lantoa.tallies", p) for p in consumer.partitions_for_topic("lantoa.tallies") or ()
]
consumer.assign(partitions)
consumer.seek_to_beginning()
ends = consumer.end_offsets(partitions)
cells: dict[bytes, bytes] = {}
while any(consumer.position(partition) < ends[partition] for partition in partitions):
    for records in consumer.poll(timeout_ms=1000).values():
        for record in records:
            if record.value is None:  # the cell is empty now
                cells.pop(record.key, None)
            else:
                cells[record.key] = record.value
for key in sorted(cells):
    sys.stdout.write(cells[key].decode() + "\n")
consumer.close()
