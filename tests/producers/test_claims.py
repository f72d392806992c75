"""Two ids that turn out to be one piece: by the address that its page says is its own."""

import pytest
from feed_text import entry, rss
from page_text import page
from small_programme import outlet_of
from test_poll_pages import html


@pytest.fixture
def office(ingest, server, topics):
    """`fetch(a=[…], b=[…])`: entries of sources; what was merged so far, as (item gives way to item) by their identities."""

    def fetch(text="page", **entries):
        for name, stated in entries.items():
            server.answers[f"/{name}.xml"] = rss(*stated)
        sources = [
            {"id": name, "kind": "feed", "url": server.url(f"/{name}.xml"), "text": text}
            for name in sorted(entries)
        ]
        found = ingest({}, outlets=[outlet_of("bao", "", sources=sources)])
        names = {each["id"]: each["identity"].partition("/")[2] for each in topics(found, "lantoa.items")}
        corrections = {each["id"]: each for each in topics(found, "lantoa.corrections")}
        assert {each["by"] for each in corrections.values()} <= {"Lan tỏa"}
        return {(names[each["item"]], names[each["same_as"]]) for each in corrections.values()}

    return fetch


def serve(server, path, canonical, title="Tin một"):
    link = f'<link rel="canonical" href="{canonical}"></head>'.encode()
    server.answers[path] = html(page(title).replace(b"</head>", link))


def told(server, path, number=1, title="Tin một"):
    return entry(number, link=server.url(path), title=title)


def test_a_second_feed_behind_a_redirector(office, server):
    serve(server, "/tin-1.html", "/tin-1.html")
    serve(server, "/r?u=1", "/tin-1.html?utm_source=x")
    merged = {("r?u=1", "tin-1.html")}
    assert office(a=[told(server, "/tin-1.html")], b=[told(server, "/r?u=1")]) == merged


def test_the_item_that_has_the_address_stays_whichever_came_first(office, server):
    serve(server, "/r?u=1", "/tin-1.html")
    serve(server, "/tin-1.html", "/tin-1.html")
    assert office(a=[told(server, "/r?u=1")]) == set()
    assert office(b=[told(server, "/tin-1.html")]) == {("r?u=1", "tin-1.html")}


def test_a_new_token_in_every_link(office, server):
    for token in "xyz":
        serve(server, f"/tin-1.html?tok={token}", "/tin-1.html")
    assert office(a=[told(server, "/tin-1.html?tok=x")]) == set()
    assert office(a=[told(server, "/tin-1.html?tok=y")]) == {("tin-1.html?tok=y", "tin-1.html?tok=x")}
    assert len(office(a=[told(server, "/tin-1.html?tok=z")])) == 2


NO_ADDRESS = ["/", "/chinh-tri", "https://khac.example/tin-1.html", "http://[x", ""]


def test_what_is_no_address_of_one_piece_merges_nothing(office, server):
    """Two pieces of different titles that claim it; only of a foreign one and of none it does not matter which."""
    shown = []
    for number, canonical in enumerate([*NO_ADDRESS, *NO_ADDRESS]):
        title = "Tin một" if "khac" in canonical else f"Tin số {number}"
        serve(server, f"/tin-{number}.html", canonical, title)
        shown.append(told(server, f"/tin-{number}.html", number, title))
    assert office(a=shown) == set()
