"""What errors of the two databases mean, of errors that the databases themselves raise."""

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text

from config.errors import InstallationError
from config.settings import load_settings
from models.database import failure_of, make_engine, migrate, retry_until_available, writing
from tests.conftest import fresh_database

HERE = "CREATE TABLE tin (id text PRIMARY KEY, dem integer NOT NULL CHECK (dem >= 0))"


@pytest.fixture(scope="module")
def server(postgresql):
    """A database with a table, and roles that may not do much."""
    address = fresh_database(postgresql)
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute(HERE)
        connection.execute("INSERT INTO tin VALUES ('có', 1)")
        hba = Path(connection.execute("SHOW hba_file").fetchone()[0])
        connection.execute("CREATE ROLE khach LOGIN")
        connection.execute("CREATE ROLE dong LOGIN CONNECTION LIMIT 0")
        connection.execute("CREATE ROLE mat_khau LOGIN PASSWORD 'đúng'")
        hba.write_text("local all mat_khau scram-sha-256\n" + hba.read_text())
        connection.execute("SELECT pg_reload_conf()")
        yield address
        for role in ("khach", "dong", "mat_khau"):
            connection.execute(f"DROP ROLE {role}")


def engine_for(address: str, **changes):
    return make_engine(
        load_settings(
            database_url=make_url(address).set(**changes).render_as_string(hide_password=False),
            kafka_bootstrap_servers="",
        )
    )


def error_of(engine, *statements, **values) -> BaseException:
    with pytest.raises(Exception) as raised, engine.connect() as connection:  # noqa: PT011, PT012
        for statement in statements:
            connection.execute(text(statement), values)
    engine.dispose()
    return raised.value


LONG = "".join(chr(0x1000 + i % 40_000) for i in range(9_000))
POSTGRESQL = [
    ("unavailable", ["SET lock_timeout = 100", "LOCK TABLE tin"], {}),
    ("unavailable", ["SET statement_timeout = 100", "SELECT pg_sleep(5)"], {}),
    ("unavailable", ["SELECT pg_terminate_backend(pg_backend_pid())"], {}),
    ("unavailable", ["DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'serialization_failure'; END $$"], {}),
    ("installation", ["SELECT * FROM khong_co"], {}),
    ("installation", ["SELECT khong_co FROM tin"], {}),
    ("installation", ["SELECT khong_co(1)"], {}),
    (
        "installation",
        ["INSERT INTO tin VALUES ('a', 1) ON CONFLICT (dem) DO UPDATE SET id = 'a'"],
        {},
    ),
    ("installation", ["SET ROLE khach", "SELECT * FROM tin"], {}),
    ("installation", ["SET TRANSACTION READ ONLY", "DELETE FROM tin"], {}),
    ("installation", ["DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'disk_full'; END $$"], {}),
    ("record", ["INSERT INTO tin VALUES ('a', :n)"], {"n": 84_912_345_678}),
    ("record", ["INSERT INTO tin VALUES ('a', :n)"], {"n": 2**70}),
    ("record", ["INSERT INTO tin VALUES (:t, 1)"], {"t": LONG}),
    ("record", ["INSERT INTO tin VALUES (:t, 1)"], {"t": "a\x00b"}),
    ("record", ["INSERT INTO tin VALUES (:t, 1)"], {"t": "a\ud800"}),
    ("record", ["INSERT INTO tin VALUES ('có', 1)"], {}),
    ("record", ["INSERT INTO tin VALUES ('a', NULL)"], {}),
    ("record", ["INSERT INTO tin VALUES ('a', -1)"], {}),
    ("record", ["SELECT CAST(:t AS date)"], {"t": "32/13/2024"}),
    ("record", ["SELECT repeat('x', 2000000000)"], {}),
    ("record", ["DO $$ BEGIN RAISE EXCEPTION 'of a trigger'; END $$"], {}),
]


@pytest.mark.parametrize(("failure", "statements", "values"), POSTGRESQL)
def test_postgresql(server, failure, statements, values):
    holder = psycopg.connect(server)
    with closing(holder):
        holder.execute("LOCK TABLE tin IN ACCESS SHARE MODE")
        assert failure_of(error_of(engine_for(server), *statements, **values)) == failure


def test_parameters_that_the_driver_does_not_even_send_are_the_records(server):
    values = {f"p{n}": n for n in range(70_000)}
    named = ", ".join(f":{name}" for name in values)
    error = error_of(engine_for(server), f"SELECT 1 WHERE 1 IN ({named})", **values)
    assert failure_of(error) == "record"


DOORS = [
    ("unavailable", {"host": "127.0.0.1", "port": 1, "query": {}}),
    ("unavailable", {"host": "khong.co.invalid", "query": {}}),
    ("unavailable", {"username": "dong"}),  # no connection is left for it
    ("installation", {"username": "mat_khau", "password": "sai"}),
    ("installation", {"username": "mat_khau"}),
    ("installation", {"username": "khong_co"}),
    ("installation", {"database": "khong_co"}),
]


@pytest.mark.parametrize(("failure", "changes"), DOORS)
def test_postgresql_does_not_let_us_in(server, failure, changes):
    assert failure_of(error_of(engine_for(server, **changes), "SELECT 1")) == failure


def test_a_database_that_is_closed_to_everybody(server, postgresql):
    closed = f"dong_{uuid4().hex[:8]}"
    with closing(psycopg.connect(postgresql, autocommit=True)) as connection:
        connection.execute(f"CREATE DATABASE {closed} ALLOW_CONNECTIONS false")
    assert failure_of(error_of(engine_for(server, database=closed), "SELECT 1")) == "installation"


def test_a_pool_without_a_free_connection_is_waited_for(server):
    engine = create_engine(engine_for(server).url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    with engine.connect(), pytest.raises(Exception, match="QueuePool") as full:
        engine.connect()
    engine.dispose()
    assert failure_of(full.value) == "unavailable"


@pytest.fixture
def book(tmp_path):
    """An SQLite database with a table, by its path."""
    path = tmp_path / "lantoa.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(HERE)
        connection.execute("INSERT INTO tin VALUES ('có', 1)")
        connection.commit()
    return path


SQLITE = [
    ("installation", ["SELECT * FROM khong_co"], {}),
    ("installation", ["SELECT khong_co FROM tin"], {}),
    ("installation", ["INSERT INTO tin (khong_co) VALUES (1)"], {}),
    ("installation", ["PRAGMA query_only = 1", "DELETE FROM tin"], {}),
    ("installation", ["PRAGMA max_page_count = 3", "INSERT INTO tin VALUES (:t, 1)"], {"t": LONG * 10}),
    ("record", ["INSERT INTO tin VALUES ('a', :n)"], {"n": 2**63}),
    ("record", ["INSERT INTO tin VALUES (:t, 1)"], {"t": "a\ud800"}),
    ("record", ["INSERT INTO tin VALUES (:t, 1)"], {"t": ["a"]}),
    ("record", ["INSERT INTO tin VALUES ('có', 1)"], {}),
    ("record", ["INSERT INTO tin VALUES ('a', NULL)"], {}),
    ("record", ["INSERT INTO tin VALUES ('a', -1)"], {}),
    ("record", ["SELECT zeroblob(2000000000)"], {}),
    ("record", ["SELECT json_extract('{', '$')"], {}),
]


@pytest.mark.parametrize(("failure", "statements", "values"), SQLITE)
def test_sqlite(book, failure, statements, values):
    assert failure_of(error_of(engine_for(f"sqlite:///{book}"), *statements, **values)) == failure


def test_sqlite_is_locked(book):
    with closing(sqlite3.connect(book, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        engine = create_engine(f"sqlite:///{book}", connect_args={"timeout": 0.1})
        assert failure_of(error_of(engine, "INSERT INTO tin VALUES ('a', 1)")) == "unavailable"


def test_sqlite_has_no_file_to_open(tmp_path):
    engine = engine_for(f"sqlite:///{tmp_path / 'data' / 'lantoa.db'}")
    (tmp_path / "data").rmdir()
    assert failure_of(error_of(engine, "SELECT 1")) == "installation"


@pytest.mark.parametrize("begin", [0, 100])
def test_sqlite_is_damaged(book, begin):
    whole = book.read_bytes()
    book.write_bytes(whole[:begin] + b"\xa5" * (len(whole) - begin))
    assert failure_of(error_of(engine_for(f"sqlite:///{book}"), "SELECT * FROM tin")) == "installation"


@pytest.mark.parametrize("error", [ValueError("x"), RecursionError("x"), KeyError("x"), OverflowError("x")])
def test_what_no_database_has_raised_is_the_records(error):
    assert failure_of(error) == "record"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://khong_co@localhost/khong_co?host={host}", "correct LANTOA_DATABASE_URL"),
        ("sqlite:////khong/co/lantoa.db", "its folder is there"),
    ],
)
def test_who_waits_is_told_what_to_do_instead(server, address, said):
    host = make_url(server).query.get("host", "localhost")
    engine = create_engine(make_url(address.format(host=host)).set(drivername=_driver(address)))
    with pytest.raises(InstallationError, match=said):
        retry_until_available(lambda: engine.connect())


def _driver(address: str) -> str:
    return "postgresql+psycopg" if address.startswith("postgresql") else "sqlite"


def test_a_schema_of_a_newer_version_is_told(engine):
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InstallationError, match="newer Lan tỏa"):
        migrate(engine)
