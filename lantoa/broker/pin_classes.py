"""Writes kafka_classes.txt: `python -m lantoa.broker.pin_classes`, after pin_jars. This is a tool for developers.

It starts a broker, creates the topics, publishes a message and stops the broker; Java lists the classes that were
loaded.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from kafka import KafkaConsumer, KafkaProducer

from config.settings import Settings, load_settings
from lantoa.broker.class_archive import CLASSES
from lantoa.broker.start import start_broker
from lantoa.broker.topics import ensure_topics
from models.kafka_options import client_options
from models.messages.topics import DEAD_LETTERS, TOPICS


def main() -> int:
    with TemporaryDirectory() as folder:
        listed = Path(folder) / "classes"
        os.environ["JAVA_TOOL_OPTIONS"] = f"-Xshare:off -XX:DumpLoadedClassList={listed}"
        settings = load_settings(data_dir=Path(folder) / "data", kafka_bootstrap_servers="")
        with start_broker(settings) as broker:
            _use(settings, broker.bootstrap)
        names = {line.split()[0] for line in listed.read_text().splitlines() if line[:1] not in "@#"}
    CLASSES.write_text("".join(f"{name}\n" for name in sorted(names)))
    sys.stderr.write(f"{len(names)} classes in {CLASSES}\n")
    return 0


def _use(settings: Settings, bootstrap: str) -> None:
    """Does what happens every day: creates topics, publishes a message, and commits the offset of a group that reads
    it."""
    ensure_topics(settings, bootstrap, TOPICS)
    options = client_options(settings, bootstrap)
    with KafkaProducer(**options, acks="all") as producer:
        producer.send(DEAD_LETTERS.name, b"x").get(timeout=30)
    consumer = KafkaConsumer(
        DEAD_LETTERS.name, **options, group_id="pin-classes", auto_offset_reset="earliest"
    )
    next(consumer)
    consumer.commit()
    consumer.close()


if __name__ == "__main__":
    sys.exit(main())
