"""The catalogue in a browser, and a text that is tried."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from lantoa.commands.classifying import Classifying
from lantoa.commands.limited_rules import TEXT_CHARACTERS
from models.sql import table_of
from models.tables.items import ItemRow

TITLE = "Hậu Giang thực hiện Nghị quyết số 42-NQ/TW khóa XIII, bài {n}"


def soup(answer, status=200):
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "lxml")


def listed(page):
    return [code.get_text() for code in page.select("table.list th code")]


def test_every_document_stands_with_its_figures_and_the_way_to_its_items(browser, write, engine):
    for n in range(3):
        write(title=TITLE.format(n=n))
    write("dai-tinh", title=TITLE.format(n=9))
    page = soup(browser.get("/resolutions", params={"period": "2024"}))
    assert len(listed(page)) == 138
    row = page.find("code", string="NQ-42-TW-XIII").find_parent("tr")
    assert [cell.get_text() for cell in row.select("td.figure")] == ["4", "4", "2"]
    items = soup(browser.get(row.select_one("td.figure a")["href"]))
    assert len(items.select("table.list tr")) - 1 == 4
    none = page.find("code", string="NQ-06-TW-XIII").find_parent("tr")
    assert [cell.get_text() for cell in none.select("td.figure")] == ["0", "0", "0"]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("chính sách xã hội", True),
        ("CHINH SACH XA HOI", True),
        ("chỉnh sách", False),
        ("42-nq/tw xiii", True),
        ("<script>", False),
    ],
)
def test_documents_are_found_with_marks_and_without(browser, question, found):
    page = soup(browser.get("/resolutions", params={"q": question, "period": "2024"}))
    assert ("NQ-42-TW-XIII" in listed(page)) is found
    assert len(listed(page)) < 138


def test_a_document_has_its_plenum_what_looks_like_it_its_channels_and_newest_items(browser, write):
    for n in range(12):
        write(title=TITLE.format(n=n), day=f"2024-05-{n + 1:02}")
    page = soup(browser.get("/resolutions/NQ-42-TW-XIII", params={"period": "2024"}))
    names = [a["href"] for a in page.select("section li a")]
    assert "/resolutions/TW-8-XIII?period=2024" in names
    alike = page.find("h2", string="Văn bản dễ nhầm").parent.get_text(" ")
    assert "42/2017/QH14" in alike
    newest = page.find("h2", string="Tin, bài mới nhất").parent.select("li")
    assert len(newest) == 10
    assert newest[0].get_text().startswith("12/05/2024")
    channels = page.select("section table tbody tr")
    assert [cell.get_text() for cell in channels[0].select("td")][:3] == ["12", "12", "1"]


def test_an_unknown_document_is_not_here(browser):
    assert browser.get("/resolutions/NQ-999").status_code == 404
    assert browser.get("/resolutions/NQ-42-TW-XIII/aliases/none").status_code == 404


def test_a_text_is_read_as_lantoa_classify_reads_it(browser, programme, engine):
    piece = {
        "title": "Hậu Giang quán triệt Nghị quyết số 29-NQ/TW",
        "lead": "",
        "text": "Nghị quyết số 42-NQ/TW ngày 24/11/2023 đi vào cuộc sống.",
        "outlet": "dai-tinh",
        "published": "2024-05-14",
    }
    page = soup(browser.post("/try", data=piece))
    answer = Classifying(programme).answer(piece)
    assert [mark.get_text() for mark in page.select("mark")] == [m["surface"] for m in answer["mentions"]]
    rows = [[cell.get_text() for cell in row.select("td")] for row in page.select("table.list tr")[1:]]
    assert [(row[0], row[3]) for row in rows] == [(m["surface"], m["rule"]) for m in answer["mentions"]]
    assert all(row[4] for row in rows)
    facts = dict(
        zip([t.get_text() for t in page.select("dt")], [d.get_text() for d in page.select("dd")], strict=True)
    )
    assert facts["kênh"] == "phát thanh"
    with engine.connect() as connection:
        assert connection.execute(select(table_of(ItemRow))).first() is None


HOSTILE = (
    "<script>alert(1)</script> & Nghị quyết số 42-NQ/TW khóa XIII </textarea><img src=x onerror=alert(1)>"
)


def test_a_hostile_text_stays_text(browser):
    page = soup(browser.post("/try", data={"title": HOSTILE, "text": HOSTILE + "\0", "outlet": HOSTILE}))
    assert page.select("script") == soup(browser.get("/try")).select("script")
    assert not page.select("img")
    assert page.select_one("textarea").get_text().removeprefix("\n") == HOSTILE
    assert [mark.get_text() for mark in page.select("mark")] == ["Nghị quyết số 42-NQ/TW"] * 2


def test_a_text_that_is_too_long_is_refused_and_one_of_nearly_as_much_is_read(browser):
    assert browser.post("/try", data={"text": "ệ" * (TEXT_CHARACTERS + 1)}).status_code == 413
    assert browser.post("/try", content=b"text=" + b"a" * 4_000_000).status_code == 413
    near = "Nghị quyết số 42-NQ/TW khóa XIII. " + "tin tức " * 24_000
    assert soup(browser.post("/try", data={"text": near})).select("mark")


def test_a_date_that_cannot_be_read_is_said(browser):
    page = soup(browser.post("/try", data={"title": "Tin", "published": "hôm qua"}))
    assert "hôm qua" in page.select_one("#result .warning").get_text()
