"""Every route, asked by everybody: routes.tsv says the least role, and a route that it does not name fails here."""

import re
from pathlib import Path

from fastapi.routing import APIRoute

from lantoa.web.access.roles import may
from lantoa.web.app import make_app

TABLE = [line.split("\t") for line in (Path(__file__).parent / "routes.tsv").read_text().splitlines()[1:]]
DECLARED = {(method, path): least for method, path, least in TABLE}
PEOPLE = ("", "reader", "liaison", "administrator")


def routes(router, prefix=""):
    """(method, path) of every route, those of included routers too."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield from ((method, prefix + route.path) for method in route.methods if method != "HEAD")
        elif hasattr(route, "original_router"):
            yield from routes(route.original_router, prefix + getattr(router, "prefix", ""))


def test_every_route_is_declared_and_every_declaration_is_a_route(settings, engine, programme):
    assert sorted(routes(make_app(settings, engine, programme))) == sorted(DECLARED)


def test_everybody_gets_what_the_table_says(visitor):
    clients = {role: visitor(role) for role in PEOPLE}
    wrong = []
    for (method, path), least in DECLARED.items():
        if path in {"/logout", "/events"}:
            continue  # one ends the session that asks, the other never ends; both below
        for role, client in clients.items():
            answer = client.request(method, re.sub(r"\{.*?\}", "1", path))
            refused = answer.status_code in {401, 403} or answer.headers.get("location", "").startswith(
                "/login"
            )
            if path == "/login":
                refused = False
            if refused == may(role, None if least == "anybody" else least):
                wrong.append((method, path, role or "nobody", answer.status_code))
    assert wrong == []


def test_who_may_listen_and_who_may_go(visitor):
    assert visitor().get("/events").status_code == 303
    with visitor("reader").stream("GET", "/events") as answer:
        assert answer.status_code == 200
    assert visitor().post("/logout").headers["location"] == "/login"
    assert visitor("reader").post("/logout").status_code == 303
