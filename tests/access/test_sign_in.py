"""Coming in through an OpenID provider; and what is tried instead."""

import json
import socket
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select
from tenacity import Retrying, stop_after_delay, wait_fixed

from lantoa.web.app import make_app
from models.database import reading
from models.sql import table_of
from models.tables.accounts import Account, AuditEntry
from tests.access.conftest import PASSWORD
from tests.serving import serving

PEOPLE = {
    "lan": {"email": "liaison", "email_verified": True},
    "unverified": {"email": "administrator", "email_verified": False},
    "unnamed": {},
    "stranger": {"email": "stranger@nowhere.example", "email_verified": True},
}


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    """A provider in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = str(held.getsockname()[1])
    people = [f"--user-claims={json.dumps({'sub': sub, **claims})}" for sub, claims in PEOPLE.items()]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", port, "--require-nonce", "true", *people]
    log = tmp_path_factory.mktemp("provider") / "log"
    with log.open("wb") as written, subprocess.Popen(command, stdout=written, stderr=written) as provider:
        address = f"http://localhost:{port}"
        try:
            for attempt in Retrying(stop=stop_after_delay(30), wait=wait_fixed(0.1)):
                with attempt:
                    assert httpx.get(address).status_code == 200, log.read_text()
            yield address
        finally:
            provider.terminate()


@pytest.fixture
def start(settings, engine, programme, accounts):
    """`start(issuer)`: a browser before a dashboard that offers this sign-in."""
    opened = []

    def open_one(issuer, **changes):
        changes = {"https": False, "oidc_issuer": issuer, "oidc_secret": SecretStr("ours"), **changes}
        served = serving(make_app(settings.model_copy(update=changes), engine, programme, trusting=False))
        client = httpx.Client(base_url=served.__enter__(), timeout=30)
        opened.append((served, client))
        return client

    yield open_one
    for served, client in opened:
        client.close()
        served.__exit__(None, None, None)


def agree(client, as_whom, to="/"):
    """Goes to the sign-in, says there who it is, and gives the address that leads back."""
    left = client.get("/login/oidc", params={"next": to})
    assert left.status_code == 302, left.text
    asked = parse_qs(urlsplit(left.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    answer = httpx.post(left.headers["location"], data={"sub": as_whom})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def test_an_account_comes_in_by_its_address(start, issuer, engine):
    client = start(issuer)
    assert "/login/oidc?next=%2Fitems" in client.get("/login", params={"next": "/items"}).text.replace(
        "?next=/items", "?next=%2Fitems"
    )
    answer = client.get(agree(client, "lan", "/items?q=a"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/items?q=a")
    page = client.get("/")
    assert page.status_code == 200
    assert "liaison" in page.text
    assert client.get("/audit").status_code == 403  # the role is the account's
    with reading(engine) as connection:
        table = table_of(AuditEntry)
        written = connection.execute(select(table.c.actor, table.c.action, table.c.status)).first()
    assert tuple(written) == ("liaison", "GET /login/oidc/back", 303)


@pytest.mark.parametrize(
    ("whom", "words"), [("stranger", "stranger@nowhere.example"), ("unverified", "OIDC_CLAIM"), ("unnamed", "OIDC_CLAIM")]
)  # fmt: skip
def test_nobody_comes_in_without_an_account(start, issuer, whom, words):
    client = start(issuer)
    answer = client.get(agree(client, whom))
    assert answer.status_code == 403
    assert words in answer.text
    assert client.get("/").status_code == 303


def test_another_claim_may_name_the_account(start, issuer):
    client = start(issuer, oidc_claim="sub")
    answer = client.get(agree(client, "lan"))
    assert answer.status_code == 403
    assert "users add lan " in answer.text


def test_a_disabled_account_stays_out(start, issuer, engine):
    client = start(issuer)
    with engine.begin() as connection:
        connection.execute(table_of(Account).update().values(disabled=True))
    assert client.get(agree(client, "lan")).status_code == 403


def test_an_answer_is_taken_once_and_only_by_the_browser_that_asked(start, issuer):
    client, other = start(issuer), start(issuer)
    back = agree(client, "lan")
    path = back.removeprefix(str(client.base_url).rstrip("/"))
    assert other.get(path).status_code == 403
    assert client.get(back).status_code == 303
    client.cookies.delete("lantoa_session")
    assert client.get(back).status_code == 403
    assert client.get("/").status_code == 303


def test_what_the_sign_in_refuses_is_said(start, issuer):
    answer = start(issuer).get(
        "/login/oidc/back", params={"error": "access_denied", "error_description": "<b>"}
    )
    assert answer.status_code == 403
    assert "<b>" not in answer.text


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_it_leads_to_no_other_site(start, issuer, to):
    client = start(issuer)
    assert client.get(agree(client, "lan", to)).headers["location"] == "/"


@pytest.mark.parametrize("issuer", ["http://localhost:9", "http://localhost:9/realms/office/"])
def test_a_sign_in_that_does_not_answer_is_said_and_passwords_still_open(start, issuer):
    client = start(issuer)
    answer = client.get("/login/oidc")
    assert answer.status_code == 502
    assert "mật khẩu" in answer.text
    assert client.post("/login", data={"name": "reader", "password": PASSWORD}).status_code == 303


def test_behind_a_proxy_that_speaks_https_the_way_back_is_https_too(start, issuer):
    left = start(issuer, https=True).get("/login/oidc")
    assert "redirect_uri=https%3A%2F%2F127.0.0.1" in left.headers["location"]
    assert "secure" in left.headers["set-cookie"]


def test_without_settings_there_is_no_sign_in(visitor):
    assert "/login/oidc" not in visitor().get("/login").text
    assert visitor().get("/login/oidc").status_code == 404
    assert visitor().get("/login/oidc/back").status_code == 404
