"""`lantoa users …`, and a dashboard that opens itself to nobody without them."""

import json
import os

import httpx
import pytest
from sqlalchemy import select

from config.settings import as_environment
from models.database import reading
from models.sql import table_of
from models.tables.accounts import AuditEntry
from tests.command import run_lantoa


@pytest.fixture
def run(settings):
    environment = os.environ | as_environment(settings) | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}

    def run(*arguments, stdin=""):
        return run_lantoa(*arguments, environment=environment, stdin=stdin)

    return run


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_account_from_its_making_to_its_end(run):
    assert "lantoa users add" in run("dashboard", "--host", "192.0.2.1").stderr
    made = run("users", "add", "lan", "--role", "liaison", "--password-stdin", stdin="một câu dễ nhớ\n")
    assert made.returncode == 0, made.stderr
    assert run("users", "add", "lan", "--password-stdin", stdin="một câu dễ nhớ\n").returncode == 2
    assert run("users", "add", "minh", "--password-stdin", stdin="ngắn\n").returncode == 2
    assert (
        run("users", "add", "minh", "--role", "king", "--password-stdin", stdin="một câu dễ nhớ\n").returncode
        == 2
    )
    token = run("users", "token", "lan", "--label", "bảng của Sở").stdout.strip()
    assert len(token) > 40
    (row,) = json.loads(run("users", "list", "--format", "json").stdout)
    assert (row["name"], row["role"], row["disabled"], row["tokens"]) == ("lan", "liaison", False, 1)
    assert run("users", "role", "lan", "administrator").returncode == 0
    assert "1 sessions and tokens" in run("users", "revoke", "lan").stderr
    assert run("users", "disable", "lan").returncode == 0
    assert "lantoa users add" in run("dashboard", "--host", "192.0.2.1").stderr
    assert run("users", "disable", "nobody").returncode == 2
    (row,) = json.loads(run("users", "list", "--format", "json").stdout)
    assert (row["role"], row["disabled"], row["tokens"]) == ("administrator", True, 0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("password", ["", "nobody has this password", "một câu dễ nhớ"])
def test_no_password_opens_an_account_without_one(visitor, run, password):
    made = run("users", "add", "lan@so.example", "--without-password")
    assert made.returncode == 0, made.stderr
    answer = visitor().post("/login", data={"name": "lan@so.example", "password": password})
    assert answer.status_code in {401, 422}


def test_a_token_opens_what_programs_read_and_nothing_else(visitor, address, run):
    token = run("users", "token", "liaison", "--label", "x").stdout.strip()
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address) as program:
        refused = program.get("/api/v1/nothing")
        assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")
        assert program.get("/api/v1/nothing", headers={"authorization": "Bearer x"}).status_code == 401
        assert program.get("/api/v1/nothing", headers=headers).status_code == 404
        assert program.get("/items", headers=headers).status_code == 303
        assert program.post("/reports/freeze", data={"period": "2024"}, headers=headers).status_code == 303
        assert run("users", "revoke", "liaison").returncode == 0
        assert program.get("/api/v1/nothing", headers=headers).status_code == 401


def test_what_was_changed_is_written_down_with_who_and_what_was_refused(visitor, engine, run):
    visitor("liaison").post("/reports/freeze", data={"period": "2024"})
    visitor("reader").post("/reports/freeze", data={"period": "2024"})
    visitor("reader").get("/items")
    with reading(engine) as connection:
        rows = connection.execute(select(table_of(AuditEntry)).order_by(table_of(AuditEntry).c.id)).mappings()
        found = [
            (row["actor"], row["action"], row["status"]) for row in rows if row["action"] != "POST /login"
        ]
    expected = [("liaison", "POST /reports/freeze", 303), ("reader", "POST /reports/freeze", 403)]
    assert found == expected
    page = visitor("administrator").get("/audit").text
    assert page.index("reader") < page.index("liaison")
    told = json.loads(run("users", "audit", "--format", "json").stdout)
    assert [
        (row["actor"], row["action"], row["status"]) for row in told if "freeze" in row["action"]
    ] == expected
