"""The audit says what happened to what, from and to, and forgets after a stated time."""

import json
import os
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from config.settings import as_environment
from lantoa.web.app import make_app
from models.database import reading, writing
from models.sql import table_of
from models.store.accounts import note
from models.tables.accounts import AuditEntry
from tests.command import run_lantoa
from tests.serving import owner


@pytest.fixture
def database_url(tmp_path):
    return f"sqlite:///{tmp_path / 'lantoa.db'}"


@pytest.fixture
def run(settings):
    environment = os.environ | as_environment(settings) | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    return lambda *arguments: run_lantoa(*arguments, environment=environment)


def test_what_a_command_does_to_an_account_is_told_from_and_to(accounts, run):
    for command in (
        ("role", "reader", "liaison"), ("token", "reader", "--label", "bảng của Sở"), ("disable", "reader"), ("enable", "reader"),
        ("revoke", "liaison"), ("add", "minh", "--without-password"),
    ):  # fmt: skip
        assert run("users", *command).returncode == 0
    told = [
        (row["event"], row["subject"], row["before"], row["after"])
        for row in json.loads(run("users", "audit", "--format", "json").stdout)
    ]
    assert told == [
        ("account-role", "reader", {"role": "reader"}, {"role": "liaison"}),
        ("account-token", "reader", None, {"label": "bảng của Sở", "role": "reader"}),
        ("account-disabled", "reader", {"disabled": False}, {"disabled": True}),
        ("account-enabled", "reader", {"disabled": True}, {"disabled": False}),
        ("account-revoked", "liaison", None, {"ended": 0}),
        ("account-added", "minh", None, {"role": "reader", "password": False}),
    ]


def test_what_is_done_on_a_page_is_told_too(browser):
    browser.post("/reports/freeze", data={"period": "2024"})
    page = browser.get("/audit").text
    assert "report-frozen" in page
    assert "report:  → 1" in page


def test_entries_are_kept_for_a_stated_time(settings, engine, programme):
    now = datetime.now(UTC)
    table = table_of(AuditEntry)
    with writing(engine) as connection:
        for _each in range(2):
            note(connection, "lan", "192.0.2.1", "POST /decisions", 200)
        old = now - timedelta(days=settings.audit_days, minutes=1)
        connection.execute(table.update().where(table.c.id == 1).values(at=old))
    with owner(make_app(settings, engine, programme)):
        end = time.monotonic() + 30
        while _ids(engine) != [2]:
            assert time.monotonic() < end
            time.sleep(0.1)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("a" * 5000, "a" * 199 + "…"), ("\0x\ud800", "x?"), (["b" * 900] * 900, ["b" * 199 + "…"] * 50),
        (True, True), (None, None), (7, 7), ({"x": 1}, "{'x': 1}"),
    ],
)  # fmt: skip
def test_no_value_is_kept_whole_that_is_too_long(engine, value, kept):
    with writing(engine) as connection:
        note(connection, "lan", "", "x", 0, after={"value": value})
        assert connection.execute(select(table_of(AuditEntry).c.after)).scalar_one() == {"value": kept}


def _ids(engine):
    with reading(engine) as connection:
        return list(connection.execute(select(table_of(AuditEntry).c.id)).scalars())
