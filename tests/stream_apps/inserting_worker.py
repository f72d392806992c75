"""A worker as a process of its own, run by the tests: inserts ids into SQLite, counts deliveries, misbehaves on order.

Values are JSON `{"id": n}`; other bytes are poison. `{"id": n, "do": "raise" | "hang" | "block" | "wait"}` does that, once the
file `armed` stands beside the database (a restarted worker goes on when the test has removed it).
"""

import asyncio
import json
import sqlite3
import sys
import time
from pathlib import Path

from config.errors import MessageError
from config.settings import load_settings
from models.messages.topics import Topic
from stream_apps.app import LantoaApp
from stream_apps.batch_producer import BatchProducer, Outgoing
from stream_apps.dead_letters import dead_letter
from stream_apps.transport import Batch
from stream_apps.worker import run_worker


def main() -> int:
    job = json.loads(sys.argv[1])
    source = Topic(job["source"], "id", None, "the test", "delete")
    target = Topic(job["target"], "id", None, "this worker", "delete") if job["target"] else None
    book = Book(Path(job["folder"]))

    def make_agents(app: LantoaApp, batch_producer: BatchProducer) -> None:
        @app.agent(app.batches(source), name="insert")
        async def insert(stream) -> None:
            async for batch in stream:
                aside = await work(app, book, batch)
                await asyncio.sleep(job["pause"])
                sent = [Outgoing(target, r.key, r.value, []) for r in batch.records] if target else []
                await batch_producer.send([*aside, *sent], then=batch.acknowledge)

    settings = load_settings(data_dir=Path(job["data_dir"]), watchdog_minutes=job["watchdog_minutes"])
    return run_worker(settings, job["bootstrap"], make_agents, group=job["group"])


class Book:
    def __init__(self, folder: Path) -> None:
        self.armed = folder / "armed"
        self._connection = sqlite3.connect(folder / "book.db", timeout=30, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS seen (n INTEGER PRIMARY KEY, place TEXT, times INTEGER, at REAL)"
        )
        self._connection.execute("CREATE TABLE IF NOT EXISTS deliveries (place TEXT, offset INTEGER)")
        self._connection.commit()

    def insert(self, place: str, rows: list[tuple[int, int]]) -> None:
        with self._connection:
            self._connection.executemany(
                "INSERT INTO seen VALUES (?, ?, 1, ?) ON CONFLICT (n) DO UPDATE SET times = times + 1",
                [(number, place, time.time()) for number, _ in rows],
            )
            self._connection.executemany(
                "INSERT INTO deliveries VALUES (?, ?)", [(place, offset) for _, offset in rows]
            )


async def work(app: LantoaApp, book: Book, batch: Batch) -> list[Outgoing]:
    """The dead letters of the batch."""
    rows, aside = [], []
    for record in batch.records:
        try:
            value = json.loads(record.value)
        except ValueError as error:
            aside.append(dead_letter(record, MessageError("not-json", str(error))))
            continue
        rows.append((value["id"], record.offset))
        if "do" in value and book.armed.exists():
            await misbehave(app, book, value["do"])
    await asyncio.to_thread(book.insert, f"{batch.tp.topic}-{batch.tp.partition}", rows)
    return aside


async def misbehave(app: LantoaApp, book: Book, how: str) -> None:
    if how == "wait":
        with app.excused():
            while book.armed.exists():
                await asyncio.sleep(0.05)
        return
    if how == "raise":
        raise RuntimeError("told to raise")
    if how == "hang":
        await asyncio.sleep(3600)
    time.sleep(3600)


if __name__ == "__main__":
    sys.exit(main())
