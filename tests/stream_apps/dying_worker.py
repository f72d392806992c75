"""A worker as a process of its own, run by the tests: it inserts ids into SQLite and dies of some of its messages.

Values are JSON `{"id": n, "do": …}`; what is done is named in DEEDS. Whole batches are done in the worker itself, single
records in a process of their own, as the real agents do.
"""

import faulthandler
import json
import os
import re
import sys
import time
from collections.abc import AsyncIterable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import text

from config.settings import Settings, load_settings
from models.database import make_engine, migrate, writing
from models.messages.topics import Topic
from stream_apps.app import LantoaApp
from stream_apps.batch_producer import BatchProducer, Outgoing
from stream_apps.careful import BegunPartitions, OneByOne
from stream_apps.dead_letters import NOT_OF_A_RECORD, Record, dead_letter
from stream_apps.record_process import Work
from stream_apps.transport import Batch
from stream_apps.worker import run_worker

WITHOUT_END = re.compile(r"(a|a)*b")


def grow() -> None:
    """What a worker without bounds runs into; the machine of the tests is spared."""
    raise MemoryError


DEEDS: dict[str, Callable[[], object]] = {
    "crash": faulthandler._sigsegv,
    "abort": os.abort,
    "exit": partial(os._exit, 7),
    "hang": partial(WITHOUT_END.fullmatch, "a" * 200),  # Python's lock is held all the time
    "sleep": partial(time.sleep, 3600),
    "memory": grow,
    "raise": partial(int, "không phải số"),
}


@dataclass(frozen=True)
class InsertOne:
    settings: Settings

    def __call__(self) -> Work:
        engine = make_engine(self.settings)

        def insert(record: Record) -> Sequence[Outgoing]:
            value = json.loads(record.value or b"")
            if do := value.get("do"):
                DEEDS[do]()
            with writing(engine) as connection:
                connection.execute(text("INSERT OR IGNORE INTO seen VALUES (:id)"), {"id": value["id"]})
            return []

        return insert


def main() -> int:
    job = json.loads(sys.argv[1])
    source = Topic(job["source"], "id", None, "the test", "delete")
    settings = load_settings(
        data_dir=Path(job["data_dir"]),
        database_url=f"sqlite:///{job['folder']}/book.db",
        watchdog_minutes=job["watchdog_minutes"],
        kafka_bootstrap_servers=job["bootstrap"],
    )
    engine = make_engine(settings)
    migrate(engine)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS seen (n INTEGER PRIMARY KEY)"))
    insert = InsertOne(settings)()

    def make_agents(app: LantoaApp, batch_producer: BatchProducer) -> None:
        limit = settings.watchdog_minutes * 60
        one_by_one = OneByOne(
            app, batch_producer, BegunPartitions(app, engine), InsertOne(settings), limit, waits=False
        )

        @app.agent(app.batches(source), name="insert")
        async def insert_all(stream: AsyncIterable[Batch]) -> None:
            async for batch in stream:
                if await one_by_one.took(batch):
                    continue
                await batch_producer.send_all(list(letters(insert, batch)))
                time.sleep(job["pause"])
                batch.acknowledge()

    return run_worker(settings, job["bootstrap"], make_agents, group=job["group"])


def letters(insert: Work, batch: Batch) -> list[Outgoing]:
    found = []
    for record in batch.records:
        try:
            insert(record)
        except NOT_OF_A_RECORD:
            raise
        except BaseException as error:
            found.append(dead_letter(record, error))
    return found


if __name__ == "__main__":
    sys.exit(main())
