"""`lantoa sources check`: what each source gives, and what to change about it."""

import json

import pytest
from feed_server import Handler, status, with_headers
from feed_text import entry, rss


@pytest.fixture
def checked(lantoa, folder, site):
    """What is said of the one source at `/a.xml`."""

    def check(source: dict | None = None, outlet: dict | None = None):
        listed = {"id": "a", "kind": "feed", "url": site.url("/a.xml"), "text": "feed"} | (source or {})
        entry_of = {
            "id": "bao",
            "name": "Báo",
            "level": "central",
            "medium": "newspaper",
            "sources": [listed],
        }
        (folder / "outlets.yaml").write_text(json.dumps([entry_of | (outlet or {})]), "utf-8")
        ran = lantoa("sources", "check", "--format", "json")
        (row,) = json.loads(ran.stdout)
        return row, ran.exit_code

    return check


def test_a_good_source(checked, site, tmp_path):
    site.answers["/a.xml"] = rss(entry(1), entry(2, pubDate="Fri, 20 Nov 2026 08:00:00 +0700"))
    row, exit_code = checked()
    assert exit_code == 0
    assert (row["status"], row["entries"], row["newest"], row["text"]) == ("ok", 2, "2026-11-20", 1.0)
    assert (row["robots"], row["redirects"], row["advice"], row["certificate"]) == (
        "allowed",
        None,
        None,
        None,
    )
    assert not (tmp_path / "data" / "lantoa.db").exists(), "nothing is remembered"


def moved(to: str, code: int):
    return lambda handler: Handler.send(handler, b"", status=code, headers={"Location": to})


@pytest.mark.parametrize(("code", "is_for_good"), [(301, True), (308, True), (302, False), (307, False)])
def test_an_address_that_moved_for_good_is_to_be_changed(checked, site, code, is_for_good):
    site.answers |= {
        "/a.xml": moved("/b.xml", code),
        "/b.xml": rss(entry(1, pubDate="Fri, 20 Nov 2026 08:00:00 +0700")),
    }
    row, _ = checked()
    assert row["redirects"] == f"{code} {site.url('/a.xml')} → {site.url('/b.xml')}"
    assert ("change the address to" in (row["advice"] or "")) == is_for_good


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [(status(404), "http-404", "it is gone"), (with_headers(b"<html><p>x</p></html>", Content_Type="text/html"), "not-a-feed", "looks for its feeds"),
     (rss(), "empty", None)],
    ids=["gone", "no feed", "empty"],
)  # fmt: skip
def test_a_failing_source_is_named_with_what_to_do(checked, site, answer, reason, words):
    site.answers["/a.xml"] = answer
    row, exit_code = checked()
    assert (row["status"], row["reason"], exit_code) == ("failed", reason, 1)
    assert (words or "") in (row["advice"] or "")


def test_robots_are_told(checked, site):
    site.answers["/a.xml"] = rss(entry(1))
    site.answers["/robots.txt"] = with_headers(b"User-agent: *\nDisallow: /a", Content_Type="text/plain")
    row, _ = checked()
    assert (row["reason"], row["robots"]) == ("robots", "refused")
    assert site.times("/a.xml") == []
    site.answers["/robots.txt"] = with_headers(b"User-agent: *\nCrawl-delay: 1", Content_Type="text/plain")
    assert checked()[0]["robots"] == "every 1 s"


def test_the_order_of_dates_is_deduced(checked, site):
    site.answers["/a.xml"] = rss(entry(1, pubDate="11/21/2026 08:00"), entry(2, pubDate="11/03/2026 08:00"))
    row, _ = checked(outlet={"dates": "day-first"})
    assert (row["dates"], row["newest"]) == ("month-first", "2026-11-21")
    assert "state `dates: month-first`" in row["advice"]


def test_texts_that_are_missing_are_told(checked, site):
    site.answers["/a.xml"] = rss(entry(1, description=None), entry(2, description=None))
    row, _ = checked()
    assert row["text"] == 0
    assert "state `text: page`" in row["advice"]
    assert "text: page" not in (checked({"text": "page"})[0]["advice"] or "")


def test_a_source_that_nobody_keeps_up_is_told(checked, site):
    site.answers["/a.xml"] = rss(entry(1, pubDate="Tue, 28 Jul 2020 18:50:00 +0700"))
    assert "nothing new since 2020-07-28" in checked()[0]["advice"]


def test_selectors_that_match_nothing_are_told(checked, site):
    site.answers["/a.xml"] = with_headers(b"<html><body><p>Tin</p></body></html>", Content_Type="text/html")
    row, exit_code = checked({"kind": "listing", "listing": {"item": "li", "link": "a"}, "text": "page"})
    assert (row["reason"], exit_code) == ("selector-drift", 1)
    assert "state other selectors" in row["advice"]


def test_a_name_that_the_programme_does_not_have(lantoa):
    ran = lantoa("sources", "check", "khong-co")
    assert "khong-co" in str(ran.exception)
