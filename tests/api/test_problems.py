"""What is refused or away is told as problem details, in the language that a program asks for, and nothing else changes it."""

import httpx
import pytest
from sqlalchemy import create_engine

from config.settings import Settings
from lantoa.web.app import make_app
from tests.serving import cookie_of


def problem(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["type"]) == (status, "about:blank")
    assert told["title"]
    return told


@pytest.mark.parametrize(
    ("address", "status", "where", "says"),
    [
        ("tallies?period=2024-13", 422, "query.period", "'2024-13' is not a period. Expected 2024, 2024-Q3"),
        ("tallies?period=２０２４", 422, "query.period", "is not a period"),
        ("items?period=2024-05-01..2024-04-01", 422, "query.period", "ends before it begins"),
        ("tallies?by=chanel", 422, "query.by", "'chanel' is not known"),
        ("tallies?by=channel,channel", 422, "query.by", "names a key twice"),
        ("tallies?by=channel,%20form", 422, "query.by", "nothing but commas"),
        ("items?chanel=radio", 422, "query.chanel", "not permitted"),
        ("items?channel=radoi", 422, "query.channel", ""),
        ("items?limit=201", 422, "query.limit", "less than or equal to 200"),
        ("items?outlet=%00", 422, "query.outlet", ""),
        ("reports/99999999999999999999", 422, "path.id", ""),
        ("items?after=2", 400, None, "no place in a list"),
        ("items?after=[%22x%22,%22y%22]", 400, None, "no place in a list"),
        ("items?after=[%222024-01-01%22,%22%5Cu0000%22]", 400, None, "no place in a list"),
        ("items?after=[%222024-01-01%22,%22%5Cud800%22]", 400, None, "no place in a list"),
        ("items?after=" + 500 * "[", 400, None, "no place in a list"),
        ("waiting?after=[1,2,3]", 400, None, "no place in a list"),
        ("items/nothing", 404, None, "No item has the id 'nothing'"),
        ("activities/nothing", 404, None, "No activity has the id 'nothing'"),
        ("resolutions/nothing", 404, None, "The catalogue has no 'nothing'"),
        ("reports/77", 404, None, "There is no report 77"),
        ("reports/77/changes", 404, None, "There is no report 77"),
        ("cells/nothing", 404, None, "names no cell"),
        ("nothing", 404, None, "Not Found"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_question_that_cannot_be_answered(client, address, status, where, says):
    told = problem(client.get(f"/api/v1/{address}", headers={"Accept-Language": "en"}), status)
    assert says in told["detail"]
    assert {each["where"] for each in told["errors"]} == ({where} if where else set())


def test_what_postgresql_would_refuse_never_reaches_it(client, office):
    for address in ("items/%00", "cells/thu%7C2024%7Coutlet=%00", "activities/%00", "items?q=%00"):
        assert client.get(f"/api/v1/{address}").status_code in {200, 422}, address


def test_other_methods_are_named_and_other_origins_are_not_let_in(client):
    refused = client.delete("/api/v1/tallies")
    problem(refused, 405)
    assert refused.headers["allow"] == "GET"
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    problem(client.options("/api/v1/tallies", headers=asked), 405)
    answered = client.get("/api/v1/health", headers={"Origin": "https://elsewhere.example"})
    assert not [name for name in answered.headers if name.startswith("access-control")]


def test_a_text_that_is_no_text_is_refused(client):
    for body in (b"{", b"[]", b'{"title": 1}', b'{"titel": "x"}', b'{"title": "\\ud800"}'):
        sent = client.post("/api/v1/classify", content=body, headers={"Content-Type": "application/json"})
        problem(sent, 422)
    sent = client.post("/api/v1/classify", content=b"\xff", headers={"Content-Type": "application/json"})
    problem(sent, 400)
    too_long = client.post("/api/v1/classify", json={"text": "x" * 1_000_001})
    assert "x" * 100 not in problem(too_long, 422)["detail"]


def test_the_language_is_asked_for_with_every_request_and_no_cookie_decides_anything(client, office):
    for cookies, accepted, says in [
        ({}, {}, "Không có"),
        ({"language": "en"}, {}, "Không có"),
        ({"language": "vi"}, {"Accept-Language": "en-GB,en;q=0.9"}, "No item"),
    ]:
        asked = client.build_request("GET", "/api/v1/items/nothing", cookies=cookies, headers=accepted)
        answered = client.send(asked)
        assert says in problem(answered, 404)["detail"]
        assert "set-cookie" not in answered.headers


def test_people_still_see_a_page(client):
    for address in ("/nothing", "/items?period=99", "/items/nothing"):
        assert client.get(address).headers["content-type"].startswith("text/html")


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "address", ["health", "tallies", "items", "items/x", "waiting", "sources", "reports"]
)
async def test_a_database_that_is_away_is_told(settings: Settings, programme, address):
    nobody = create_engine("postgresql+psycopg://127.0.0.1:9/lantoa", connect_args={"connect_timeout": 2})
    app = make_app(settings, nobody, programme)
    asking = httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1", cookies=cookie_of(app)
    )
    async with asking:
        told = problem(await asking.get(f"/api/v1/{address}"), 503)
    assert told["detail"] == "Cơ sở dữ liệu không trả lời. Hãy hỏi lại sau ít phút."
