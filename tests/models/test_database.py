import ast
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from psycopg import sql
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from config.errors import SettingsError
from config.settings import as_environment, load_settings
from models.counting.item_words import words_of
from models.database import MIGRATIONS, is_unavailable, make_engine, migrate, writing
from models.sql import table_of
from models.tables.sources import SourceState


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_migrations_give_exactly_the_tables_of_the_models(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.mark.parametrize("file", sorted((MIGRATIONS / "versions").glob("*.py")), ids=lambda file: file.stem)
def test_a_migration_needs_nothing_that_may_change(file):
    """What it does to a database of three years from now must be what it did to the first."""
    names = [
        node
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    modules = {n.module if isinstance(n, ast.ImportFrom) else each.name for n in names for each in n.names}
    assert {name.partition(".")[0] for name in modules} <= {*sys.stdlib_module_names, "alembic", "sqlalchemy"}


def test_words_of_the_past_are_those_of_now():
    """They were filled by the migration and are kept by models.queries.searching since."""
    frozen = import_module("models.migrations.versions.0010_words")._words
    for title in (
        "Nghị quyết 18-NQ/TW, Đồng Tháp",
        "Đắk Lắk: học_tập",
        "Nghi\u0323 quye\u0302\u0301t",
        "",
        "ĐẢNG bộ",
    ):
        assert frozen(title, "Lời dẫn") == words_of(title, "Lời dẫn")


def test_processes_that_start_at_once_migrate_once(settings):
    code = "from config.settings import load_settings as s; from models.database import *; migrate(make_engine(s()))"
    environment = os.environ | as_environment(settings)
    started = [subprocess.Popen([sys.executable, "-c", code], env=environment) for _ in range(4)]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
    engine = make_engine(settings)
    assert "tally_cell" in inspect(engine).get_table_names()
    engine.dispose()


def test_a_moment_comes_back_as_the_same_moment_in_utc(engine):
    hanoi = datetime(2024, 1, 1, 6, 30, tzinfo=timezone(timedelta(hours=7)))
    state = table_of(SourceState)
    row = dict.fromkeys([c.name for c in state.c], "") | {"source_id": "s", "fetched_at": hanoi}
    with writing(engine) as connection:
        connection.execute(state.insert(), [row])
    with engine.connect() as connection:
        found = connection.execute(select(state.c.fetched_at)).scalar_one()
    assert found == hanoi
    assert found.tzinfo is UTC


def test_sqlite_writes_ahead_and_waits_for_other_writers(tmp_path):
    engine = make_engine(load_settings(data_dir=tmp_path, database_url=""))
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 30_000
    engine.dispose()


def test_a_server_that_is_away_is_told_from_sql_that_is_wrong(postgresql):
    away = make_engine(load_settings(database_url="postgresql://nobody@127.0.0.1:1/none"))
    with pytest.raises(OperationalError) as refused:
        away.connect()
    assert is_unavailable(refused.value)
    here = make_engine(load_settings(database_url=postgresql))
    with here.connect() as connection, pytest.raises(Exception, match="no_such_table") as wrong:
        connection.execute(text("SELECT * FROM no_such_table"))
    assert not is_unavailable(wrong.value)
    here.dispose()


SIGNS = "@/:%#?+ &='\"\\$;[]€ữ"
PASSWORDS = [f"mật{sign}khẩu" for sign in SIGNS] + ["p%41x", "%40", "a@b:c/d?e#f", SIGNS]


@pytest.fixture(scope="module")
def asking(postgresql):
    """A database whose user is asked for a password, and how that is set."""
    url = make_engine(load_settings(database_url=postgresql)).url
    address = url.set(drivername="postgresql", username="thu_mat_khau", password="").render_as_string(False)
    address = address.replace("thu_mat_khau:@", "thu_mat_khau@")
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("CREATE ROLE thu_mat_khau LOGIN")
        (file,) = connection.execute("SHOW hba_file").fetchone()
        rules = Path(file).read_text()
        Path(file).write_text(
            f"local all thu_mat_khau scram-sha-256\nhost all thu_mat_khau all scram-sha-256\n{rules}"
        )
        connection.execute("SELECT pg_reload_conf()")

        def use(password):
            text = sql.SQL("ALTER ROLE thu_mat_khau PASSWORD {}").format(sql.Literal(password))
            connection.execute(text)
            return address

        yield use
        Path(file).write_text(rules)
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("DROP ROLE thu_mat_khau")


def connects(settings):
    engine = make_engine(settings)
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT current_user")).scalar() == "thu_mat_khau"
    finally:
        engine.dispose()


@pytest.mark.parametrize("password", PASSWORDS)
def test_a_password_may_hold_any_sign(asking, password):
    address = asking(password)
    child = as_environment(load_settings(database_url=address, database_password=password))
    assert connects(
        load_settings(**{name.removeprefix("LANTOA_").lower(): value for name, value in child.items()})
    )
    encoded = address.replace("thu_mat_khau@", f"thu_mat_khau:{quote(password, safe='')}@")
    assert connects(load_settings(database_url=encoded))
    with pytest.raises(OperationalError) as refused:
        connects(load_settings(database_url=address, database_password=f"{password}!"))
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    ["postgresql://lantoa:bí@mật@host/lantoa", "bí mật", "postgresql://lantoa:b:mật@h:x/l"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_without_its_password(address):
    with pytest.raises(SettingsError) as refused:
        make_engine(load_settings(database_url=address))
    assert "LANTOA_DATABASE_PASSWORD" in str(refused.value)
    assert "mật" not in repr(refused.value) + repr(refused.value.__cause__)


def test_sqlite_stands_in_a_folder_of_any_name(tmp_path):
    settings = load_settings(data_dir=tmp_path / "dữ liệu? #1 50%41", database_url="")
    engine = make_engine(settings)
    migrate(engine)
    engine.dispose()
    assert settings.database_file.is_file()
