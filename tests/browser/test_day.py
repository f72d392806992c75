"""A day of the liaison, in a real browser on the demo's year."""

import re
from contextlib import contextmanager

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from tests.browser.starting import owner

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PARTNERS = re.compile("tin, bài của các cơ quan này")


def figure(page, name):
    return page.locator(".figures li", has_text=name).locator("strong")


def test_a_figure_leads_to_its_items_and_an_item_to_its_evidence(page):
    page.goto("/?period=2024")
    expect(figure(page, PARTNERS)).to_have_text("1.717")
    page.get_by_role("link", name=PARTNERS).click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("1.717 tin, bài")
    page.locator("table.list tbody a, table.list td a").first.click()
    expect(page.locator("article.evidence h1")).not_to_be_empty()
    expect(page.get_by_role("heading", name="Cách xếp loại")).to_be_visible()


def test_the_trend_is_drawn_and_says_the_same_as_its_table(page):
    page.goto("/?period=2024")
    expect(page.locator("#trend svg")).to_be_visible()
    page.get_by_text("Xem dưới dạng bảng").click()
    assert page.locator("details table td:nth-of-type(1)").count() == 53
    page.locator("#trend").click()  # in the middle of the year
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"Tin, bài 2024-0[67]-\d\d\.\.2024-0[67]-\d\d")
    )
    assert page.locator("table.list tbody tr").count() > 10


def test_an_ambiguous_mention_is_decided_by_one_key_and_taken_back(page):
    page.goto("/?period=2024")
    waiting = figure(page, "chờ xử lý")
    before = int(waiting.inner_text())
    page.goto("/review?period=2024")
    page.keyboard.press("j")
    case = page.locator(".case:focus")
    wanted = case.locator('[data-key="1"]').get_attribute("value")
    page.keyboard.press("1")
    effect = page.locator(".effect")
    expect(effect).to_contain_text("Đã quyết định")
    expect(effect).to_contain_text("→")
    page.goto(f"/items?period=2024&resolution={wanted}")
    decided = page.locator("table.list td a").count()
    assert decided
    page.goto("/?period=2024")
    expect(figure(page, "chờ xử lý")).to_have_text(str(before - 1))
    item = _last_decided(page, wanted)
    page.goto(item)
    page.get_by_role("button", name="Rút lại").click()
    expect(page.locator(".effect")).to_contain_text("Đã rút lại")
    page.goto("/?period=2024")
    expect(figure(page, "chờ xử lý")).to_have_text(str(before))


def _last_decided(page, wanted):
    page.goto(f"/items?period=2024&resolution={wanted}")
    for link in [each.get_attribute("href") for each in page.locator("table.list td a").all()]:
        page.goto(link)
        if page.get_by_role("button", name="Rút lại").count():
            return link
    raise AssertionError("no decided item")


def test_a_figure_follows_a_decision_while_the_page_is_open(page, chromium, address):
    page.goto("/?period=2024")
    expect(figure(page, PARTNERS)).to_have_text("1.717")
    other = owner(chromium, address).new_page()
    other.goto("/items?period=2024&level=central&partner=yes&sort=oldest")
    other.locator("table.list td a").first.click()
    other.get_by_text("Quyết định lại").click()
    other.get_by_label("phạm vi").select_option("no")
    other.get_by_label("căn cứ").last.fill("bài nói về tỉnh khác")
    other.get_by_role("button", name="Quyết định", exact=True).click()
    effect = other.locator(".effect")
    expect(effect).to_contain_text("Đã quyết định")
    expect(figure(page, PARTNERS)).to_have_text("1.716")
    third = other.context.new_page()
    third.goto("/?period=2024")
    with late(page, "**/?period=2024"):
        effect.get_by_role("button", name="Hoàn tác").click()
        expect(other.locator(".effect")).to_contain_text("Đã rút lại")
        expect(figure(third, PARTNERS)).to_have_text("1.717")
        assert figure(page, PARTNERS).inner_text() == "1.716"
        page.wait_for_timeout(
            3000
        )  # for whatever else is told of it: nothing more comes once the page has its answer
    expect(figure(page, PARTNERS)).to_have_text("1.717")
    other.context.close()


@contextmanager
def late(page, address):
    """The page asks for its figures now, and gets those of now when the block is over: it was told of newer ones between."""
    held = []
    page.route(address, lambda route: held.append((route, route.fetch())), times=1)
    page.evaluate("htmx.trigger(document.body, 'tallies')")
    while not held:
        page.wait_for_timeout(100)
    yield
    route, answer = held.pop()
    route.fulfill(response=answer)


def test_a_report_is_frozen_compared_and_downloaded(page, tmp_path):
    page.goto("/reports?period=2024-05")
    page.get_by_role("button", name="Chốt báo cáo").click()
    row = page.locator("table.list tr", has_text="2024-05").first
    expect(row).to_be_visible()
    with page.expect_download() as found:
        row.get_by_role("link", name=".xlsx").click()
    found.value.save_as(tmp_path / "r.xlsx")
    items = load_workbook(tmp_path / "r.xlsx")["Tin, bài"].max_row - 1
    expect(row.locator("td.figure").first).to_have_text(f"{items:,}".replace(",", "."))
    row.get_by_role("link", name="xem thay đổi").click()
    expect(page.get_by_role("heading", name="0 thay đổi")).to_be_visible()


def test_words_are_found_without_marks_by_typing_them(page):
    page.goto("/items?period=2024")
    page.get_by_label("từ trong tiêu đề").fill('"vi thanh"')
    page.get_by_role("button", name="Xem").last.click()
    titles = page.locator("table.list td a").all_inner_texts()
    assert titles
    expect(page.locator(".chips")).to_contain_text("vi thanh")


def test_a_sheet_with_errors_is_previewed_imported_and_its_bad_rows_given_back(page, tmp_path):
    book = Workbook()
    for row in (
        ["Ngày", "Loại hình", "Đơn vị", "Nội dung", "Số buổi", "Lượt người"],
        ["5/3/2023", "Tuyên truyền miệng", "Ban Tuyên giáo", "Nói chuyện thời sự", 2, 80],
        ["hôm qua", "Tuyên truyền miệng", "Ban Tuyên giáo", "Nói chuyện", 1, 40],
    ):
        book.active.append(row)
    book.save(tmp_path / "báo cáo.xlsx")
    page.goto("/activities/import")
    page.get_by_label("20 MB").set_input_files(tmp_path / "báo cáo.xlsx")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.locator("tr.bad")).to_contain_text("hôm qua")
    page.locator("button.main").click()
    expect(page.locator(".effect")).to_contain_text("Đã")
    with page.expect_download() as found:
        page.get_by_role("link", name="Các dòng bị loại").click()
    found.value.save_as(tmp_path / "bad.xlsx")
    rows = list(load_workbook(tmp_path / "bad.xlsx").worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 2
    assert "hôm qua" in rows[1][-1]
    page.goto("/?period=2023")
    expect(figure(page, "lượt người dự")).to_have_text("80")


def test_a_source_that_cannot_be_reached_is_fetched_now_and_says_so(page):
    page.goto("/sources")
    page.locator("table.list a[href^='/sources/']").first.click()
    page.get_by_role("button", name="Thu thập ngay").click()
    expect(page.get_by_text("Đã thu thập lúc")).to_be_visible(timeout=60_000)
    expect(page.locator("p.warning")).to_be_visible()


def test_english_is_one_click_away(page):
    page.goto("/review?period=2024")
    page.get_by_role("link", name="EN", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("To decide 2024")


def test_a_room_that_a_link_leads_to_is_whole(page):
    """Its head stays that of the page before, and what the overview asks for itself is not what its links ask for."""
    page.goto("/items?period=2024")
    page.get_by_role("link", name="Toàn cảnh").first.click()
    expect(page.locator("#trend svg")).to_be_visible()
    page.locator(".todo a, .figures a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cơ quan báo chí")
    page.get_by_role("link", name="Chờ xử lý").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Chờ xử lý")
    page.get_by_label("Kỳ").fill("2024")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chờ xử lý 2024")
    page.keyboard.press("j")
    expect(page.locator(".case").first).to_be_focused()


def test_a_list_is_sorted_narrowed_and_had_as_a_file(page, tmp_path):
    """With scripts, by which links change the page in place."""
    page.goto("/?period=2024")
    page.get_by_role("link", name="cơ quan báo chí Trung ương hợp tác").click()
    expect(page.locator("tfoot .figure")).to_have_text("1.717")
    assert page.locator("table.list tbody tr").count() == 23
    page.get_by_role("columnheader", name="cơ quan báo chí").get_by_role("link").click()
    expect(page.locator("[aria-sort=ascending]")).to_contain_text("cơ quan báo chí")
    assert "sort=outlet" in page.url
    with page.expect_download() as taken:
        page.get_by_role("link", name="Excel (.xlsx)").click()
    assert taken.value.suggested_filename == "co-quan-bao-chi-2024.xlsx"
    taken.value.save_as(tmp_path / "list.xlsx")
    rows = list(load_workbook(tmp_path / "list.xlsx").active.iter_rows(min_row=2, values_only=True))
    assert (len(rows), sum(row[1] for row in rows)) == (23, 1717)
    page.get_by_role("link", name="Bỏ bộ lọc cơ quan hợp tác").click()
    expect(page.locator(".chips .off")).to_have_count(1)
    assert "partner" not in page.url
    assert "sort=outlet" in page.url
