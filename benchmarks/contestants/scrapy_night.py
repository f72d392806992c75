"""The same night with Scrapy, its politeness and its cache turned on, feedparser, trafilatura and SQLite."""

import json
import resource
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess

from benchmarks.work import Night, read_night


class Papers(scrapy.Spider):
    name = "papers"

    def __init__(self, job: Night, **more: Any) -> None:
        super().__init__(**more)
        self.start_urls = job.feeds
        self.texts = 0
        self._database = sqlite3.connect(Path(job.folder) / "night.db")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS items (link TEXT PRIMARY KEY, title TEXT, text TEXT)"
        )

    def parse(self, response: Any) -> Iterator[scrapy.Request]:
        for entry in feedparser.parse(response.body).entries:
            if not self._known(entry.link):
                yield scrapy.Request(
                    entry.link, self.parse_page, cb_kwargs={"title": entry.title}, meta=NOT_KEPT
                )

    def parse_page(self, response: Any, title: str) -> None:
        text = trafilatura.extract(response.text) or ""
        with self._database:
            self._database.execute("INSERT INTO items VALUES (?, ?, ?)", (response.url, title, text))
        self.texts += 1

    def _known(self, link: str) -> bool:
        return self._database.execute("SELECT 1 FROM items WHERE link = ?", (link,)).fetchone() is not None


NOT_KEPT = {"dont_cache": True}


def main() -> None:
    job = read_night()
    process = CrawlerProcess(
        {
            "ROBOTSTXT_OBEY": True,
            "DOWNLOAD_DELAY": job.delay,
            "RANDOMIZE_DOWNLOAD_DELAY": False,
            "CONCURRENT_REQUESTS": 1000,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
            "HTTPCACHE_ENABLED": True,
            "HTTPCACHE_POLICY": "scrapy.extensions.httpcache.RFC2616Policy",
            "HTTPCACHE_DIR": str(Path(job.folder) / "cache"),
            "RETRY_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
        }
    )
    crawler = process.create_crawler(Papers)
    process.crawl(crawler, job=job)
    began = time.perf_counter()
    process.start()
    used = resource.getrusage(resource.RUSAGE_SELF)
    spider: Any = crawler.spider
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - began,
                "cpu": used.ru_utime + used.ru_stime,
                "items": spider.texts,
                "texts": spider.texts,
            }
        ),
        flush=True,
    )
