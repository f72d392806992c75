"""The report of the demo's year, written once in every form, and the tallies that it must say."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.settings import as_environment, load_settings
from tests.command import Ran, run_lantoa

Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def run(kept_demo: Path) -> Run:
    """`lantoa …` on the demo's province."""
    settings = load_settings(
        programme=kept_demo / "programme", data_dir=kept_demo, kafka_bootstrap_servers=""
    )
    environment = os.environ | as_environment(settings) | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}

    def run(*arguments: str) -> Ran:
        return run_lantoa(*arguments, environment=environment, timeout=240)

    return run


@pytest.fixture(scope="session")
def written(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The year's report by its ending."""
    folder = tmp_path_factory.mktemp("reports")

    def write(ending: str) -> Path:
        path = folder / f"báo cáo 2024.{ending}"
        if not path.exists():
            ran = run("report", "--period", "2024", "--out", str(path))
            assert ran.returncode == 0, ran.stderr
        return path

    return write


@pytest.fixture(scope="session")
def tallies(run: Run) -> Callable[[str], dict[str, Any]]:
    """What `lantoa tallies --by …` says of the year."""

    def read(by: str = "") -> dict[str, Any]:
        ran = run("tallies", "--period", "2024", *(["--by", by] if by else []), "--format", "json")
        found: dict[str, Any] = json.loads(ran.stdout)
        return found

    return read
