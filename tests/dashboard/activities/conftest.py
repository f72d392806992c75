"""An office whose broker and worker run beside its dashboard, shared by the tests of this folder."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import yaml
from bs4 import BeautifulSoup
from openpyxl import Workbook
from sqlalchemy import Engine

from config.programme import Programme, load_programme
from config.settings import Settings, load_settings
from lantoa.runtime.services import open_runtime
from lantoa.web.app import make_app
from models.counting.period import parse_period
from models.database import make_engine, migrate, reading
from models.queries.tally import read_tallies
from tests.serving import owner

HEADING = ["STT", "Loại hình", "Ngày", "Đơn vị", "Địa điểm", "Nội dung", "Nghị quyết", "Số buổi", "Lượt người", "Triệu tập"]  # fmt: skip


@dataclass(frozen=True)
class Living:
    """`browser` talks to a real server; what it sends is counted by a real worker."""

    settings: Settings
    engine: Engine
    programme: Programme
    browser: httpx.Client

    def by(self, key: str, period: str) -> dict[str, dict[str, int]]:
        with reading(self.engine) as connection:
            rows = read_tallies(connection, self.programme, parse_period(period), (key,)).rows
        return {row[key]: row for row in rows}


@pytest.fixture(scope="package")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with an_office(tmp_path_factory.mktemp("hoat-dong"), runs=True) as office:
        yield office


@pytest.fixture
def brokerless(tmp_path: Path) -> Iterator[Living]:
    """The same where no Kafka runs."""
    with an_office(tmp_path, runs=False) as office:
        yield office


@contextmanager
def an_office(folder: Path, *, runs: bool) -> Iterator[Living]:
    programme = _programme(folder / "programme")
    settings = load_settings(
        programme=programme.folder, data_dir=folder / "data", database_url="", kafka_bootstrap_servers=""
    )
    settings.data_dir.mkdir(parents=True)
    engine = make_engine(settings)
    migrate(engine)
    try:
        if not runs:
            with served(settings, engine, programme) as browser:
                yield Living(settings, engine, programme, browser)
            return
        with open_runtime(settings, lambda _said: None) as running:
            ours = settings.model_copy(update={"kafka_bootstrap_servers": running.bootstrap})
            with served(ours, engine, programme) as browser:
                yield Living(ours, engine, programme, browser)
    finally:
        engine.dispose()


@contextmanager
def served(settings: Settings, engine: Engine, programme: Programme) -> Iterator[httpx.Client]:
    app = make_app(settings, engine, programme)
    with owner(app, follow_redirects=True, timeout=60) as client:
        yield client


def _programme(folder: Path) -> Programme:
    folder.mkdir()
    places = ["Hậu Giang", {"name": "Hòa An", "district": "Phụng Hiệp"}]
    (folder / "programme.yaml").write_text(
        yaml.safe_dump({"id": "thu", "name": "Tỉnh thử", "places": places}, allow_unicode=True), "utf-8"
    )
    outlets = [
        {"id": "bao-tinh", "name": "Báo Tỉnh", "level": "provincial", "medium": "newspaper"},
        {"id": "nhandan", "name": "Báo Nhân Dân", "level": "central", "medium": "newspaper", "partner": True},
    ]
    (folder / "outlets.yaml").write_text(yaml.safe_dump(outlets, allow_unicode=True), "utf-8")
    return load_programme(folder)


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., bytes]:
    """The bytes of an xlsx of these rows below the usual heading."""

    def make(*rows: list[object]) -> bytes:
        book = Workbook()
        for row in (HEADING, *rows):
            book.worksheets[0].append(row)
        path = tmp_path / "made.xlsx"
        book.save(path)
        return path.read_bytes()

    return make


@pytest.fixture
def soup() -> Callable[..., BeautifulSoup]:
    """A page, read; its status must be the expected one."""

    def read(answer: httpx.Response, status: int = 200) -> BeautifulSoup:
        assert answer.status_code == status, answer.text
        return BeautifulSoup(answer.text, "lxml")

    return read
