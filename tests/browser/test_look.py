"""Every room on every screen: nothing serious for axe-core, nothing beyond the edge, readable without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.rooms import ROOMS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def item_of(page):
    page.goto("/items?period=2024")
    return page.locator("table.list td a").first.get_attribute("href")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("room", [*ROOMS, "item"])
def test_axe_finds_nothing_serious(page, room, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(item_of(page) if room == "item" else room)
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
    )
    serious = [
        (each["id"], [node["html"][:200] for node in each["nodes"]][:3])
        for each in found.response["violations"]
        if each["impact"] in {"serious", "critical"}
    ]
    assert serious == []


@pytest.mark.parametrize("room", [*ROOMS, "item"])
def test_a_phone_shows_it_without_scrolling_sideways(page, room):
    page.set_viewport_size({"width": 375, "height": 740})
    page.goto(item_of(page) if room == "item" else room)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 375


@pytest.mark.parametrize("room", ROOMS)
def test_it_is_read_without_scripts(chromium, address, room):
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    answer = page.goto(room)
    assert answer.status == 200
    assert page.locator("main h1").inner_text()
    assert page.locator("header nav a").count() >= 5
    context.close()
