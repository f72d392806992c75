"""Everything on the overview that opens something opens what it is made of: the list says the same sum."""

from collections import Counter
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from config.catalogue import load_catalogue
from lantoa.commands.correcting import make_correction
from lantoa.views.paragraph import worded
from models.counting.period import parse_period
from models.database import reading, writing
from models.messages.activity import Activity
from models.queries.attendance import Attendance
from models.queries.tally import read_tallies
from models.store import source_days
from models.store.batch_writer import Writer
from models.store.source_days import DayCounts
from stream_apps.activity_classifier import ActivityClassifier

LAST = date(2024, 12, 30)
ROWS = [
    {"kind": "conference", "resolutions": ("TW-8-XIII",), "points": 12, "participants": 1980, "invited": 2000},
    {"kind": "conference", "resolutions": ("NQ-57-TW-XIII",), "participants": 7, "invited": 10, "date": "2025-02-03"},
    {"kind": "conference", "resolutions": ("NQ-36-TW-XIII",), "points": 3, "participants": 90, "invited": 95},
    {"kind": "conference", "resolutions": ("NQ-43-TW-XIII",), "date": "2024-07-01"},
    {"kind": "oral_session", "sessions": 120, "participants": 3400, "resolutions": ("NQ-42-TW-XIII",)},
    {"kind": "oral_session", "sessions": 3, "participants": 90, "date": "2024-11-02"},
    {"kind": "mobile_information", "sessions": 959},
    {"kind": "loudspeaker_programme", "sessions": 300, "participants": 40, "invited": 50},
]  # fmt: skip
WITHDRAWN = 2  # the row that is reported once more, with no sessions


@pytest.fixture
def province(engine, programme, write):
    """Items that are merged, that wait, that are out of scope and of another programme; activities of the same kinds, one of
    them withdrawn."""
    _items(write)
    writer = Writer(engine, programme, load_catalogue())
    first = write(title="Hậu Giang: một tin trên hai nơi")
    again = write("tw-khac", title="Hậu Giang: một tin trên hai nơi")
    writer.write([make_correction(again, "cán bộ", "một bài", same_as=first)], 0)
    _report(writer, programme, ROWS)
    nothing = {"sessions": 0, "points": None, "participants": None, "invited": None}
    withdrawn = ROWS[WITHDRAWN] | nothing | {"revision": "r2", "reported_at": "2025-01-01T00:00:00Z"}
    _report(writer, programme, [withdrawn], WITHDRAWN)
    other = programme.model_copy(update={"office": programme.office.model_copy(update={"id": "khac"})})
    _report(Writer(engine, other, load_catalogue()), other, ROWS, 100)
    with writing(engine) as connection:
        source_days.add(connection, "nhandan-feed", DayCounts(LAST, 1, 0, 0, 21, 20))
        source_days.add(connection, "tw-khac-feed", DayCounts(LAST, 2, 2))
        source_days.add(connection, "dai-tinh-feed", DayCounts(LAST - timedelta(days=1), 2, 2))


def _items(write):
    for n in range(4):
        write(title=f"Hậu Giang thực hiện Nghị quyết số 42-NQ/TW khóa XIII, bài {n}", day=f"2024-0{n + 1}-05")
    write("tw-khac")
    write("dai-tinh", title="Hậu Giang: Nghị quyết Trung ương 8 khóa XIII")
    write(title="Hậu Giang học Nghị quyết 27-NQ/TW")
    write("dai-tinh", title="Hậu Giang học bốn nghị quyết của Bộ Chính trị")
    write(title="Cần Thơ thực hiện Nghị quyết số 42-NQ/TW khóa XIII")
    write(day="2023-05-05")


def _report(writer, programme, rows, first=0):
    reader = ActivityClassifier(programme)
    stated = {"date": "2024-05-02", "unit": "Xã A", "reported_at": "2024-12-31T00:00:00Z", "revision": "r1"}
    activities = [
        Activity(**stated | {"id": f"a{n:04}", "identity": f"id:{n}", "programme": programme.id} | row)
        for n, row in enumerate(rows, first)
    ]
    writer.write([reader.read_message(each) for each in activities], 0)


def read(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "lxml").main


def figures_with_links(page):
    """Address, which sum, and what the overview says of it: of all links inside the page."""
    for link in page.select("a[href]"):
        row = link.find_parent("tr")
        told = [link] if link.get("data-sum") else link.select("[data-sum]")
        if row and not told and "bars" in row.find_parent("table").get("class", []):
            told = row.select("[data-sum]")
        for each in told:
            yield link["href"], each["data-sum"], each.get_text(strip=True)


def says(page, name):
    found = page.select_one(f"[data-sum={name}]")
    return found.get_text(strip=True) if found else "0"


@pytest.mark.parametrize("period", ["2024", "2024-Q2", "2024-05", "2024-01-01..2025-06-30", "2023", "2022"])
def test_every_figure_opens_a_list_that_sums_up_to_it(browser, province, period):
    page = read(browser, f"/?period={period}")
    seen = Counter()
    for address, name, told in figures_with_links(page):
        seen[name] += 1
        assert says(read(browser, address), name) == told, (address, name)
    if period == "2024":
        assert {"items", "outlets", "sessions", "participants", "attendance_rate", "waiting", "failed"} == {
            *seen
        }
        assert seen["sessions"] > 6


def test_no_link_of_the_overview_leads_out_of_its_own_period_or_nowhere(browser, province):
    page = read(browser, "/?period=2024")
    links = {link["href"] for link in page.select("a[href]")}
    assert len(links) > 15
    for address in links:
        period = parse_qs(urlsplit(address).query).get("period", ["2024"])[0]
        assert period.startswith("2024"), address
        read(browser, address)


def test_the_rate_opens_the_rows_that_it_is_made_of(browser, province):
    tile = read(browser, "/?period=2024").select_one("[data-sum=attendance_rate]")
    opened = read(browser, tile.find_parent("a")["href"])
    invited = [row.select("td")[7].get_text() for row in opened.select("table.list tr") if row.td]
    assert invited == ["2.000", "50"]
    assert says(opened, "attendance_rate") == tile.get_text() == "98,54%"
    assert "2.020 trên 2.050" in opened.get_text()


def test_what_was_fetched_last_opens_those_sources_and_no_others(browser, province):
    told = read(browser, "/?period=2024").select_one(".gathered")
    fetched, failed = told.select("a")
    assert [row.td.get_text() for row in read(browser, fetched["href"]).select("tbody tr")] == [
        "nhandan-feed",
        "tw-khac-feed",
    ]
    assert [row.td.get_text() for row in read(browser, failed["href"]).select("tbody tr")] == ["tw-khac-feed"]


def test_a_conference_that_was_withdrawn_leaves_paragraph_and_rows(browser, province, engine, programme):
    said = read(browser, "/?period=2024").blockquote.get_text()
    conferences = said.partition("Hội nghị: ")[2].partition(". Tỷ lệ")[0]
    assert conferences == "Nghị quyết Trung ương 8 khóa XIII 12 điểm cầu, 1.980 đại biểu"
    with reading(engine) as connection:
        by = {row["resolution"]: row for row in _rows(connection, programme)}
    assert "NQ-36-TW-XIII" not in by
    assert by["TW-8-XIII"]["activities"] == 122  # two conferences, and the talks on one of its resolutions


def _rows(connection, programme):
    return read_tallies(connection, programme, parse_period("2024"), ("resolution",)).rows


def test_a_conference_of_which_nobody_states_who_came_is_told_without_a_zero(programme):
    row = {"kind": "conference", "resolution": "DH-XIII", "activities": 2, "points": None, "participants": 0}
    said = worded((0, 0), [], [row], Attendance(0.95, None, ()), load_catalogue())
    assert said.endswith("Hội nghị: Nghị quyết Đại hội XIII 2 cuộc.")
