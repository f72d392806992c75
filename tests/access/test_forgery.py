"""What other sites' pages, proxies and floods try."""

import socket
from urllib.parse import urlsplit

import pytest
from limits import parse

from lantoa.web.access import limits
from lantoa.web.access.guard import MOST_BYTES


@pytest.fixture
def database_url(tmp_path):
    """What is tried here is the same on both databases."""
    return f"sqlite:///{tmp_path / 'lantoa.db'}"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "SELF"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "SELF"}, 303),
        ({"origin": "SELF"}, 303),
        ({}, 303),
    ],
)
def test_only_our_own_pages_change_anything(visitor, address, headers, status):
    sent = {name: address if value == "SELF" else value for name, value in headers.items()}
    answer = visitor("liaison").post("/reports/freeze", data={"period": "2024"}, headers=sent)
    assert answer.status_code == status


def test_on_this_machine_too(browser):
    answer = browser.post(
        "/reports/freeze", data={"period": "2024"}, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip"])
def test_a_dashboard_that_trusts_this_machine_answers_no_proxy(browser, header):
    answer = browser.get("/", headers={header: "10.0.0.1"})
    assert answer.status_code == 403
    assert "--login" in answer.text


@pytest.mark.parametrize("length", [MOST_BYTES + 1, 200_000_000, 10**15])
def test_a_huge_body_is_refused_before_it_is_read(visitor, address, length):
    client = visitor("liaison")
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    at = urlsplit(address)
    with socket.create_connection((at.hostname, at.port), 10) as connection:
        head = f"POST /reports/freeze HTTP/1.1\r\nHost: {at.netloc}\r\nCookie: {cookies}\r\nContent-Length: {length}\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(100).split(b"\r\n")[0] == b"HTTP/1.1 413 Request Entity Too Large"


def test_a_body_that_does_not_say_its_length_is_refused(visitor):
    answer = visitor("liaison").post("/reports/freeze", content=iter([b"period=2024"]))
    assert answer.status_code == 411


def test_a_flood_is_slowed(visitor, monkeypatch):
    client = visitor("reader")
    monkeypatch.setattr(limits, "REQUESTS", parse("10/minute"))
    answers = [client.get("/audit") for _ in range(3)] + [client.get("/reports") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [403] * 3 + [200] * 10 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 61
    assert visitor("liaison").get("/reports").status_code == 200
