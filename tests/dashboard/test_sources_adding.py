"""A source added from a page: what a site offers is shown first, and only what was chosen is written."""

import sys
import time
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

sys.path.append(str(Path(__file__).parents[1] / "producers"))  # its server of feeds

from feed_server import FeedServer, slow_headers, with_headers
from feed_text import entry, rss

from config.programme import load_programme
from config.settings import load_settings
from lantoa.web.pages.sources import add_source

OUTLETS = """\
# What the office has picked
- {id: nhandan, name: "Báo Nhân Dân", level: central, medium: newspaper, sources: []}  # the Party's own paper
"""
SITE = """<html><head><title>Báo</title><link rel="alternate" type="application/rss+xml" href="/rss/moi.rss">
<link rel="alternate" type="application/rss+xml" href="/rss/cu.rss"></head><body>x</body></html>"""
HOSTILE = "<script>alert(1)</script> Nghị quyết"


@pytest.fixture
def site():
    with FeedServer(conditional=False) as running:
        running.answers["/"] = with_headers(SITE.encode(), Content_Type="text/html; charset=utf-8")
        running.answers["/rss/moi.rss"] = rss(entry(1, title=HOSTILE), entry(2))
        running.answers["/rss/cu.rss"] = rss(entry(3))
        yield running


@pytest.fixture
def programme(tmp_path):
    folder = tmp_path / "programme"
    folder.mkdir()
    (folder / "programme.yaml").write_text("id: thu\nname: Tỉnh thử\n", "utf-8")
    (folder / "outlets.yaml").write_text(OUTLETS, "utf-8")
    return load_programme(folder)


@pytest.fixture
def database_url(tmp_path):
    return f"sqlite:///{tmp_path / 'lantoa.db'}"


@pytest.fixture
def settings(tmp_path, database_url):
    return load_settings(
        data_dir=tmp_path / "data",
        database_url=database_url,
        kafka_bootstrap_servers="",
        allow_networks="127.0.0.0/8",
        host_delay=0.0,
    )


def soup(answer, status=200):
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "lxml")


def looked(browser, url):
    """The page once the search has ended, and its address."""
    answer = browser.post("/add-source", data={"url": url})
    end = time.monotonic() + 30
    while time.monotonic() < end:
        page = soup(browser.get(answer.url))
        if page.select_one("#found, [role=alert]"):
            return page, str(answer.url)
        time.sleep(0.1)
    raise AssertionError(page.get_text())


def test_what_is_found_is_shown_and_what_is_chosen_is_written(browser, site, programme):
    file = programme.folder / "outlets.yaml"
    page, address = looked(browser, site.url("/"))
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in page.select("#found tbody tr")
    ]
    assert [(row[1], row[2]) for row in rows] == [("nguồn tin", "2"), ("nguồn tin", "1")]
    assert "Nghị quyết" in rows[0][5]
    assert not page.select("main script")
    assert file.read_text("utf-8") == OUTLETS

    untold = browser.post(address, data={"chosen": ["1"]})
    assert (untold.status_code, file.read_text("utf-8")) == (400, OUTLETS)
    assert browser.post(address).status_code == 400

    stated = {"chosen": ["1", "2"], "outlet": "Báo Mới", "level": "provincial", "medium": "newspaper"}
    saved = soup(browser.post(address, data=stated))
    assert site.url("/rss/moi.rss") in saved.pre.get_text()
    written = file.read_text("utf-8")
    assert written.startswith(OUTLETS)
    (outlet,) = [each for each in load_programme(programme.folder).outlets.values() if each.name == "Báo Mới"]
    assert [source.url for source in outlet.sources] == [site.url("/rss/moi.rss"), site.url("/rss/cu.rss")]

    listed = soup(browser.get("/sources"))  # the running dashboard knows them
    assert {row.td.get_text() for row in listed.select("table.list tbody tr")} == {
        s.id for s in outlet.sources
    }
    soup(browser.post(address, data=stated))
    assert file.read_text("utf-8") == written
    again, _address = looked(browser, site.url("/"))
    assert not again.select("input[name=chosen]")


def test_an_outlet_that_is_known_needs_no_words(browser, site, programme):
    file = programme.folder / "outlets.yaml"
    file.write_text(OUTLETS.replace("sources: []", 'hosts: ["127.0.0.1"], sources: []'), "utf-8")
    page, address = looked(browser, site.url("/rss/moi.rss"))
    entry_shown = page.pre.get_text()
    assert page.select("select[name=level]") == []
    saved = soup(browser.post(address, data={"chosen": ["1"]}))
    assert saved.pre.get_text() == entry_shown
    assert load_programme(programme.folder).outlets["nhandan"].sources[0].url == site.url("/rss/moi.rss")


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "http://10.0.0.1/", "http://[::1]/"])
def test_private_networks_are_not_asked(browser, url):
    page, _address = looked(browser, url)
    assert "private-address" in page.select_one("[role=alert]").get_text()


@pytest.mark.parametrize("url", ["javascript://a.example/", "ftp://a.example/", "http://", ""])
def test_what_is_no_address_is_refused(browser, url):
    assert browser.post("/add-source", data={"url": url}).status_code in {400, 422}


def test_a_slow_site_is_given_up_in_time(browser, site, monkeypatch):
    monkeypatch.setattr(add_source, "SECONDS", 1.0)
    site.answers["/"] = slow_headers
    began = time.monotonic()
    page, _address = looked(browser, site.url("/"))
    assert time.monotonic() - began < 30
    assert "1 giây" in page.select_one("[role=alert]").get_text()


def test_the_shipped_programme_is_not_written_to(browser, site, programme, monkeypatch):
    monkeypatch.setattr("lantoa.commands.own_programme.SHIPPED_PROGRAMME", programme.folder)
    _page, address = looked(browser, site.url("/"))
    stated = {"chosen": ["1"], "level": "provincial", "medium": "newspaper"}
    answer = browser.post(address, data=stated)
    assert (answer.status_code, "LANTOA_PROGRAMME" in answer.text) == (400, True)
    assert (programme.folder / "outlets.yaml").read_text("utf-8") == OUTLETS
    aliases = {"alias": "Nghị quyết thử", "do": "add"}
    assert browser.post("/resolutions/NQ-42-TW-XIII/aliases", data=aliases).status_code == 400
