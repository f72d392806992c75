"""SIGKILL of any part at any moment of the year: every figure is that of the undisturbed year.

One year and ten kills; with `LANTOA_CHAOS=1` (make chaos) twenty years on both databases in turn and 500 kills. Prints
what was killed, how often, and how long it took until everything ran again.
"""

import os
import random
from collections.abc import Sequence
from statistics import median

import pytest
from checks import check
from faults import KILLS, Faults

LONG = os.environ.get("LANTOA_CHAOS") == "1"
YEARS = ["postgresql", "sqlite"] * 10 if LONG else ["postgresql"]
IN_ALL = 500 if LONG else 10


@pytest.mark.slow
@pytest.mark.timeout(4 * 60 * 60 if LONG else 1800)
def test_kills_change_no_figure(make_province, capsys):
    years = []
    for number, database in enumerate(YEARS):
        province = make_province(database)
        faults = Faults(province, random.Random(20240 + number))
        faults.through_the_year(IN_ALL // len(YEARS))
        check(province)
        province.stop()
        years.append(faults)
        with capsys.disabled():
            print(
                f"\n{database}: {faults.total} kills, {province.restarts} steps begun again, no figure changed",
                end="",
            )
    with capsys.disabled():
        print_table(years)
    assert sum(faults.total for faults in years) >= IN_ALL
    assert {name for faults in years for name in faults.counts} == set(KILLS)


def print_table(years: Sequence[Faults]) -> None:
    print(f"\n{'killed':<10}{'times':>7}{'seconds until all ran again: median':>38}{'longest':>9}")
    for name in KILLS:
        seconds = [each for faults in years for each in faults.seconds[name]] or [0.0]
        times = sum(faults.counts[name] for faults in years)
        print(f"{name:<10}{times:>7}{median(seconds):>38.1f}{max(seconds):>9.1f}")
