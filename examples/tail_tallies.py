"""Reads `lantoa.tallies` from its beginning, keeps the latest row of every cell, and prints them as JSON lines.

    python examples/tail_tallies.py localhost:9092

Needs kafka-python alone, nothing of Lan tỏa. Without the `break`, it would go on with every change.
"""

import sys

from kafka import KafkaConsumer, TopicPartition

consumer = KafkaConsumer(
    bootstrap_servers=sys.argv[1], enable_auto_commit=False, isolation_level="read_committed"
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
