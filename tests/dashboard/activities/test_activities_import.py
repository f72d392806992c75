"""A sheet on its page: what every row would do, then exactly that, and the second time nothing."""

import io
import os
import time
import zipfile
from hashlib import sha256
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from lantoa.web.uploads import KEPT_SECONDS, MOST, keep, kept

ROWS = [
    [1, "Hội nghị", "18/6/2021", "Tỉnh ủy", "Hậu Giang", "Quán triệt", "TW-8-XIII", 1, "24.900", 25_035],
    [2, "Tuyên truyền miệng", "3/2021", "MTTQ Vị Thủy", None, "Nói chuyện", None, 30, 900, None],
    [3, "Tuyên truyền miệng", "hôm qua", "MTTQ Long Mỹ", None, "Nói <b>chuyện</b>", None, 3, 90, None],
    [4, "Tuyên truyền miệng", "4/2021", "MTTQ Long Mỹ", None, "Nói chuyện", None, "hơn 3", 90, None],
]  # fmt: skip


def hand_in(browser, data, name="bao-cao.xlsx", **fields):
    return browser.post("/activities/import", files={"file": (name, data)}, data=fields)


def counts(page):
    return [int(li.strong.get_text()) for li in page.select(".chips li")]


def lines(page):
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in page.select("table.list tr")]  # fmt: skip
    return [row for row in rows if row]


def figures(page):
    """Kind → sessions, participants, points and invited, as the page says that they will be."""
    table = page.find("caption", string="Số liệu trong năm thay đổi thế nào").parent
    return {
        row.th.get_text(): [cell.get_text().split("→")[-1].strip() for cell in row.select("td.figure")]
        for row in table.select("tr")
        if row.td
    }


def test_every_row_is_previewed_then_counted_as_previewed_and_then_nothing_changes(living, sheet, soup):
    data = sheet(*ROWS)
    preview = soup(hand_in(living.browser, data))
    assert counts(preview) == [2, 0, 0, 2]
    assert [line[1:3] for line in lines(preview)] == [["2", "mới"], ["3", "mới"], ["4", "bị loại"], ["5", "bị loại"]]  # fmt: skip
    assert "cột C: “hôm qua”; cần: một ngày" in lines(preview)[2][3]
    assert "cột H: “hơn 3”; cần: một số nguyên" in lines(preview)[3][3]
    assert living.by("kind", "2021") == {}

    action = preview.select_one("form[method=post]")["action"]
    assert action == f"/activities/import/{sha256(data).hexdigest()}"
    done = soup(living.browser.post(action, data={"kind": ""}))
    assert "Đã nhập và đã tính" in done.main.get_text()
    now = living.by("kind", "2021")
    says = {"hội nghị": "conference", "cuộc tuyên truyền miệng": "oral_session"}
    for page in (preview, done):
        for name, said in figures(page).items():
            row = now[says[name.lower()]]
            assert [int(each.replace(".", "")) for each in said] == [
                row["activities"], row["participants"], row["points"] or 0, row["invited"] or 0,
            ]  # fmt: skip
    assert living.by("resolution", "2021")["TW-8-XIII"]["participants"] == 24_900

    again = soup(hand_in(living.browser, data))
    assert counts(again) == [0, 0, 2, 2]
    assert "không làm thay đổi gì" in again.main.get_text()
    assert not again.select("form[method=post]")
    nothing = soup(living.browser.post(action, data={"kind": ""}))
    assert "không làm thay đổi gì" in nothing.main.get_text()
    assert living.by("kind", "2021") == now

    link = done.find("a", string=lambda text: text and "Các dòng bị loại" in text)["href"]
    answer = living.browser.get(link)
    assert "bao-cao.rejected.xlsx" in unquote(answer.headers["content-disposition"])
    book = load_workbook(io.BytesIO(answer.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[3] for row in rows[1:]] == ["MTTQ Long Mỹ", "MTTQ Long Mỹ"]
    assert "hôm qua" in rows[1][-1]
    book.worksheets[0]["C2"].value = "2/3/2021"
    book.worksheets[0]["H3"].value = 4
    corrected = io.BytesIO()
    book.save(corrected)
    assert counts(soup(hand_in(living.browser, corrected.getvalue(), "sua.xlsx"))) == [2, 0, 0, 0]


def test_a_changed_row_says_what_it_changes(living, sheet, soup):
    row = [1, "Hội nghị", "1/2/2020", "Huyện ủy", "Hậu Giang", "Sơ kết", None, 1, 80, 100]
    first = soup(hand_in(living.browser, sheet(row)))
    living.browser.post(first.select_one("form[method=post]")["action"])
    later = soup(hand_in(living.browser, sheet([*row[:8], 95, 100])))
    (line,) = lines(later)
    assert line[2] == "thay đổi"
    assert "lượt người: 80 → 95" in line[6]
    assert figures(later)["hội nghị"][1] == "95"
    living.browser.post(later.select_one("form[method=post]")["action"])
    assert living.by("kind", "2020")["conference"]["participants"] == 95


def test_a_kind_that_the_rows_do_not_say_is_chosen_on_the_page(living, soup):
    data = "Ngày;Đơn vị;Nội dung;Lượt người\n1/3/2019;Xã Hòa An;Nói chuyện;30\n".encode()
    assert counts(soup(hand_in(living.browser, data, "a.csv"))) == [0, 0, 0, 1]
    chosen = soup(hand_in(living.browser, data, "a.csv", kind="contest"))
    assert counts(chosen) == [1, 0, 0, 0]
    form = chosen.select_one("form[method=post]")
    fields = {field["name"]: field["value"] for field in form.select("input")}
    soup(living.browser.post(form["action"], data=fields))
    assert living.by("kind", "2019")["contest"]["participants"] == 30
    assert living.by("district", "2019")["Phụng Hiệp"]["activities"] == 1


def test_a_long_file_is_previewed_to_its_last_row(brokerless, sheet, soup):
    rows = [[n, "Hội thi", "1/3/2024", f"Xã {n:04}", None, "Thi", None, 1, n, None] for n in range(1, 1202)]
    page, units = soup(hand_in(brokerless.browser, sheet(*rows))), []
    while True:
        units += [line[5] for line in lines(page)]
        following = page.select_one(".more a:last-child")
        if not following or "Trang sau" not in following.get_text():
            break
        page = soup(brokerless.browser.get(following["href"]))
    assert units == [f"Xã {n:04}" for n in range(1, 1202)]


def test_without_kafka_the_file_waits_and_nothing_is_counted(brokerless, sheet, soup):
    preview = soup(hand_in(brokerless.browser, sheet(*ROWS)))
    action = preview.select_one("form[method=post]")["action"]
    page = soup(brokerless.browser.post(action), 503)
    assert "Kafka chưa chạy" in page.select_one("[role=alert]").get_text()
    assert page.select_one("form[method=post]")["action"] == action
    assert brokerless.by("kind", "2021") == {}


def bomb():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60 * 1024 * 1024)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.pdf", b"%PDF-1.7", "cần tệp .xlsx"),
        ("a.xlsx", b"not a zip", "không phải tệp xlsx"),
        ("a.xlsx", b"", "là tệp rỗng"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "cần tệp .xlsx"),
        ("a.csv", "một,hai\n1,2\n".encode(), "không bảng nào có dòng tiêu đề"),
        ("a.xlsx", bomb(), "bung ra 60 MB"),
        ("a.xlsx", b"x" * (20 * 1024 * 1024 + 1), "lớn hơn 20 MB"),
        ("../../../etc/passwd.csv", b"x", "passwd.csv: "),
        ("", b"", "Hãy chọn tệp"),
    ],
    ids=["pdf", "no-zip", "empty", "xls", "no-heading", "bomb", "21-MB", "path", "nothing"],
)
def test_what_is_no_sheet_is_refused_with_what_to_do(brokerless, soup, name, data, says):
    page = soup(hand_in(brokerless.browser, data, name), 400)
    assert says in page.main.get_text()
    assert "etc" not in page.main.get_text()


def test_what_no_form_may_send_is_refused_before_it_is_read(brokerless, soup):
    page = soup(hand_in(brokerless.browser, b"x" * 60 * 1024 * 1024, "a.xlsx"), 413)
    assert "25 MB" in page.main.get_text()


@pytest.mark.parametrize("digest", ["0" * 64, "%2e%2e%2fx", "ABC"])
def test_a_file_that_is_not_kept_is_asked_for_again(brokerless, soup, digest):
    for call in (brokerless.browser.get, brokerless.browser.post):
        answer = call(f"/activities/import/{digest}")
        assert answer.status_code in {400, 404, 405}


def test_files_are_kept_for_an_hour_and_only_so_many(tmp_path):
    first = keep(tmp_path, "a.csv", b"0")
    assert kept(tmp_path, first.sha256).path.read_bytes() == b"0"
    long_ago = time.time() - KEPT_SECONDS - 1
    os.utime(first.path.parent, (long_ago, long_ago))
    assert kept(tmp_path, first.sha256) is None
    names = [keep(tmp_path, f"{n}.csv", f"x{n}".encode()).sha256 for n in range(MOST + 3)]
    assert first.sha256 not in {each.name for each in tmp_path.iterdir()}
    assert len(list(tmp_path.iterdir())) == MOST
    assert kept(tmp_path, names[-1])


def test_a_kept_file_that_was_changed_is_not_imported(tmp_path):
    handed = keep(tmp_path, "a.csv", b"x")
    handed.path.write_bytes(b"y")
    assert kept(tmp_path, handed.sha256) is None
