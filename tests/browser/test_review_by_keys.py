"""The room Chờ xử lý in a real browser, before a real worker: decide, the counts follow, undo, and the case is there again."""

import pytest
from playwright.sync_api import expect

from tests.browser.starting import owner

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SHORT = 3000  # pixels of a page on a telephone


def count_of(page):
    return int(page.locator("[data-sum=waiting]").inner_text())


def expect_counts(page, total, of_kind):
    """In the header, on the page, in the tab and in the heading."""
    expect(page.locator("#to-decide")).to_have_text(str(total))
    expect(page.locator("[data-sum=waiting]")).to_have_text(str(total))
    expect(page.locator(".tabs [aria-current] strong")).to_have_text(str(of_kind))
    expect(page.locator("#of-kind")).to_contain_text(f"· {of_kind}")


def open_kind(page, kind):
    """How many cases there are, and how many of this kind."""
    page.goto(f"/review?period=2024&kind={kind}")
    return count_of(page), int(page.locator(".tabs [aria-current] strong").inner_text())


def test_a_case_is_decided_counted_taken_back_and_decided_again(page):
    total, of_kind = open_kind(page, "ambiguous")
    case = page.locator(".case").first
    page.keyboard.press("j")
    expect(case).to_be_focused()
    choices = case.locator("button.choice").all_inner_texts()
    for _round in range(2):
        page.keyboard.press("1")
        expect(case.locator(".effect")).to_contain_text("Đã quyết định")
        expect(case.locator("button.choice")).to_have_count(0)
        expect_counts(page, total - 1, of_kind - 1)
        expect(case).to_be_focused()
        page.keyboard.press("u")
        expect(case.locator(".effect")).to_contain_text("Đã rút lại")
        expect_counts(page, total, of_kind)
        assert case.locator("button.choice").all_inner_texts() == choices
        expect(case).to_be_focused()
    page.reload()
    assert page.locator(".case").first.locator("button.choice").all_inner_texts() == choices


def test_dates_that_are_ticked_are_settled_and_taken_back_together(page):
    total, of_kind = open_kind(page, "date")
    titles = page.locator(".case h3").all_inner_texts()
    for _case in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("[name=items]:checked")).to_have_count(2)
    page.get_by_role("button", name="Lấy ngày thấy lần đầu", exact=True).click()
    effect = page.locator("#decided-together .effect")
    expect(effect).to_contain_text("và 1 mục khác")
    expect_counts(page, total - 2, of_kind - 2)
    expect(page.locator(".case h3").first).to_have_text(titles[2])
    effect.get_by_role("button", name="Hoàn tác").click()
    expect(effect).to_contain_text("Đã rút lại")
    expect_counts(page, total, of_kind)
    expect(page.locator(".case h3")).to_have_text(titles)


def test_all_dates_are_settled_and_taken_back_by_one_click_each(page):
    total, of_kind = open_kind(page, "date")
    assert of_kind > 50
    page.get_by_role("button", name=f"Cả {of_kind}").click()
    effect = page.locator("#decided-together .effect")
    expect(effect).to_contain_text(f"và {of_kind - 1} mục khác")
    expect_counts(page, total - of_kind, 0)
    expect(page.locator(".case")).to_have_count(0)
    expect(page.locator("#together")).to_be_hidden()
    other = page.context.new_page()
    other.goto("/?period=2024")
    expect(other.locator(".todo strong")).to_have_text(str(total - of_kind))
    effect.get_by_role("button", name="Hoàn tác").click()
    expect(effect).to_contain_text("Đã rút lại")
    expect_counts(page, total, of_kind)
    expect(page.locator(".case")).not_to_have_count(0)
    expect(other.locator(".todo strong")).to_have_text(str(total))
    expect(other.locator("#to-decide")).to_have_text(str(total))  # the open overview follows


def test_j_leads_to_the_next_page(page):
    open_kind(page, "date")
    first, here = page.locator(".case h3").first.inner_text(), page.locator(".case").count()
    for _case in range(here + 1):
        page.keyboard.press("j")
    expect(page.locator(".case h3").first).not_to_have_text(first)
    assert "after=" in page.url
    page.keyboard.press("j")
    expect(page.locator(".case").first).to_be_focused()


@pytest.mark.parametrize("kind", ["ambiguous", "date", "duplicate"])
def test_a_telephone_shows_a_short_page_without_keys(chromium, address, kind):
    context = owner(
        chromium,
        address,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        locale="vi-VN",
    )
    page = context.new_page()
    page.goto(f"/review?period=2024&kind={kind}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.documentElement.scrollHeight") < SHORT
    assert page.locator("kbd").count()
    for each in [*page.locator("kbd").all()[:3], page.locator(".keys")]:
        expect(each).to_be_hidden()
    expect(page.locator("a[rel=next]")).to_be_visible()
    context.close()
