"""Every bench, one after the other: `make bench`."""

from benchmarks import counting, feeds, linking, replay, starts, stories, streams

BENCHES = (feeds.main, linking.main, counting.main, replay.main, stories.main, starts.main, streams.main)


def main() -> None:
    for bench in BENCHES:
        bench()


if __name__ == "__main__":
    main()
