"""Data folders that earlier releases recorded: after an upgrade to the working tree they count alike.

`python -m scripts.record_release` records one, and says what it holds.
"""

import json
import subprocess
import tarfile
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from config.settings import load_settings
from models.database import make_engine
from scripts.record_release import (
    PROVINCE,
    UPGRADE,
    beside_postgres,
    environment_of,
    figures,
    serving,
    write_programme,
)
from tests.command import run_lantoa
from tests.conftest import fresh_database

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
RELEASES = sorted(file.parent.name for file in UPGRADE.glob("*/sqlite.json"))
IDS = "SELECT id, identity, revision FROM item UNION ALL SELECT id, identity, revision FROM activity ORDER BY id"


def test_there_is_a_recording_of_every_release():
    changelog = (Path(__file__).parents[2] / "CHANGELOG.md").read_text("utf-8")
    named = [line.split("[")[1].split("]")[0] for line in changelog.splitlines() if line.startswith("## [")]
    assert sorted(set(named) - {"Unreleased"}) == RELEASES


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    return request.param


@pytest.fixture(params=RELEASES)
def installation(request, tmp_path, database):
    """`lantoa` on an unpacked data folder, and the address of its database."""
    recorded = UPGRADE / request.param
    url = opened(recorded, tmp_path, database, request)
    figures_then = json.loads((recorded / f"{database}.json").read_text("utf-8"))
    return partial(succeed, environment_of(tmp_path / "data", tmp_path / "programme", url)), url, figures_then


def opened(recorded, folder, database, request):
    """The address of its database, beside its data folder and a programme whose feeds nobody serves."""
    unpack(recorded / f"{database}.tar.xz", folder / "data")
    write_programme(folder / "programme", "http://127.0.0.1:9", brief_max_words=60)
    if database == "sqlite":
        return f"sqlite:///{folder / 'data' / 'lantoa.db'}"
    url = fresh_database(request.getfixturevalue("postgresql"))
    unpack(recorded / "postgresql.sql.tar.xz", folder)
    command = [
        beside_postgres("psql"),
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        f"--file={folder / 'dump.sql'}",
        url,
    ]
    subprocess.run(command, check=True, capture_output=True)
    return url


def test_every_figure_and_id_survives_an_upgrade(installation, tmp_path):
    """Of the database, of the topics read into an empty one, and when everything is fetched again."""
    lantoa, url, recorded = installation
    before = ids(url)
    assert len(before) == 42
    lantoa("migrate")
    assert figures(lantoa) == recorded
    lantoa("recount")
    assert len(json.loads(lantoa("dead-letters", "list", "--format", "json"))) == 1
    assert [row["by"] for row in json.loads(lantoa("corrections", "list", "--format", "json"))] == ["Lan"] * 4
    assert len(json.loads(lantoa("report", "list", "--format", "json"))) == 1

    with serving(PROVINCE / "night-2") as address:
        write_programme(tmp_path / "programme", address, brief_max_words=60)
        lantoa("ingest")
    assert ids(url) == before
    assert figures(lantoa) == recorded

    if url.startswith("postgresql"):
        return  # the topics are the same
    replayed = f"sqlite:///{tmp_path / 'replayed.db'}"
    lantoa("replay", "--from-beginning", LANTOA_DATABASE_URL=replayed)
    assert figures(partial(lantoa, LANTOA_DATABASE_URL=replayed)) == recorded
    assert ids(replayed) == before
    lantoa("recount", LANTOA_DATABASE_URL=replayed)


def test_migrations_since_the_last_release_only_expand(tmp_path, database, request):
    """So that workers of two releases can run side by side on one database."""
    assert contracted(*schemas(RELEASES[-1], tmp_path / "last", database, request)) == []


def test_a_renamed_column_would_be_found(tmp_path, database, request):
    assert "item.decided is gone" in contracted(*schemas("0.1.0", tmp_path / "first", database, request))


def contracted(before, after):
    """What a worker that knows only the tables of before would miss."""
    gone = [f"{name} is gone" for name in before if name not in after]
    changed = [name for name in before if name in after and before[name][0] != after[name][0]]
    needed = [
        name
        for name in after
        if name not in before and name.split(".")[0] in tables(before) and after[name][1]
    ]
    return [*gone, *(f"{name} changed" for name in changed), *(f"{name} must be given" for name in needed)]


def tables(schema):
    return {name.split(".")[0] for name in schema}


def schemas(release, folder, database, request):
    """Of a recorded release, and after its migration."""
    url = opened(UPGRADE / release, folder, database, request)
    before = schema(url)
    succeed(environment_of(folder / "data", folder / "programme", url), "migrate")
    return before, schema(url)


def schema(url):
    """`table.column` → its type, and whether whoever inserts a row must state it."""
    engine = make_engine(load_settings(database_url=url))
    inspector = inspect(engine)
    found = {
        f"{table}.{column['name']}": (
            str(column["type"]),
            not column["nullable"] and column["default"] is None and column.get("autoincrement") is not True,
        )
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
    }
    engine.dispose()
    return found


def succeed(environment, *arguments, **changes):
    ran = run_lantoa(*arguments, environment=environment | changes)
    assert ran.returncode == 0, (arguments, ran.stdout, ran.stderr)
    return ran.stdout


def unpack(file, folder):
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")


def ids(url):
    engine = make_engine(load_settings(database_url=url))
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(IDS))]
    engine.dispose()
    return rows
