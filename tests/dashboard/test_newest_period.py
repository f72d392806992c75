"""The pages open on the newest year that has figures, and a chosen period is kept from room to room."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup

ROOMS = ("/", "/items", "/activities", "/resolutions", "/review", "/reports", "/clippings")
OF_PERIODS = ("/", "/items", "/activities", "/resolutions", "/review", "/reports")
NEWEST = "đây là số liệu gần nhất"


def shown(browser, address, headers=None):
    answer = browser.get(address, headers=headers)
    assert answer.status_code == 200, answer.text
    page = BeautifulSoup(answer.text, "lxml")
    field = page.select_one('form.period input[name="period"]')
    return page, field["value"] if field else None


@pytest.mark.parametrize("room", ROOMS)
def test_without_figures_of_this_year_the_newest_are_shown_and_said(browser, write, room):
    write(title="Hậu Giang: bài", day="2023-05-02")
    write(title="Hậu Giang: bài", day="2024-05-02")
    page, period = shown(browser, room)
    if period is not None:
        assert period == "2024"
        assert NEWEST in page.get_text()


def test_this_year_is_shown_where_it_has_figures(browser, write):
    write(title="Hậu Giang: bài", day="2024-05-02")
    write(title="Hậu Giang: bài", day=f"{datetime.now(UTC):%Y}-01-01")
    page, period = shown(browser, "/")
    assert period == f"{datetime.now(UTC):%Y}"
    assert NEWEST not in page.get_text()


def test_this_year_is_shown_where_nothing_has_figures(browser):
    page, period = shown(browser, "/")
    assert period == f"{datetime.now(UTC):%Y}"
    assert NEWEST not in page.get_text()


@pytest.mark.parametrize("room", OF_PERIODS)
def test_every_room_leads_to_the_others_in_the_same_period(browser, write, room):
    write(title="Hậu Giang: bài", day="2023-05-02")
    write(title="Hậu Giang: bài", day="2024-05-02")
    page, period = shown(browser, f"{room}?period=05/2023")
    assert period == "2023-05"
    assert NEWEST not in page.get_text()
    links = {link["href"] for link in page.select("header nav a")}
    assert {f"{each}?period=05%2F2023" for each in OF_PERIODS} <= links
    assert "/sources" in links


@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL"])
def test_an_item_leads_back_to_the_period_from_which_the_reader_came(browser, write, header):
    item = write(title="Hậu Giang: bài", day="2023-05-02")
    came_from = str(browser.base_url.join("/items?period=2023&outlet=nhandan"))
    page, _period = shown(browser, f"/items/{item}", {header: came_from})
    assert page.select_one('header nav a[href="/items?period=2023"]')
    page, _period = shown(browser, f"/items/{item}")
    assert page.select_one('header nav a[href="/items"]')


@pytest.mark.parametrize("came_from", ["http://[", "no address", "/items?period=%00", "\x00"])
def test_where_the_reader_came_from_may_be_rubbish(browser, write, came_from):
    item = write(title="Hậu Giang: bài", day="2023-05-02")
    shown(browser, f"/items/{item}", {"HX-Current-URL": came_from.replace("\x00", "?")})
