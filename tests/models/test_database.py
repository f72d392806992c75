import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from config.settings import as_environment, load_settings
from models.database import is_away, make_engine, migrate, writing
from models.sql import table_of
from models.tables import SourceState


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_migrations_give_exactly_the_tables_of_the_models(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


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
    assert is_away(refused.value)
    here = make_engine(load_settings(database_url=postgresql))
    with here.connect() as connection, pytest.raises(Exception, match="no_such_table") as wrong:
        connection.execute(text("SELECT * FROM no_such_table"))
    assert not is_away(wrong.value)
    here.dispose()
