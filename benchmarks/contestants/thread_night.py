"""The same night as a script of a few lines: requests, feedparser, trafilatura, threads and SQLite."""

import json
import resource
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import feedparser
import requests
import trafilatura

from benchmarks.work import Night, read_night

LOCK = threading.Lock()


def main() -> None:
    job = read_night()
    database = sqlite3.connect(Path(job.folder) / "night.db", check_same_thread=False)
    database.execute("CREATE TABLE IF NOT EXISTS items (link TEXT PRIMARY KEY, title TEXT, text TEXT)")
    began = time.perf_counter()
    with ThreadPoolExecutor(job.threads) as threads:
        texts = sum(threads.map(lambda feed: fetch_feed(feed, job, database), job.feeds))
    seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "items": texts, "texts": texts}
        ),
        flush=True,
    )


def fetch_feed(url: str, job: Night, database: sqlite3.Connection) -> int:
    with requests.Session() as session:
        feed = feedparser.parse(session.get(url, timeout=30).content)
        stored = 0
        for entry in feed.entries:
            if not known(entry.link, database):
                time.sleep(job.delay)
                page = session.get(entry.link, timeout=30)
                store(entry, trafilatura.extract(page.text) or "", database)
                stored += 1
    return stored


def known(link: str, database: sqlite3.Connection) -> bool:
    with LOCK:
        return database.execute("SELECT 1 FROM items WHERE link = ?", (link,)).fetchone() is not None


def store(entry: feedparser.FeedParserDict, text: str, database: sqlite3.Connection) -> None:
    with LOCK, database:
        database.execute("INSERT INTO items VALUES (?, ?, ?)", (entry.link, entry.title, text))
