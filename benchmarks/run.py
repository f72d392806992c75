"""Every bench, one after the other: `make bench`."""

from benchmarks import streams

BENCHES = (streams.main,)


def main() -> None:
    for bench in BENCHES:
        bench()


if __name__ == "__main__":
    main()
