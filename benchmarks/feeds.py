"""Feeds read a second: our reader (every field and date, markup removed) beside feedparser as a user would call
it."""

import time
from collections.abc import Callable
from statistics import median

import feedparser

from config.programme import Source
from lantoa.demo import simulate
from producers.parse.kinds import FetchedDocument
from producers.parse.kinds import read as read_kind

ROUNDS = 3


def main() -> None:
    world = simulate()
    bodies = [body for poll in range(2) for body in world.feeds_at(poll).values()]
    source = Source(id="bench", kind="feed", url="http://127.0.0.1/feed.xml")
    size = sum(map(len, bodies)) / 1e6
    contestants: dict[str, Callable[[bytes], object]] = {
        "feedparser": feedparser.parse,
        "ours": lambda body: read_kind(
            source, FetchedDocument(body, "application/rss+xml; charset=utf-8", source.url)
        ),
    }
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, read in contestants.items():
            began = time.perf_counter()
            for body in bodies:
                read(body)
            rates[name].append(len(bodies) / (time.perf_counter() - began))
    plain = median(rates["feedparser"])
    print(f"\nfeeds: {len(bodies)} of {size:.1f} MB, median of {ROUNDS} rounds")
    for name, found in rates.items():
        print(f"  {name:<12}{median(found):8.1f}/s {median(found) / plain:6.2f} of feedparser")


if __name__ == "__main__":
    main()
