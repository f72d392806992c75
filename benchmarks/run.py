"""Runs every benchmark, one after the other: `make bench`."""

from benchmarks import (
    articles,
    counting,
    dashboard,
    feeds,
    linking,
    nights,
    replay,
    starts,
    stories,
    streams,
    writers,
)

BENCHES = (
    feeds.main,
    articles.main,
    linking.main,
    nights.main,
    dashboard.main,
    counting.main,
    replay.main,
    stories.main,
    writers.main,
    starts.main,
    streams.main,
)


def main() -> None:
    for bench in BENCHES:
        bench()


if __name__ == "__main__":
    main()
