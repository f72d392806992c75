"""One broker for the tests of this folder that only talk to it; its data folder has a name that hurts."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings, load_settings

with (
    warnings.catch_warnings()
):  # kafka-python reads its schemas in a way that Python 3.11 deprecates and 3.13 does not
    warnings.simplefilter("ignore", DeprecationWarning)
    from lantoa.broker import RunningBroker, start_broker


@pytest.fixture(scope="session")
def kafka_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_in(tmp_path_factory.mktemp("chung") / "dữ liệu, dùng chung")


@pytest.fixture(scope="package")
def broker(kafka_settings: Settings) -> Iterator[RunningBroker]:
    with start_broker(kafka_settings) as running:
        yield running


@pytest.fixture
def fresh_settings(tmp_path: Path) -> Settings:
    """A data folder that nobody has used; the jars are those of the machine."""
    return settings_in(tmp_path / "dữ liệu")


def settings_in(folder: Path, **others: object) -> Settings:
    return load_settings(data_dir=folder, kafka_bootstrap_servers="", **others)
