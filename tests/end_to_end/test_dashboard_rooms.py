"""What a liaison changes from the pages of resolutions and sources, through a real broker and its workers."""

import json
import time

import pytest
from bs4 import BeautifulSoup

from config.programme import load_programme
from lantoa.commands.alias_change import FILE
from lantoa.web.app import make_app
from models.database import make_engine
from tests.serving import owner

FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>https://nhandan.vn/{slug}</link><guid>{slug}</guid>
<pubDate>Tue, 14 May 2024 08:00:00 +0700</pubDate><description>Tỉnh học tập.</description></item>"""
ALIAS = "Nghị quyết lo cho dân"
TITLES = {"a": f"Hậu Giang đưa {ALIAS} vào cuộc sống", "b": f"{ALIAS}: một năm nhìn lại", "c": "Bản tin"}
DOCUMENT = "NQ-42-TW-XIII"
PATIENCE = 180


@pytest.fixture(scope="module")
def up(shared_up):
    items = "".join(ITEM.format(title=title, slug=slug) for slug, title in TITLES.items())
    return shared_up(["nhandan"], {"/nhandan.xml": FEED.format(items=items).encode()})


@pytest.fixture
def lantoa(up):
    return up[0]


@pytest.fixture
def feeds(up):
    return up[1]


@pytest.fixture
def browser(lantoa):
    """Of a dashboard beside the running `lantoa up`."""
    settings = lantoa.settings
    engine = make_engine(settings)
    app = make_app(settings, engine, load_programme(settings.programme))
    with owner(app, follow_redirects=True, timeout=30) as client:
        client.cookies.set("language", "en")
        yield client
    engine.dispose()


def until(browser, address, done):
    """The page, looked at until it says so."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = browser.get(address)
        assert answer.status_code == 200, answer.text
        page = BeautifulSoup(answer.text, "lxml")
        if done(page):
            return page
        time.sleep(0.2)
    raise AssertionError(page.get_text())


def finished(browser, answer):
    assert answer.status_code == 200, answer.text
    return until(browser, str(answer.url), lambda page: page.select_one("ul.figures"))


def shown(page):
    """Effects, and cell → figure → (before, after)."""
    effects = {
        li.get_text(" ", strip=True).split(" ", 1)[1]: int(li.strong.get_text())
        for li in page.select(".figures li")
    }
    cells = {}
    for row in page.select("table:has(caption) tbody tr"):
        figure, before, after = (cell.get_text() for cell in row.select("td")[1:])
        cells[row.th["title"], figure] = (before, after)
    return effects, cells


def answer_of(lantoa, *arguments):
    ran = lantoa(*arguments, "--format", "json")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def by_resolution(lantoa):
    found = answer_of(lantoa, "tallies", "--period", "2024", "--by", "resolution")
    return {row["resolution"]: row["items"] for row in found["rows"]}


def test_an_alias_is_previewed_applied_and_taken_back(lantoa, browser):
    file = lantoa.programme.folder / FILE
    before = by_resolution(lantoa)
    aliases = f"/resolutions/{DOCUMENT}/aliases"
    page = finished(browser, browser.post(aliases, data={"alias": ALIAS, "do": "add"}))
    promised = shown(page)
    assert promised[0]["moved"] == 2
    assert (by_resolution(lantoa), file.exists()) == (before, False)

    address = page.select_one("form[action$=apply]")["action"]
    applied = finished(browser, browser.post(address))
    assert "Changed." in applied.h2.get_text()
    assert shown(applied) == promised
    assert ALIAS in file.read_text("utf-8")
    after = by_resolution(lantoa)
    assert after[DOCUMENT] == before.get(DOCUMENT, 0) + 2
    assert promised[1][f"test|2024|resolution={DOCUMENT}", "items"] == (str(before.get(DOCUMENT, "–")), "2")
    assert answer_of(lantoa, "reclassify")["changes"] == []
    again = until(browser, str(browser.post(address).url), lambda page: page.select_one("[role=alert]"))
    assert "was changed meanwhile" in again.get_text()

    own = BeautifulSoup(browser.get(f"/resolutions/{DOCUMENT}").text, "lxml")
    assert own.select_one("input[type=hidden][name=alias]")["value"] == ALIAS
    undone = finished(browser, browser.post(applied.select_one("form[action$=undo]")["action"]))
    assert "Taken back." in undone.h2.get_text()
    assert {k: v[::-1] for k, v in shown(undone)[1].items()} == promised[1]
    assert (by_resolution(lantoa), file.exists()) == (before, False)
    assert lantoa("recount").returncode == 0


def test_the_preview_is_what_lantoa_reclassify_prints(lantoa, browser):
    page = finished(
        browser, browser.post(f"/resolutions/{DOCUMENT}/aliases", data={"alias": ALIAS, "do": "add"})
    )
    effects, cells = shown(page)
    file = lantoa.programme.folder / FILE
    file.write_text(f"- use: {DOCUMENT}\n  aliases: [{ALIAS}]\n", "utf-8")
    printed = answer_of(lantoa, "reclassify")
    assert {name: effects[name] for name in printed["items"]} == printed["items"]
    assert {(row["cell"], row["figure"]) for row in printed["cells"]} == {
        (cell, figure) for cell, figure in cells
    }
    file.unlink()
    removing = browser.post(f"/resolutions/{DOCUMENT}/aliases", data={"alias": ALIAS, "do": "remove"})
    assert removing.status_code == 400
    assert "not one of the programme" in removing.text


def test_a_source_is_fetched_now_and_a_second_click_asks_nothing(lantoa, browser, feeds):
    source = next(iter(lantoa.programme.sources))
    hits = feeds.hits
    late = ITEM.format(title="Tin đến muộn", slug="late")
    feeds.bodies["/nhandan.xml"] = FEED.format(items=late).encode()
    before = answer_of(lantoa, "tallies", "--period", "2024")["totals"]["items"]
    asked = browser.post(f"/sources/{source}/fetch")
    assert (asked.status_code, "Asked at" in asked.text) == (200, True)
    until(browser, f"/sources/{source}", lambda page: "It was fetched at" in page.main.get_text())
    asked_once = feeds.hits
    assert asked_once > hits
    assert browser.post(f"/sources/{source}/fetch").status_code == 200
    end = time.monotonic() + PATIENCE
    while answer_of(lantoa, "tallies", "--period", "2024")["totals"]["items"] == before:
        assert time.monotonic() < end
    assert answer_of(lantoa, "tallies", "--period", "2024")["totals"]["items"] == before + 1
    assert feeds.hits == asked_once
    row = BeautifulSoup(browser.get("/sources").text, "lxml").select_one("table.list tbody tr")
    assert "it answered" in row.get_text()
