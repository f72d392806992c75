"""Coming in, staying, going out; and what is tried instead."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from config.errors import UsageError
from lantoa.commands.passwords import SHORTEST_PASSWORD, checked, hash_of, matches
from models.database import reading, writing
from models.sql import table_of
from models.tables.accounts import IDLE, LONGEST, Account, Session, hashed

PASSWORD = "một câu dễ nhớ"


def test_nobody_sees_anything_before_logging_in(visitor):
    answer = visitor().get("/items?period=2024&q=a")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fitems%3Fperiod%3D2024%26q%3Da"
    assert visitor().get("/login").status_code == 200
    assert visitor().get("/static/style.css").status_code == 200


def test_a_login_leads_to_the_page_that_was_asked_for(visitor):
    client = visitor()
    answer = client.post("/login", data={"name": "reader", "password": PASSWORD, "next": "/items?q=a"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/items?q=a")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.get("/items?period=2024").status_code == 200
    assert "reader" in client.get("/").text


@pytest.mark.parametrize(
    "to", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/\n/evil", ""]
)
def test_a_login_leads_to_no_other_site(visitor, to):
    answer = visitor().post("/login", data={"name": "reader", "password": PASSWORD, "next": to})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    ("name", "password"), [("reader", "x"), ("nobody", PASSWORD), ("", ""), ("reader", "")]
)
def test_a_wrong_name_and_a_wrong_password_are_told_apart_by_nothing(visitor, name, password):
    answer = visitor().post("/login", data={"name": name, "password": password})
    assert answer.status_code in {401, 422}
    assert "set-cookie" not in answer.headers


def test_five_wrong_passwords_lock_the_account_for_a_while(visitor):
    for _try in range(5):
        assert visitor().post("/login", data={"name": "reader", "password": "x"}).status_code == 401
    answer = visitor().post("/login", data={"name": "reader", "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 301


def test_going_out_ends_the_session_itself(visitor, engine):
    client = visitor("reader")
    kept = dict(client.cookies)
    assert client.post("/logout").status_code == 303
    client.cookies.update(kept)
    assert client.get("/").status_code == 303
    with reading(engine) as connection:
        assert connection.execute(select(table_of(Session))).all() == []


@pytest.mark.parametrize(("column", "age"), [("seen_at", IDLE), ("begun_at", LONGEST)])
def test_a_session_ends_by_itself(visitor, engine, column, age):
    client = visitor("reader")
    assert client.get("/").status_code == 200
    with writing(engine) as connection:
        connection.execute(
            table_of(Session).update().values({column: datetime.now(UTC) - age - timedelta(seconds=1)})
        )
    assert client.get("/").status_code == 303
    visitor("liaison")
    with reading(engine) as connection:
        assert len(connection.execute(select(table_of(Session))).all()) == 1  # what has ended is gone


def test_a_disabled_account_is_out_at_once(visitor, engine):
    client = visitor("reader")
    with writing(engine) as connection:
        connection.execute(table_of(Account).update().values(disabled=True))
    assert client.get("/").status_code == 303
    assert client.post("/login", data={"name": "reader", "password": PASSWORD}).status_code == 401


def test_the_database_holds_no_secret(visitor, engine):
    client = visitor("reader")
    (secret,) = client.cookies.values()
    with reading(engine) as connection:
        (row,) = connection.execute(select(table_of(Session))).mappings()
        (kept,) = connection.execute(
            select(table_of(Account).c.password).where(table_of(Account).c.name == "reader")
        ).scalars()
    assert row["secret"] == hashed(secret) != secret
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


def test_passwords_are_long_and_any_letters():
    assert matches("mật khẩu rất dài 🌾", hash_of("mật khẩu rất dài 🌾"))
    assert not matches("mật khẩu", None)
    for bad in ("a" * (SHORTEST_PASSWORD - 1), "a" * 257, ""):
        with pytest.raises(UsageError, match="12"):
            checked(bad)


def test_going_out_ends_what_an_open_page_follows(visitor):
    client = visitor("reader")
    with client.stream("GET", "/events") as events:
        lines = events.iter_lines()
        assert next(lines) == "retry: 5000"
        assert client.post("/logout").status_code == 303
        assert len(list(lines)) < 20  # and it is at its end
