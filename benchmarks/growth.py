"""Three million items on PostgreSQL: the curve of the writing rate, the memory, and how fast everything is read at the
end.

`python -m benchmarks.growth [ITEMS]`. The items are those of `benchmarks.counting`; at the end the figures of a year are
read, everything is counted again, and fifty readers use the dashboard. It takes about forty minutes and 10 GB.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.counting import fill, postgresql, size_of, timed
from benchmarks.dashboard import read_by_many
from config.programme import load_programme
from config.settings import SHIPPED_PROGRAMME, load_settings
from models.counting.period import parse_period
from models.database import make_engine, migrate, reading
from models.queries.recount import recount
from models.queries.tally import read_tallies

NUMBER, PARTS, WIDEST = 3_000_000, 30, 50


def main(number: int = NUMBER) -> None:
    print(f"\nGrowth: {number:,} items on PostgreSQL, one in seven in scope", flush=True)
    with tempfile.TemporaryDirectory(prefix="lantoa-bench-") as folder, postgresql(Path(folder)) as address:
        settings = load_settings(database_url=address, data_dir=Path(folder), kafka_bootstrap_servers="")
        engine = make_engine(settings)
        migrate(engine)
        first = 0.0
        for part in fill(engine, number, PARTS):
            first = first or part.rate
            bar = "█" * round(WIDEST * part.rate / first / 1.2)
            print(
                f"{part.items:>11,}{part.rate:>9,.0f}/s{part.rate / first:>6.2f}{part.megabytes:>6,.0f} MB  {bar}",
                flush=True,
            )
        programme = load_programme(SHIPPED_PROGRAMME)
        with reading(engine) as connection:
            tallies, _ = timed(
                lambda: read_tallies(connection, programme, parse_period("2024"), ("resolution", "channel"))
            )
            counted, found = timed(lambda: recount(connection, programme))
        if found.differences:
            raise RuntimeError(f"{len(found.differences)} cells differ")
        print(
            f"{size_of(engine) / number:,.0f} bytes an item; tallies of a year {tallies:.3f} s; recount {counted:.1f} s"
        )
        read_by_many(engine, settings, number)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER)
