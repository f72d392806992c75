"""Every room on every screen and in both languages: nothing serious for axe-core, nothing beyond the edge, readable without
scripts; in English its own words are English, and Vietnamese is only what people wrote."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.rooms import ROOMS
from tests.browser.starting import owner

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
# Names, titles and texts of outlets, units and documents; a placeholder is an example of those.
WRITTEN = "body [lang=vi], tbody td, table td, th[scope=row], dd, datalist, mark, .from, .case h3, .case p a"
WRITTEN += (
    ", select[name=outlet], select[name=resolution], a[href^='/resolutions/'], main > section > ul > li"
)
OWN_WORDS = """([written, letters]) => {
  const vietnamese = (text) => new RegExp(letters, "i").test(text.normalize("NFC").replaceAll("Lan tỏa", ""));
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (vietnamese(text.data) && !text.parentElement.closest(written)) found.push(text.data.trim());
  }
  for (const name of ["title", "aria-label", "alt"])
    for (const each of document.querySelectorAll(`[${name}]`))
      if (vietnamese(each.getAttribute(name)) && !each.closest(written)) found.push(each.getAttribute(name));
  return found;
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
LETTERS = "[ăâđêôơưàằầèềìòồờùừỳảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹáắấéếíóốớúứýạặậẹệịọộợụựỵ]"


def item_of(page):
    page.goto("/items?period=2024")
    return page.locator("table.list td a").first.get_attribute("href")


@pytest.mark.parametrize("room", [*ROOMS, "item"])
def test_a_room_is_for_everybody(page, room):
    """In the light, in the dark, where colours alone differ, and on a phone."""
    page.goto(item_of(page) if room == "item" else room)
    assert serious(page, RULES) == []
    page.emulate_media(color_scheme="dark")
    assert serious(page, OF_COLOURS) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 375, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def serious(page, rules):
    """What axe-core calls serious or critical: the rule, and where."""
    found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]][:3])
        for each in found.response["violations"]
        if each["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_it_is_read_without_scripts(chromium, address, room):
    context = owner(chromium, address, java_script_enabled=False)
    page = context.new_page()
    answer = page.goto(room)
    assert answer.status == 200
    assert page.locator("main h1").inner_text()
    assert page.locator("header nav a").count() >= 5
    context.close()


@pytest.fixture
def english(page, address):
    page.context.add_cookies([{"name": "language", "value": "en", "url": address}])
    return page


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_speaks_english(english, room):
    assert english.goto(room).status == 200
    assert english.locator("html").get_attribute("lang") == "en"
    assert english.evaluate(OWN_WORDS, [WRITTEN, LETTERS]) == []


@pytest.mark.parametrize(
    ("listed", "link"),
    [
        ("/items?period=2024", "table.list td a"),
        ("/sources", "table.list a[href^='/sources/']"),
        ("/activities?period=2024", "table.list td a"),
    ],
)
def test_what_a_room_leads_to_speaks_english(english, listed, link):
    english.goto(listed)
    english.goto(english.locator(link).first.get_attribute("href"))
    assert english.locator("html").get_attribute("lang") == "en"
    assert english.evaluate(OWN_WORDS, [f"{WRITTEN}, del, ins, .difference, fieldset label", LETTERS]) == []


def test_the_words_of_a_room_are_looked_at(page):
    """The same look finds the Vietnamese of a Vietnamese page."""
    page.goto("/?period=2024")
    found = page.evaluate(OWN_WORDS, [WRITTEN, LETTERS])
    assert {"Toàn cảnh", "Kênh", "Kỳ", "tin, bài"} <= set(found)
