"""The database: SQLite in WAL mode by default, PostgreSQL by address; brought up to date by Alembic."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from filelock import FileLock
from sqlalchemy import URL, create_engine, event, inspect, make_url, text
from sqlalchemy import Connection as Connection
from sqlalchemy import Engine as Engine
from sqlalchemy.exc import ArgumentError
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential

from config.errors import InstallationError, SettingsError
from config.settings import Settings
from models.database_errors import AnyDatabaseError as AnyDatabaseError
from models.database_errors import DatabaseError as DatabaseError
from models.database_errors import Failure as Failure
from models.database_errors import NoConnection as NoConnection
from models.database_errors import failure_of as failure_of
from models.database_errors import installation_error

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 30
NO_ADDRESS = (
    "LANTOA_DATABASE_URL: postgresql://user@host:5432/database is expected. A password goes into LANTOA_DATABASE_PASSWORD as "
    "it is; in the address, @ : / ? # % and space have to be written as %40 %3A %2F %3F %23 %25 %20."
)
CACHE_KB = (
    64 * 1024
)  # ids are hashes: every item lands on other pages, and 2 MB of them are read again and again
CHECKPOINT_PAGES = 16_000  # of 4 KB, so that a page which many batches change is written back once
LONGEST_WAIT = 10.0  # seconds between two tries while the database is unavailable
T = TypeVar("T")
logger = logging.getLogger(__name__)
MIGRATION_LOCK = 7_201_001  # any constant of our own: PostgreSQL's advisory locks are numbers


def make_engine(settings: Settings, connections: int = 0, *, lock_seconds: float | None = None) -> Engine:
    """A pool; nothing is connected yet. `postgresql://` means psycopg 3. Raises SettingsError for what is no address.

    Five connections stay open; `connections` is the most at once, 15 when it is 0. With `lock_seconds` the database is
    unavailable to who waits longer than that for what others have locked.
    """
    url = _url(settings)
    pool: dict[str, Any] = {"max_overflow": max(connections - 5, 10), "json_deserializer": _from_json}
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": lock_seconds or BUSY_SECONDS}, **pool)
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(url, pool_pre_ping=True, **pool)
    if lock_seconds is not None:
        event.listen(engine, "connect", partial(_limit_locks, lock_seconds))
    return engine


def _from_json(stored: str | bytes) -> object:
    """Reads what a JSON column holds: `orjson` twice as fast, and what only the standard library accepts (a lone
    surrogate, NaN) by that."""
    try:
        return orjson.loads(stored)
    except orjson.JSONDecodeError:
        return json.loads(stored)


def _url(settings: Settings) -> URL:
    if not settings.database_url:
        return URL.create("sqlite", database=str(settings.database_file))
    try:
        url = make_url(settings.database_url)
    except (ArgumentError, ValueError):
        raise SettingsError(NO_ADDRESS) from None  # its message might hold a part of the password
    if "@" in (url.host or ""):
        raise SettingsError(NO_ADDRESS)
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    password = settings.database_password.get_secret_value()
    return url.set(password=password) if password else url


def migrate(engine: Engine) -> None:
    """Brings the schema up to date. Safe when several processes start at once."""
    if _is_current(engine):
        return
    from alembic import command  # half a second to import, and a schema is seldom out of date
    from alembic.util import CommandError

    with _alone(engine), writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        try:
            command.upgrade(migration_config(connection), "head")
        except CommandError as error:
            raise InstallationError(
                f"The database was brought up to date by a newer Lan tỏa ({error}): install that one."
            ) from error


def migration_config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
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
    """One transaction in which everything is read as of one moment, whatever workers write meanwhile."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        yield connection


def state_of(connection: Connection) -> str | None:
    """Of what the transaction sees: equal as long as nothing is written. None where the database does not report it (SQLite)."""
    if connection.dialect.name != "postgresql":
        return None
    return str(connection.exec_driver_sql("SELECT pg_current_snapshot()").scalar_one())


def is_unavailable(error: BaseException) -> bool:
    """Whether waiting helps: the database is locked, restarting or unreachable."""
    return failure_of(error) == "unavailable"


def retry_until_available(call: Callable[..., T], *arguments: object) -> T:
    """Calls again for as long as the database is unavailable. Raises InstallationError when it refuses whatever it is
    given, and as they are the errors that come from what it was given."""
    retrying = Retrying(
        retry=retry_if_exception(is_unavailable),
        wait=wait_random_exponential(multiplier=0.2, max=LONGEST_WAIT),
        before_sleep=_log_wait,
    )
    try:
        return retrying(call, *arguments)
    except Exception as error:
        raise_for_installation(error)
        raise


def raise_for_installation(error: BaseException) -> None:
    """Raises InstallationError when the error says that nothing can be written before an administrator has acted."""
    if failure_of(error) == "installation":
        raise installation_error(error) from error


def _log_wait(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    reason = str(getattr(error, "orig", error)).partition("\n")[0]
    logger.warning("database.away", extra={"attempt": state.attempt_number, "reason": reason})


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


def _tune_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` event below speaks instead of the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA cache_size=-{CACHE_KB}")
    cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    cursor.close()


def _limit_locks(seconds: float, connection: Any, _record: object) -> None:
    connection.execute(f"SET lock_timeout = '{seconds}s'")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
