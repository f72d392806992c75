"""Loops that must not end: what fails is survived, tried again later and later, and seen by who looks."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from kafka.errors import KafkaTimeoutError
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from config.errors import BrokerError
from models import loops
from models.database import reading
from models.loops import Loop
from models.queries.loop_states import HEARD, failing, states

ERRORS = [
    ValueError("[/caption] không có\n2026-12-01 00:00:00 ERROR giả mạo \x1b[31m"),
    BrokerError("no Kafka answers"),
    KafkaTimeoutError(),
    OperationalError("SELECT 1", {}, Exception("the server closed the connection")),
    MemoryError(),
    RecursionError("đệ quy"),
    UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    StopIteration(),
    AssertionError(),
]


def raising(error):
    def work():
        raise error

    return work


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(loops, "FIRST_PAUSE", 0.0)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_any_exception_is_survived_and_the_next_round_does_its_work(engine, at_once, error):
    loop, done = Loop("fetch", engine), []
    assert not loop.run(raising(error))
    with reading(engine) as connection:
        (found,) = failing(connection, datetime.now(UTC))
    assert (found.name, "\n" in found.error, "\x1b" in found.error) == ("fetch", False, False)
    assert loop.run(lambda: done.append(1))
    with reading(engine) as connection:
        assert failing(connection, datetime.now(UTC)) == []
        (state,) = states(connection)
    assert (done, state.failed_rounds, state.failures) == ([1], 1, 0)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_who_stops_it_is_obeyed(error):
    with pytest.raises(error):
        Loop("fetch").run(raising(error()))


def test_the_pause_grows_to_its_limit_and_a_success_ends_it(monkeypatch):
    clock, pauses = [0.0], []
    monkeypatch.setattr(loops, "monotonic", lambda: clock[0])
    loop, tried = Loop("schedule", on_failure=lambda _error, pause: pauses.append(pause)), []

    def work():
        tried.append(clock[0])
        raise ValueError

    for second in range(200):
        clock[0] = float(second)
        loop.run(work)
    assert pauses == [5, 10, 20, 40, 60, 60, 60]
    assert tried == [0, 5, 15, 35, 75, 135, 195]
    clock[0] = 300.0
    assert loop.run(lambda: None)
    assert (loop.failures, loop.paused) == (0, False)


def test_who_is_told_of_a_failure_may_fail_as_well(at_once):
    loop = Loop("alarms", on_failure=lambda _error, _pause: 1 / 0)
    assert not loop.run(raising(ValueError()))
    assert loop.run(lambda: None)


@pytest.mark.parametrize(
    "address", ["sqlite:////proc/lan-toa/no.db", "postgresql+psycopg://127.0.0.1:1/lantoa"]
)
def test_a_database_that_cannot_be_noted_in_stops_nothing(at_once, address):
    engine, done = create_engine(address), []
    loop = Loop("fetch", engine)
    loop.resume()
    loop.run(raising(ValueError()))
    with loop.at_work():
        done.append(1)
    assert loop.run(lambda: done.append(2))
    assert done == [1, 2]
    engine.dispose()


def test_failed_rounds_that_could_not_be_noted_are_counted_later(engine, at_once):
    away = create_engine("postgresql+psycopg://127.0.0.1:1/lantoa")
    loop = Loop("fetch", away)
    for _ in range(3):
        loop.run(raising(ValueError()))
    loop._engine = engine
    loop.run(raising(ValueError()))
    with reading(engine) as connection:
        assert [state.failed_rounds for state in states(connection)] == [4]


def test_a_process_that_dies_in_a_round_makes_the_next_one_wait_longer_and_longer(engine):
    pauses, killed = [], []
    for _ in range(3):
        loop = Loop("fetch", engine, longest=600.0)
        loop.resume()
        pauses.append(loop.pause)
        killed.append(loop.at_work())
        killed[-1].__enter__()
    assert pauses == [0, 5, 10]
    after = Loop("fetch", engine, longest=600.0)
    after.resume()
    assert (after.pause, after.paused) == (20, True)
    after.succeeded()
    ordered = Loop("fetch", engine)
    with pytest.raises(KeyboardInterrupt), ordered.at_work():
        raise KeyboardInterrupt
    again = Loop("fetch", engine)
    again.resume()
    assert not again.paused


def test_of_several_places_the_one_that_fails_is_seen_and_who_is_gone_is_forgotten(engine, at_once):
    Loop("relay", engine, place="máy-1:7").run(lambda: None)
    Loop("relay", engine, place="máy-2:9").run(raising(ValueError("hỏng")))
    now = datetime.now(UTC)
    with reading(engine) as connection:
        assert [each.error for each in failing(connection, now)] == ["ValueError: hỏng"]
        assert failing(connection, now + HEARD + timedelta(minutes=1)) == []


def test_the_log_has_the_traceback_once(at_once, caplog):
    loop = Loop("fetch")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            loop.run(raising(ValueError("hỏng")))
    assert [bool(record.exc_info) for record in caplog.records] == [True, False, False]
