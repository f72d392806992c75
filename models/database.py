"""The database: SQLite in WAL mode by default, PostgreSQL by address; brought up to date by Alembic."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential

from config.settings import Settings

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 30
CACHE_KB = (
    64 * 1024
)  # ids are hashes: every item lands on other pages, and 2 MB of them are read again and again
CHECKPOINT_PAGES = 16_000  # of 4 KB, so that a page which many batches change is written back once
LONGEST_WAIT = 10.0  # seconds between two tries while the database is away
T = TypeVar("T")
logger = logging.getLogger(__name__)
MIGRATION_LOCK = 7_201_001  # any constant of our own: PostgreSQL's advisory locks are numbers


def make_engine(settings: Settings) -> Engine:
    """A pool for `settings.database`; nothing is connected yet. `postgresql://` means psycopg 3."""
    url = make_url(settings.database)
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_pre_ping=True)


def migrate(engine: Engine) -> None:
    """Brings the schema up to date. Safe when several processes start at once."""
    if _is_current(engine):
        return
    from alembic import command  # half a second to import, and a schema is seldom out of date

    with _alone(engine), writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        command.upgrade(migration_config(connection), "head")


def migration_config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that means to write: SQLite takes its write lock at once, so that no reader-turned-writer
    fails half way."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction in which everything that is read stands at one moment, whatever workers write meanwhile."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        yield connection


def state_of(connection: Connection) -> str | None:
    """Of what the transaction sees: equal as long as nobody writes. None where the database does not tell (SQLite)."""
    if connection.dialect.name != "postgresql":
        return None
    return str(connection.exec_driver_sql("SELECT pg_current_snapshot()").scalar_one())


def is_away(error: DBAPIError) -> bool:
    """Whether waiting may help: the database is locked, full, restarting or unreachable; not: our SQL is wrong."""
    return error.connection_invalidated or isinstance(error, OperationalError)


def when_back(call: Callable[..., T], *arguments: Any) -> T:
    """Calls again for as long as the database is away. Raises what waiting cannot mend."""
    retrying = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, DBAPIError) and is_away(error)),
        wait=wait_random_exponential(multiplier=0.2, max=LONGEST_WAIT),
        before_sleep=_log_wait,
    )
    return retrying(call, *arguments)


def _log_wait(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    reason = str(getattr(error, "orig", error)).splitlines()[:1]
    logger.warning("database.away attempt=%d reason=%s", state.attempt_number, *reason or [""])


def _is_current(engine: Engine) -> bool:
    newest = max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == newest


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """SQLite's change to WAL mode does not wait for its turn by itself; the mode stays in the file after that."""
    if engine.dialect.name != "sqlite":
        yield
        return
    with FileLock(f"{engine.url.database}.lock"):
        with engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA journal_mode=WAL")
        yield


def _tune_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` event below speaks instead of the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA cache_size=-{CACHE_KB}")
    cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
