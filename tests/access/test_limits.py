"""Limits come before work and storage: how many passwords are checked, and what strangers leave behind."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from math import ceil

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import parse
from sqlalchemy import func, select

from lantoa.web.access import limits
from lantoa.web.access.limits import MOST_REMEMBERED, PAIR, Limits, network_of
from models.database import reading
from models.sql import table_of
from models.store.accounts import LONGEST_TEXT
from models.tables.accounts import AuditEntry
from tests.access.conftest import PASSWORD

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def fail(made, name, address):
    """Whether a wrong password was checked."""
    with made.trying(name, address) as attempt:
        return not attempt.wait


def test_delays_grow_and_are_forgotten():
    clock = Clock()
    made = Limits(clock)
    assert [fail(made, "lan", "192.0.2.1") for _ in range(7)] == [True] * 5 + [False] * 2
    waits = []
    for _more in range(8):
        with made.trying("lan", "192.0.2.1") as attempt:
            waits.append(attempt.wait)
        clock.now += attempt.wait
        assert fail(made, "lan", "192.0.2.1")
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    clock.now += PAIR.forgotten + 1
    assert [fail(made, "lan", "192.0.2.1") for _ in range(6)] == [True] * 5 + [False]


def test_a_right_password_clears_what_its_owner_mistyped():
    made = Limits(Clock())
    for _day in range(3):
        assert all(fail(made, "lan", "192.0.2.1") for _ in range(4))
        with made.trying("lan", "192.0.2.1") as attempt:
            attempt.is_right = True
        assert not attempt.wait


@given(st.integers(1, 60), st.integers(1, 9), st.integers(1, 9))
def test_tries_at_once_are_no_more_than_one_after_the_other(tries, names, addresses):
    made = Limits(Clock())
    allowed = Counter()
    with ExitStack() as stack:
        for number in range(tries):
            name, address = f"n{number % names}", f"192.0.2.{number % addresses}"
            attempt = stack.enter_context(made.trying(name, address))
            allowed[name, address] += not attempt.wait
    of_addresses, of_names = Counter(), Counter()
    for (name, address), count in allowed.items():
        assert count <= limits.PAIR.free
        of_addresses[address] += count
        of_names[name] += count
    assert max(of_addresses.values()) <= limits.ADDRESS.free
    assert max(of_names.values()) <= limits.ACCOUNT.free


def test_strangers_do_not_lock_the_owner_out():
    made = Limits(Clock())
    with made.trying("lan", "192.0.2.1") as attempt:
        attempt.is_right = True
    for number in range(200):
        fail(made, "lan", f"198.51.100.{number}")
        fail(made, f"n{number}", f"203.0.113.{number}")
    with made.trying("lan", "192.0.2.1") as attempt:
        assert not attempt.wait
    with made.trying("minh", "192.0.2.77") as attempt:
        assert attempt.wait  # 60 passwords a minute are checked of all who were not here before


def test_what_is_known_of_askers_is_bounded():
    made = Limits(Clock())
    for number in range(3 * MOST_REMEMBERED):
        made.asked_without_account(f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
        fail(made, f"n{number}", f"2001:db8:{number:x}::1")
    assert len(made._allowed["anonymous"]) == MOST_REMEMBERED
    assert {len(each) <= MOST_REMEMBERED for each in (made._pairs, made._addresses, made._accounts)} == {True}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"), ("fe80::1%eth0", "fe80::/64"), ("", ""), ("không", "không"),
    ],
)  # fmt: skip
def test_a_network_of_ipv6_is_one_asker(address, network):
    assert network_of(address) == network


@SQLITE
def test_thirty_wrong_passwords_at_once_are_five_checks(address, engine):
    def wrong(_number):
        return httpx.post(f"{address}/login", data={"name": "reader", "password": "sai"}, timeout=60)

    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(wrong, range(30)))
    found = Counter(answer.status_code for answer in answers)
    assert set(found) <= {401, 429, 503}
    assert 1 <= found[401] <= 5
    assert all(int(each.headers["retry-after"]) > 0 for each in answers if each.status_code != 401)
    rows = audit(engine)
    assert [(row["event"], row["subject"], row["actor"]) for row in rows] == [
        ("login-failed", "reader", "–")
    ] * found[401]


@SQLITE
def test_wrong_passwords_from_one_address_lock_nobody_out_at_another(address):
    from_elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=address, transport=from_elsewhere, timeout=60) as other:
        assert [
            other.post("/login", data={"name": "administrator", "password": "sai"}).status_code
            for _ in range(6)
        ] == [401] * 5 + [429]
    right = {"name": "administrator", "password": PASSWORD}
    assert httpx.post(f"{address}/login", data=right, timeout=60).status_code == 303


@SQLITE
def test_strangers_leave_nothing_in_the_database(visitor, engine, monkeypatch):
    monkeypatch.setattr(limits, "REQUESTS", parse("30/minute"))
    client, found = visitor(), Counter()
    long = "/reports/" + "x" * 20_000
    for number in range(30):
        for method, path in (
            ("POST", "/reports/freeze"),
            ("POST", long),
            ("GET", long),
            ("PUT", "/audit"),
            ("POST", "/logout"),
        ):
            answer = client.request(method, f"{path}?n={number}", headers={"authorization": "Bearer x"})
            found[answer.status_code] += 1
            assert answer.status_code != 429 or int(answer.headers["retry-after"]) >= 1
    assert set(found) == {303, 429}
    assert found[429] >= 30
    assert audit(engine) == []


@SQLITE
def test_texts_of_requests_are_cut_in_the_audit(visitor, engine):
    name = "n" * 200
    visitor().post("/login", data={"name": name, "password": "sai"})
    visitor("reader").post("/reports/" + "x" * 20_000)
    rows = audit(engine)
    assert [row["event"] for row in rows] == ["login-failed", "login", "refused"]
    assert max(len(str(value)) for row in rows for value in row.values()) <= LONGEST_TEXT


@SQLITE
def test_who_is_refused_again_and_again_does_not_fill_the_audit(visitor, engine):
    client = visitor("reader")
    began = time.monotonic()
    answers = {client.post("/reports/freeze", data={"period": "2024"}).status_code for _ in range(100)}
    earned = ceil(time.monotonic() - began)  # one a second, behind the first sixty
    assert answers == {403}
    with reading(engine) as connection:
        assert (
            connection.execute(select(func.count()).select_from(table_of(AuditEntry))).scalar_one()
            <= 62 + earned
        )


def audit(engine):
    with reading(engine) as connection:
        table = table_of(AuditEntry)
        return [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]
