"""A database that is away is waited for, and nothing is skipped."""

import sqlite3
import threading
import time

import pytest
from sqlalchemy import event, select, text

from config.catalogue import load_catalogue
from config.errors import InstallationError
from config.settings import load_settings
from models.database import make_engine, migrate
from models.sql import table_of
from models.store.batch_writer import Writer
from models.tables.items import ItemRow


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def stored(engine):
    with engine.connect() as connection:
        return sorted(connection.execute(select(table_of(ItemRow).c.id)).scalars())


def test_a_locked_database_is_waited_for(tmp_path, hau_giang, catalogue, classified):
    settings = load_settings(data_dir=tmp_path, database_url="")
    engine = make_engine(settings)
    migrate(engine)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 100"))
    engine.dispose()  # the pool's connections wait for 30 s
    lock = sqlite3.connect(tmp_path / "lantoa.db", isolation_level=None, check_same_thread=False)
    lock.execute("BEGIN IMMEDIATE")
    threading.Timer(1.0, lock.rollback).start()
    writer, items, began = (
        Writer(engine, hau_giang, catalogue),
        [classified("a"), classified("b")],
        time.monotonic(),
    )
    assert not writer.write(items, 0)
    writer.write_when_back(items, 0)
    assert time.monotonic() - began > 0.9
    assert stored(engine) == ["a", "b"]
    lock.close()
    engine.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_that_cuts_its_connections_is_asked_again(engine, hau_giang, catalogue, classified):
    writer = Writer(engine, hau_giang, catalogue)
    writer.write([classified("a")], 0)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
    aside = make_engine(load_settings(database_url=engine.url.render_as_string(hide_password=False)))
    with aside.connect() as connection:
        connection.execute(text(others))
    aside.dispose()
    assert writer.write([classified("b")], 0)  # the pool looks before it hands out a connection
    assert stored(engine) == ["a", "b"]


def test_tables_that_are_missing_are_not_waited_for(postgresql, hau_giang, catalogue, classified):
    engine = make_engine(load_settings(database_url=postgresql))  # without any table
    with pytest.raises(InstallationError, match="not those of this version"):
        Writer(engine, hau_giang, catalogue).write([classified("a")], 0)
    engine.dispose()


def test_writers_of_four_partitions_do_not_lose_a_cell(engine, hau_giang, catalogue, classified):
    """At once, every item in the same cells: what blocks waits, what deadlocks is tried again."""
    writer = Writer(engine, hau_giang, catalogue)

    def write(partition):
        for batch in range(5):
            writer.write(
                [classified(f"p{partition}-{batch}-{n}", outlet=f"o{n % 3}") for n in range(20)], partition
            )

    threads = [threading.Thread(target=write, args=(partition,)) for partition in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stored(engine)) == 400
    with engine.connect() as connection:
        total = connection.execute(
            text("SELECT items FROM tally_cell WHERE key = 'hau-giang|2024|'")
        ).scalar()
    assert total == 400


@pytest.mark.parametrize("refused", [{0}, {6}, {2, 3}, {0, 3, 6}, set(range(7))])
def test_what_cannot_be_written_is_found_and_the_others_are_written(
    engine, hau_giang, catalogue, classified, refused
):
    items = [classified(f"tin-{n}") for n in range(7)]
    for n in refused:  # no database keeps half of a character
        broken = items[n].item.model_copy(update={"source": "nửa chữ \ud800"})
        items[n] = items[n].model_copy(update={"item": broken})
    writer = Writer(engine, hau_giang, catalogue)
    with pytest.raises(UnicodeEncodeError):
        writer.write(items, 0)
    assert stored(engine) == []
    assert {each.at for each in writer.write_apart(items, 0)} == refused
    assert stored(engine) == [f"tin-{n}" for n in range(7) if n not in refused]
