"""The demo province, counted once, and a broker that shows what it left on the topics."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from config.settings import Settings, load_settings
from lantoa.broker import start_broker
from models.database import make_engine, reading
from models.queries.tally import cell_figures, of_cell


class Office(NamedTuple):
    settings: Settings
    bootstrap: str

    def cells(self) -> dict[str, dict[str, object]]:
        """Every cell of the database."""
        engine = make_engine(self.settings)
        with reading(engine) as connection:
            found = {row["key"]: of_cell(row) for row in connection.execute(cell_figures()).mappings()}
        engine.dispose()
        return found


@pytest.fixture(scope="session")
def demo_office(kept_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("contracts") / "tỉnh"
    shutil.copytree(kept_demo, folder)
    settings = load_settings(
        programme=folder / "programme", data_dir=folder, database_url="", kafka_bootstrap_servers=""
    )
    with start_broker(settings) as broker:
        yield Office(settings, broker.bootstrap)
