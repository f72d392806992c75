"""Every bench, one after the other: `make bench`."""

from benchmarks import counting, feeds, linking, starts, streams

BENCHES = (feeds.main, linking.main, counting.main, starts.main, streams.main)


def main() -> None:
    for bench in BENCHES:
        bench()


if __name__ == "__main__":
    main()
