"""Items, outlets, activities and units as lists: sorted by every column, narrowed by chips, whole as a file."""

import csv
from datetime import date, datetime
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from config.catalogue import load_catalogue
from config.letters import bare
from models.counting.period import parse_period
from models.database import reading
from models.messages.activity import Activity
from models.queries.paging import ON_A_PAGE
from models.queries.tally import partner_press, read_tallies
from models.store.batch_writer import Writer
from stream_apps.activity_classifier import ActivityClassifier

TITLES = (
    "Hậu Giang: một",
    "Đổi thay ở Hậu Giang",
    "[Infographic] Hậu Giang",
    "ăn quả ở Hậu Giang",
    "=1+1 Hậu Giang",
)
UNITS = ("Xã Á", "Đảng ủy B", "xã a", "@Hội")
LISTS = ("/items", "/outlets", "/activities", "/units")
YEAR = parse_period("2024")


@pytest.fixture
def year(engine, programme, write):
    """More items and activities than a page holds, many of them equal in one column or another."""
    for n in range(ON_A_PAGE + 17):
        outlet = ("nhandan", "tw-khac", "dai-tinh")[n % 3]
        title = TITLES[n % 5] + (" học Nghị quyết số 42-NQ/TW khóa XIII" if n % 4 == 0 else "")
        write(outlet, title=title, day=f"2024-{1 + n % 12:02}-{1 + n % 7:02}")
    reader = ActivityClassifier(programme)
    kinds = ("oral_session", "conference", "mobile_information")
    made = [
        Activity(
            id=f"a{n:04}",
            identity=f"id:{n}",
            programme=programme.id,
            kind=kinds[n % 3],
            date=f"2024-{1 + n % 12:02}-02",
            unit=UNITS[n % 4],
            title=f"-buổi {n % 9}",
            sessions=n % 5,
            participants=None if n % 3 == 0 else n % 6,
            invited=None if n % 4 == 0 else 6 + n % 2,
            resolutions=("NQ-42-TW-XIII",) if n % 5 == 0 else (),
            reported_at="2024-12-31T00:00:00Z",
            revision="r1",
        )
        for n in range(ON_A_PAGE + 11)
    ]
    Writer(engine, programme, load_catalogue()).write([reader.read_message(each) for each in made], 0)


def shown(browser, address, status=200):
    answer = browser.get(address)
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "lxml").main


def every_row(browser, address):
    """Of all pages: the text of each cell."""
    found, pages = [], 0
    while address:
        page = shown(browser, address)
        rows = page.select("table.list tbody tr")
        found += [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in rows]
        following = page.select_one(".more a")
        address, pages = following and following["href"], pages + 1
        assert pages < 9
    return found


def as_sorted(column, text):
    """What a reader takes for the order: days, figures, and names without tone marks; nothing comes first."""
    if column in {"ngày tính", "ngày đầu", "ngày cuối"}:
        return text.split("/")[::-1]
    if column in {"tin, bài", "số buổi", "lượt người", "được mời", "lượt báo cáo"}:
        return int(text.replace(".", "")) if text else -1
    if column == "tỷ lệ tham gia":
        return float(text.rstrip("%").replace(",", ".")) if text else -1.0
    return text == "có" if column == "hợp tác" else bare(text)


@pytest.mark.parametrize("path", LISTS)
def test_every_heading_sorts_the_whole_list_both_ways(browser, year, path):
    page = shown(browser, f"{path}?period=2024")
    whole = sorted(every_row(browser, f"{path}?period=2024"))
    headings = [th.get_text(" ", strip=True).rstrip(" ↑↓") for th in page.select("thead th")]
    assert len(headings) >= 5
    for number, name in enumerate(headings):
        link = page.select("thead th")[number].a["href"]
        for _way in range(2):
            page = shown(browser, link)
            heading = page.select("thead th")[number]
            states = [th["aria-sort"] for th in page.select("thead th")]
            assert [n for n, state in enumerate(states) if state != "none"] == [number]
            rows = every_row(browser, link)
            assert sorted(rows) == whole, (name, link)
            if name not in {"tiêu đề", "nghị quyết", "ngày tính"}:  # the next test
                values = [as_sorted(name, row[number]) for row in rows]
                assert values == sorted(values, reverse=heading["aria-sort"] == "descending"), (name, link)
            link = heading.a["href"]
        assert heading["aria-sort"] != states[number] or len(whole) > 1


@pytest.mark.parametrize("path", ["/items", "/activities"])
def test_days_titles_and_documents_are_sorted_by_what_they_are(browser, year, path):
    headings = shown(browser, f"{path}?period=2024").select("thead th")
    names = [th.get_text(" ", strip=True).rstrip(" ↑↓") for th in headings]
    days = [as_sorted("ngày tính", row[0]) for row in every_row(browser, f"{path}?period=2024&sort=day")]
    assert days == sorted(days)
    titles = [row[names.index("tiêu đề")] for row in every_row(browser, f"{path}?period=2024&sort=title")]
    assert [titles.index(each) for each in dict.fromkeys(titles)] == sorted(
        titles.index(each) for each in set(titles)
    )
    documents = [
        row[names.index("nghị quyết")] for row in every_row(browser, f"{path}?period=2024&sort=-resolution")
    ]
    linked = len([each for each in documents if each])
    assert 5 < linked < len(documents)
    assert not all(documents[:linked]) or not any(documents[linked:])


@pytest.mark.parametrize("path", LISTS)
def test_what_sorts_nothing_is_refused_with_what_does(browser, year, path):
    said = shown(browser, f"{path}?period=2024&sort=la", 400).get_text()
    assert {"/items": "title", "/outlets": "first_day"}.get(path, "attendance_rate") in said


def test_outlets_are_those_of_the_tallies_and_sum_up_to_the_sentence(browser, year, engine, programme):
    with reading(engine) as connection:
        partners = partner_press(connection, programme, YEAR)
        rows = read_tallies(connection, programme, YEAR, ("outlet",)).rows
    found = every_row(browser, "/outlets?period=2024")
    names = {name: outlet.name for name, outlet in programme.outlets.items()}
    assert {row[0]: int(row[1]) for row in found} == {
        names[row["outlet"]]: row["items"] for row in rows if row["outlet"]
    }
    (line,) = every_row(browser, "/outlets?period=2024&level=central&partner=yes")
    assert line[0] == "Báo Nhân Dân"
    assert line[4:] == ["có", "Trung ương", "báo"]
    items = rows_of(browser, "/items.csv?period=2024&outlet=nhandan&sort=day")
    assert [date.fromisoformat(items[n]["ngày tính"]).strftime("%d/%m/%Y") for n in (0, -1)] == line[2:4]
    page = shown(browser, "/outlets?period=2024&level=central&partner=yes")
    assert [td.get_text() for td in page.select("tfoot .figure")] == [str(partners[1])]
    assert page.select_one("[data-sum=outlets]").get_text() == str(partners[0])
    opened = shown(browser, page.select_one("tbody .figure a")["href"])
    assert opened.select_one("[data-sum=items]").get_text() == line[1]


def test_units_are_those_of_the_tallies_and_open_their_reports(browser, year, engine, programme):
    with reading(engine) as connection:
        rows = read_tallies(connection, programme, YEAR, ("unit", "kind")).rows
    told = {row["unit"]: row for row in rows if row["kind"] == "conference"}
    page = shown(browser, "/units?period=2024&kind=conference")
    found = [row.select("th, td") for row in page.select("tbody tr")]
    assert {row[0].get_text(): int(row[2].get_text()) for row in found} == {
        unit: row["activities"] for unit, row in told.items()
    }
    for row in found:
        opened = shown(browser, row[0].a["href"])
        unit = told[row[0].get_text()]
        assert opened.select_one("[data-sum=sessions]").get_text() == str(unit["activities"])
        assert opened.select_one("[data-sum=participants]").get_text() == str(unit["participants"])
        assert opened.select_one("tfoot .figure:last-child").get_text() == row[5].get_text()
    sums = [int(td.get_text()) for td in page.select("tfoot .figure")[:4]]
    assert sums == [sum(int(row[n].get_text() or 0) for row in found) for n in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    "address",
    [
        "/items?period=2024&level=central&partner=yes&q=Gi&form=article&column=&sort=title",
        "/outlets?period=2024&level=central&partner=yes&q=hau",
        "/activities?period=2024&kind=conference&unit=x%C3%A3+a&invited=stated&month=2024-03&sort=-unit",
        "/units?period=2024&kind=conference&resolution=none&invited=stated",
    ],
)
def test_each_filter_is_a_chip_that_is_removed_alone(browser, year, address):
    stated = parse_qs(urlsplit(address).query, keep_blank_values=True)
    page = shown(browser, address)
    filters = stated.keys() - {"period", "sort"}
    without = [
        parse_qs(urlsplit(link["href"]).query, keep_blank_values=True) for link in page.select(".chips .off")
    ]
    assert len(without) == len(filters)
    for each in without:
        assert len(stated.keys() - each.keys()) == 1
        assert {name: value for name, value in each.items() if name != "sort"}.items() <= stated.items()
        assert each["sort"][0] == stated.get("sort", each["sort"])[0]
    kept = {field["name"] for field in page.select(".period input")} - {"period", "sort"}
    assert kept == filters
    assert page.select_one(".chips li:last-child a")["href"].endswith("?period=2024")


@pytest.mark.parametrize("path", LISTS)
def test_a_parameter_that_selects_nothing_is_named(browser, year, path):
    wrong = "q" if path in {"/activities", "/units"} else "invited"
    page = shown(browser, f"{path}?period=2024&outlt=nhandan&{wrong}=stated&kind=")
    said = page.select_one(".warning")
    assert sorted(["outlt", wrong]) == said.get_text().partition("có ")[2].partition(", nhưng")[0].split(", ")
    assert "outlt" not in said.a["href"]
    assert not shown(browser, said.a["href"]).select(".warning")
    assert not shown(browser, f"{path}?period=2024&sort=&after=").select(".warning")


def test_a_form_of_filters_keeps_what_only_the_address_has(browser, year):
    page = shown(browser, "/items?period=2024&level=central&partner=yes&sort=title&outlet=nhandan")
    fields = {field["name"]: field.get("value") for field in page.select(".filters input[type=hidden]")}
    assert fields == {"period": "2024", "level": "central", "partner": "yes", "sort": "title"}


def rows_of(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))


def test_a_file_has_the_whole_list_as_it_is_sorted_and_narrowed(browser, year):
    for path in ("/items", "/activities"):
        column = 3 if path == "/activities" else 2
        rows = every_row(browser, f"{path}?period=2024&sort=title")
        listed = [row[column].removesuffix(" đã rút") for row in rows]
        page = shown(browser, f"{path}?period=2024&sort=title")
        files = {link["href"].partition("?")[0]: link["href"] for link in page.select(".files a")}
        assert files.keys() == {f"{path}.xlsx", f"{path}.csv"}
        titles = [row["tiêu đề"].removeprefix("'") for row in rows_of(browser, files[f"{path}.csv"])]
        assert titles == listed
        assert len(titles) > ON_A_PAGE
    narrowed = rows_of(browser, "/items.csv?period=2024&outlet=tw-khac")
    assert {row["cơ quan báo chí"] for row in narrowed} == {"Báo Khác"}
    assert len(rows_of(browser, "/outlets.csv?period=2024")) == 3
    assert len(rows_of(browser, "/units.csv?period=2024")) == 4
    assert rows_of(browser, "/items.csv?period=2022") == []


def test_what_others_wrote_is_no_formula_in_any_file(browser, year):
    marked = [row["tiêu đề"] for row in rows_of(browser, "/items.csv?period=2024") if "1+1" in row["tiêu đề"]]
    assert marked
    assert all(each.startswith("'=") for each in marked)
    assert {"'@Hội"} < {row["đơn vị"] for row in rows_of(browser, "/units.csv?period=2024")}
    book = load_workbook(BytesIO(browser.get("/activities.xlsx?period=2024&sort=unit").content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {"n", "d"} < {cell.data_type for cell in cells}
    assert "f" not in {cell.data_type for cell in cells}
    assert len([cell for cell in cells if str(cell.value).startswith("-buổi")]) == ON_A_PAGE + 11
    assert all(cell.quotePrefix for cell in cells if str(cell.value)[:1] in {*"-@"})
    assert book.active.freeze_panes == "A2"


def test_figures_and_days_of_a_workbook_are_numbers_and_days(browser, year):
    answer = browser.get("/outlets.xlsx?period=2024&sort=outlet")
    assert answer.headers["content-disposition"] == 'attachment; filename="co-quan-bao-chi-2024.xlsx"'
    heading, first, *_others = load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert heading == ("cơ quan báo chí", "tin, bài", "ngày đầu", "ngày cuối", "hợp tác", "cấp", "loại hình")
    assert first[0] == "Báo Khác"
    assert isinstance(first[1], int)
    assert isinstance(first[2], datetime)
    browser.get("/language/en")
    english = rows_of(browser, "/units.csv?period=2024&kind=conference&sort=unit")
    assert list(english[0]) == ["unit", "reports", "sessions", "participants", "invited", "attendance rate"]
    assert 0 <= float(english[0]["attendance rate"]) <= 1


@pytest.mark.parametrize("address", ["/items.pdf", "/outlets.csv?period=hai", "/units.csv?sort=la"])
def test_a_file_that_cannot_be_is_refused(browser, address):
    assert browser.get(address).status_code in {400, 404, 422}
