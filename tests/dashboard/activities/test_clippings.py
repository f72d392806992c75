"""Printed pieces entered by hand: one item each, counted like any other, their scans served as files."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from lantoa.views.attachments import find_scan, keep_scan, scan_of
from models.database import reading
from models.sql import table_of
from models.tables.items import ItemRevision, ItemRow
from producers.clipping import Clipping

PDF = b"%PDF-1.7\n<script>alert(1)</script>"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
ENTRY = {
    "outlet": "nhandan",
    "printed": "2017-05-09",
    "page": "3",
    "title": "Hậu Giang học tập Nghị quyết Trung ương 5 khóa XII",
    "text": "Chi bộ xã Hòa An học tập nghị quyết.",
}


def enter(browser, file=None, **changes):
    """As a browser does it: what the page holds, the changes, and the file."""
    files = {"file": file or ("", b"")}
    return browser.post("/clippings/new", data=ENTRY | changes, files=files)


def how_many(office, table):
    with reading(office.engine) as connection:
        return connection.execute(select(func.count()).select_from(table_of(table))).scalar_one()


def test_a_piece_entered_twice_is_one_item_and_counts_like_any_other(living, soup):
    before = how_many(living, ItemRow)
    answer = enter(living.browser)
    page = soup(answer)
    assert answer.url.path.startswith("/items/")
    assert "Không có bản quét" in page.main.get_text()
    assert living.by("outlet", "2017")["nhandan"]["items"] == 1
    assert living.by("channel", "2017")["central_press"]["items"] == 1
    assert living.by("resolution", "2017")["TW-5-XII"]["items"] == 1
    assert living.by("month", "2017")["2017-05"]["items"] == 1

    again = enter(living.browser, page="Trang 03", title=f" {ENTRY['title'].upper()} !", text=ENTRY["text"])
    assert again.url == answer.url
    assert living.by("outlet", "2017")["nhandan"]["items"] == 1
    assert enter(living.browser, page="4").url != answer.url
    assert enter(living.browser, outlet="bao-tinh").url != answer.url
    assert living.by("outlet", "2017")["nhandan"]["items"] == 2
    assert living.by("channel", "2017")["local_press"]["items"] == 1
    assert how_many(living, ItemRow) == before + 3

    listed = soup(living.browser.get("/clippings?period=2017"))
    assert len(listed.select("table.list td a")) == 3
    assert not soup(living.browser.get("/clippings?period=2016")).select("table.list")
    shown = soup(living.browser.get("/items?period=2017&outlet=nhandan"))
    assert len(shown.select("table.list td a")) == 2


def test_the_very_same_entry_publishes_nothing(living):
    first = enter(living.browser, printed="2015-01-02")
    revisions = how_many(living, ItemRevision)
    assert enter(living.browser, printed="2015-01-02").url == first.url
    assert how_many(living, ItemRevision) == revisions


def test_its_scan_is_served_as_a_file_and_stays_when_the_text_changes(living, soup):
    page = soup(enter(living.browser, ("../bài.html", PDF), printed="2014-03-04"))
    link = page.find("a", string=lambda text: text and text.startswith("Bản quét"))["href"]
    answer = living.browser.get(link)
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]

    form = soup(living.browser.get(page.find("a", string="Nhập lại với nội dung hoặc bản quét khác")["href"]))
    assert form.select_one("#text").get_text() == ENTRY["text"]
    assert form.select_one("#outlet option[selected]")["value"] == "nhandan"
    changed = soup(enter(living.browser, printed="2014-03-04", text="Chữ khác."))
    assert changed.find("a", href=link)
    assert "Chữ khác." in changed.select_one(".text").get_text()
    other = soup(enter(living.browser, ("x.png", PNG), printed="2014-03-04", text="Chữ khác."))
    assert not other.find("a", href=link)
    assert "image/png" in other.main.get_text()
    assert living.by("outlet", "2014")["nhandan"]["items"] == 1


def test_what_a_human_states_stands_instead_of_the_rules(living, soup):
    stated = {"printed": "2013-02-03", "title": "Học tập nghị quyết", "text": "Không nêu địa danh."}
    page = soup(enter(living.browser, **stated))
    assert living.by("outlet", "2013") == {}
    assert "không tính" in soup(living.browser.get("/clippings?period=2013")).main.get_text()
    page = soup(
        enter(
            living.browser,
            **stated,
            document1="NQ-42-TW-XIII",
            document3="TW-5-XII",
            in_scope="yes",
            id="a" * 32,
        )
    )
    assert "nêu khi nhập bài báo in" in page.main.get_text()
    rows = living.by("resolution", "2013")
    assert rows["NQ-42-TW-XIII"]["items"] == rows["TW-5-XII"]["items"] == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"outlet": "khong-co"}, {"outlet"}),
        ({"printed": "hôm qua"}, {"printed"}),
        ({"printed": "1989-12-31"}, {"printed"}),
        ({"printed": (datetime.now(UTC).date() + timedelta(days=3)).isoformat()}, {"printed"}),
        ({"page": " ", "title": "\t"}, {"page", "title"}),
        ({"title": "x" * 10_000}, {"title"}),
        ({"document2": "NQ-999"}, {"document2"}),
        ({"outlet": "", "printed": "", "document1": "<b>"}, {"outlet", "printed", "document1"}),
    ],
)
def test_everything_that_cannot_be_taken_is_said_beside_its_field(brokerless, soup, changes, fields):
    page = soup(enter(brokerless.browser, **changes), 422)
    assert {each["name"] for each in page.select("[aria-invalid=true]")} == fields
    assert page.select_one("#text").get_text() == ENTRY["text"]


@pytest.mark.parametrize("data", [b"<html><script>alert(1)</script>", b"GIF89a", b"", b"PK\x03\x04"])
def test_a_scan_that_is_none_is_refused_whatever_it_is_called(brokerless, soup, data):
    page = soup(enter(brokerless.browser, ("quét.pdf", data)), 422)
    assert "tệp PDF, JPEG hoặc PNG" in page.select_one("#about-scan").get_text()


def test_a_scan_too_large_is_refused(brokerless, soup):
    page = soup(enter(brokerless.browser, ("quét.pdf", PDF + b"0" * 20 * 1024 * 1024)), 400)
    assert "lớn hơn 20 MB" in page.main.get_text()


def test_without_kafka_the_entry_and_its_scan_stay_in_the_page(brokerless, soup):
    page = soup(enter(brokerless.browser, ("quét.pdf", PDF), document1="TW-5-XII"), 503)
    assert "Kafka chưa chạy" in page.select_one("[role=alert]").get_text()
    for name in ("page", "printed"):
        assert page.select_one(f"#{name}")["value"] == ENTRY[name]
    assert page.select_one("#document1")["value"] == "TW-5-XII"
    digest = page.select_one("input[name=scan]")["value"]
    assert brokerless.browser.get(f"/clippings/scans/{digest}").content == PDF
    assert how_many(brokerless, ItemRow) == 0


@pytest.mark.parametrize("digest", ["0" * 64, "..%2f..%2flantoa.db", "x"])
def test_only_scans_are_served(brokerless, digest):
    assert brokerless.browser.get(f"/clippings/scans/{digest}").status_code == 404
    assert brokerless.browser.get("/clippings/new?item=khong-co").status_code == 404


def test_scans_are_known_by_what_they_begin_with(tmp_path):
    kept = keep_scan(tmp_path, PNG)
    assert (kept.type, kept.length) == ("image/png", len(PNG))
    assert find_scan(tmp_path, scan_of(kept)).path.read_bytes() == PNG
    assert keep_scan(tmp_path, PNG) == kept
    assert keep_scan(tmp_path, b"\xff\xd8\xff\xe0").type == "image/jpeg"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("page", "title", "same"),
    [
        ("3", "Hậu Giang hoà giải", True),
        ("trang 3", "HẬU GIANG HÒA GIẢI.", True),
        ("tr. 03", "Hau Giang hoa giai", True),
        ("13", "Hậu Giang hòa giải", False),
        ("3", "Hậu Giang hòa giải, kỳ 2", False),
    ],
)
def test_the_identity_is_outlet_date_page_and_title(programme, page, title, same):
    nhandan = programme.outlets["nhandan"]
    first = Clipping(nhandan, date(2024, 5, 9), "3", "Hậu Giang hòa giải", "")
    other = Clipping(nhandan, date(2024, 5, 9), page, title, "khác")
    assert (other.id == first.id) is same
    assert Clipping(programme.outlets["dai-tinh"], date(2024, 5, 9), "3", first.title, "").id != first.id
    assert Clipping(nhandan, date(2024, 5, 10), "3", first.title, "").id != first.id
    made = first.item(ZoneInfo("Asia/Ho_Chi_Minh"), datetime(2024, 5, 9, 12, tzinfo=UTC))
    assert (programme.day(made.claimed), made.source, made.url) == (date(2024, 5, 9), "clipping", None)
