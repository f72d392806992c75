"""A province of its own for every test: the simulated year on the loopback, and everything that counts it as processes."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # province.py and its neighbours are no tests and no fixtures

from province import Province


@pytest.fixture
def make_province(tmp_path: Path) -> Iterator[Callable[..., Province]]:
    """For `sqlite` or `postgresql`: a province that is up and has counted nothing yet."""
    made = []

    def make(database: str, kept: Path | None = None) -> Province:
        made.append(Province(tmp_path / f"province-{len(made)}", database, kept))
        made[-1].start()
        return made[-1]

    yield make
    for province in made:
        province.stop()
