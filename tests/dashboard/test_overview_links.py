"""Everything on the overview that opens something opens what it is made of: the list has the same sum."""

import csv
from collections import Counter
from datetime import date, timedelta
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup

from config.catalogue import load_catalogue
from config.programme import Outlet
from lantoa.commands.correcting import make_correction
from lantoa.views.paragraph import Press, worded
from lantoa.web.app import make_app
from models.counting.period import parse_period
from models.database import reading, writing
from models.messages.activity import Activity
from models.queries.attendance import Attendance
from models.queries.tally import read_tallies
from models.store import source_days
from models.store.batch_writer import Writer
from models.store.source_days import DayCounts
from stream_apps.activity_classifier import ActivityClassifier
from tests.serving import owner

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
LATER = "2025-08-01"  # in no period that the tests look at: a link that leaves out its period counts it
NOBODY = Press((0, 0), (0, 0), has_partners=False)
EVER = "2020-01-01..2030-12-31"
# Which column of which list holds the rows that a figure adds up.
COLUMNS = {
    ("/outlets", "items"): "tin, bài",
    ("/activities", "sessions"): "số buổi",
    ("/activities", "participants"): "lượt người",
}


@pytest.fixture
def programme(programme):
    """With a paper of the province that is a partner too, and a central partner that publishes later only."""
    outlets = dict(programme.outlets)
    for name, level in (("bao-tinh", "provincial"), ("tw-sau", "central")):
        source = {"id": f"{name}-feed", "kind": "feed", "url": f"https://{name}.example/rss"}
        stated = {"id": name, "name": name, "level": level, "medium": "newspaper", "partner": True}
        outlets[name] = Outlet.model_validate(stated | {"sources": [source]})
    return programme.model_copy(update={"outlets": outlets})


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
    later = [row | {"date": LATER} for row in ROWS if "date" not in row]
    _report(writer, programme, later, 50)
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
        write("dai-tinh", title=f"Hậu Giang, bài {n}", day=f"2024-0{n + 1}-06")
    write("tw-khac")
    write("dai-tinh", title="Hậu Giang: Nghị quyết Trung ương 8 khóa XIII")
    write(title="Hậu Giang học Nghị quyết 27-NQ/TW")
    write("dai-tinh", title="Hậu Giang học bốn nghị quyết của Bộ Chính trị")
    write(title="Cần Thơ thực hiện Nghị quyết số 42-NQ/TW khóa XIII")
    write(day="2023-05-05")
    for day in ("2024-05-05", "2024-05-06"):  # the last of one week, the first of the next
        write("dai-tinh", day=day)
    write("bao-tinh", title="[Infographic] Hậu Giang")
    for outlet in ("nhandan", "tw-khac", "dai-tinh", "bao-tinh", "tw-sau"):
        write(outlet, day=LATER, title="Hậu Giang thực hiện Nghị quyết số 42-NQ/TW khóa XIII")
    write(day=LATER, title="[Infographic] Hậu Giang")
    write(day=LATER, title="Hậu Giang học Nghị quyết 27-NQ/TW")


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
    """Address, which sum, and what the overview says of it: of all figures inside the page."""
    for told in page.select("[data-sum]"):
        link = told if told.name == "a" else told.find_parent("a")
        yield link["href"], told["data-sum"], told.get_text(strip=True)


def says(page, name):
    found = page.select_one(f"[data-sum={name}]")
    return found.get_text(strip=True) if found else "0"


def rows_of(browser, address):
    """The rows of a whole list, from its file: text by the name of the column."""
    parts = urlsplit(address)
    answer = browser.get(f"{parts.path}.csv?{parts.query}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))


def added_up(browser, address, name):
    """What the rows behind an address come to, counted here; None where they are no list with a file."""
    path = urlsplit(address).path
    if path not in {"/items", "/outlets", "/activities"}:
        return None
    rows = rows_of(browser, address)
    if name == "attendance_rate":
        came, invited = (sum(int(row[key] or 0) for row in rows) for key in ("lượt người", "được mời"))
        return f"{100 * came / invited:.2f}".rstrip("0").rstrip(".").replace(".", ",") + "%"
    column = COLUMNS.get((path, name))
    return f"{sum(int(row[column] or 0) for row in rows) if column else len(rows):,}".replace(",", ".")


@pytest.mark.parametrize("period", ["2024", "2024-Q2", "2024-05", "2024-01-01..2025-06-30", "2023", "2022"])
def test_every_figure_opens_a_list_that_sums_up_to_it(browser, province, period):
    page = read(browser, f"/?period={period}")
    seen = Counter()
    for address, name, told in figures_with_links(page):
        seen[name] += 1
        assert says(read(browser, address), name) == told, (address, name)
        assert added_up(browser, address, name) in {told, None}, (address, name)
    if period == "2024":
        assert {"items", "outlets", "sessions", "participants", "attendance_rate", "waiting", "failed"} == {
            *seen
        }
        assert seen["sessions"] > 6
        assert seen["items"] > 20


def test_every_filter_of_every_link_is_needed(browser, province):
    """So a link with a wrong filter is found: without any one of them the list comes to something else."""
    looked_at = Counter()
    for address, name, told in figures_with_links(read(browser, "/?period=2024")):
        parts = urlsplit(address)
        if parts.path not in {"/items", "/outlets", "/activities"}:
            continue
        stated = dict(parse_qsl(parts.query, keep_blank_values=True))
        for left_out in stated:
            others = {key: value for key, value in stated.items() if key != left_out} | (
                {"period": EVER} if left_out == "period" else {}
            )
            assert added_up(browser, f"{parts.path}?{urlencode(others)}", name) != told, (address, left_out)
            looked_at[left_out] += 1
    assert {"period", "level", "partner", "channel", "form", "resolution", "kind", "invited"} <= {*looked_at}


def test_every_figure_of_the_overview_is_a_link(browser, province):
    page = read(browser, "/?period=2024")
    figures = [*page.select(".figures strong"), *page.select("td.figure")]
    assert len(figures) > 100
    for each in figures:
        shown = each.get_text(strip=True)
        assert shown in {"", "0"} or each.find_parent("a") or each.find("a"), each.parent


def test_no_link_of_the_overview_leads_out_of_its_own_period_or_nowhere(browser, province):
    page = read(browser, "/?period=2024")
    before = page.select("details td:nth-of-type(2) a")
    links = {link["href"] for link in page.select("a[href]") if link not in before}
    assert len(before) == 1
    assert len(links) > 15
    for address in links:
        period = parse_qs(urlsplit(address).query).get("period", ["2024"])[0]
        assert period.startswith("2024"), address
        read(browser, address)


def test_the_rate_opens_the_rows_that_it_is_made_of(browser, province):
    tile = read(browser, "/?period=2024").select_one("[data-sum=attendance_rate]")
    opened = read(browser, tile.find_parent("a")["href"])
    invited = [row.select("td")[7].get_text() for row in opened.select("table.list tbody tr")]
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
    said = worded(NOBODY, [], [row], Attendance(0.95, None, ()), load_catalogue())
    assert said.endswith("Hội nghị: Nghị quyết Đại hội XIII 2 cuộc.")


@pytest.mark.parametrize(
    ("press", "said"),
    [
        (Press((23, 1717), (30, 1800), has_partners=True), "Tỉnh hợp tác với 23 cơ quan báo chí Trung ương, với 1.717 tin, bài; "),
        (Press((0, 0), (2, 9), has_partners=True), "Các cơ quan báo chí Trung ương hợp tác với tỉnh chưa có tin, bài; "),
        (Press((0, 0), (2, 9), has_partners=False), "Có 2 cơ quan báo chí với 9 tin, bài; "),
        (NOBODY, "Báo chí chưa có tin, bài; "),
    ],
)  # fmt: skip
def test_the_paragraph_never_says_that_the_province_works_with_nobody(press, said):
    assert worded(press, [], [], Attendance(0.95, None, ()), load_catalogue()).startswith(said)


def test_an_office_without_partners_has_tiles_of_what_it_has(settings, engine, programme, write):
    write("dai-tinh")
    alone = {name: outlet.model_copy(update={"partner": False}) for name, outlet in programme.outlets.items()}
    without = programme.model_copy(update={"outlets": alone})
    with owner(make_app(settings, engine, without)) as client:
        page = read(client, "/?period=2024")
    tiles = [" ".join(tile.get_text(" ").split()) for tile in page.select(".figures li")]
    assert tiles == ["1 tin, bài: phát thanh"]
    assert page.blockquote.get_text().startswith("Có 1 cơ quan báo chí với 1 tin, bài; ")
