"""The pages say what the tallies say, and everything leads to its evidence."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from config.programme import load_programme
from lantoa.web.app import make_app
from lantoa.web.pages.items.evidence import difference, marked
from models.counting.period import parse_period
from models.database import reading
from models.queries.paging import ON_A_PAGE
from models.queries.tally import read_tallies
from tests.serving import owner

HOSTILE = '<script>alert(1)</script> & "tin" Hậu Giang về Nghị quyết số 42-NQ/TW khóa XIII'


def soup(answer, status=200):
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "lxml")


def figures(page):
    return {
        li.get_text(" ", strip=True).split(" ", 1)[1]: li.strong.get_text()
        for li in page.select(".figures li")
    }


def test_the_overview_has_the_figures_of_the_tallies(browser, write, engine, programme):
    for n in range(3):
        write(title=f"Hậu Giang thực hiện Nghị quyết số 42-NQ/TW khóa XIII, bài {n}")
    write("tw-khac")
    write("dai-tinh", day="2024-06-03")
    write("dai-tinh", day="2023-06-03")
    page = soup(browser.get("/", params={"period": "2024"}))
    assert figures(page)["cơ quan báo chí Trung ương hợp tác"] == "1"
    assert figures(page)["tin, bài của các cơ quan này"] == "3"
    with reading(engine) as connection:
        rows = read_tallies(connection, programme, parse_period("2024"), ("channel",)).rows
    shown = [int(row.td.get_text()) for row in page.find("h2", string="Kênh").parent.select("tbody tr")]
    assert shown == sorted((row["items"] for row in rows), reverse=True)
    heat = {link["href"]: link.get_text() for link in page.select(".heat td a")}
    assert heat == {
        "/items?period=2024-05&resolution=NQ-42-TW-XIII": "3",
        "/items?period=2024-05&resolution=TW-8-XIII": "3",
    }
    assert sum(map(int, [cell.get_text() for cell in page.select("details td:nth-of-type(1)")])) == 5
    assert sum(map(int, [cell.get_text() for cell in page.select("details td:nth-of-type(2)")])) == 1


def test_a_long_list_comes_page_by_page_and_no_item_twice(browser, write):
    made = {write(day=f"2024-05-{1 + n % 9:02}") for n in range(2 * ON_A_PAGE + 7)}
    address, seen, pages = "/items?period=2024&outlet=nhandan", [], 0
    while address:
        page = soup(browser.get(address))
        seen += [a["href"].rpartition("/")[2] for a in page.select("table.list tbody a")]
        pages += 1
        following = page.select_one(".more a")
        address = following["href"] if following else None
    assert pages == 3
    assert len(seen) == len(made)
    assert set(seen) == made


@pytest.mark.parametrize("sort", ["newest", "oldest", "outlet", "title"])
def test_every_order_comes_page_by_page_and_whole(browser, write, sort):
    made = {write(("nhandan", "dai-tinh")[n % 2], day=f"2024-05-{1 + n % 9:02}", title=f"Hậu Giang {n % 5}")
            for n in range(ON_A_PAGE + 20)}  # fmt: skip
    first = soup(browser.get("/items", params={"period": "2024", "sort": sort}))
    second = soup(browser.get(first.select_one(".more a")["href"]))
    rows = [
        (
            (cells := row.find_all("td"))[0].get_text(" ", strip=True).split("/")[::-1],
            cells[1].get_text(),
            cells[2].get_text(),
            cells[2].a["href"],
        )
        for page in (first, second)
        for row in page.select("table.list tbody tr")
    ]
    assert {row[3].rpartition("/")[2] for row in rows} == made
    assert len(rows) == len(made)
    by = {"newest": 0, "oldest": 0, "outlet": 1, "title": 2}[sort]
    shown = [row[by] for row in rows]
    names = {"Báo Nhân Dân": 0, "Đài Tỉnh": 1}  # đ is sorted as d
    shown = [names[each] for each in shown] if sort == "outlet" else shown
    assert shown == sorted(shown, reverse=sort == "newest")


def test_items_are_found_by_words_with_and_without_marks(browser, write):
    found = write(title="Vị Thanh đổi mới, Hậu Giang")
    write(title="Hậu Giang được mùa")
    for question in ("đổi mới", "doi moi", "VI THANH"):
        page = soup(browser.get("/items", params={"period": "2024", "q": question, "channel": "any"}))
        assert [a["href"] for a in page.select("table.list tbody a")] == [f"/items/{found}"], question
    assert not soup(browser.get("/items", params={"period": "2024", "q": "đội mới"})).select(
        "table.list tbody a"
    )


@pytest.mark.parametrize("after", ["x", "[]", '["2024-05-01"]', '["now", "a"]', "[1, 2]", "null"])
def test_a_place_that_is_none_is_refused(browser, after):
    assert browser.get("/items", params={"period": "2024", "after": after}).status_code == 400


def test_an_item_shows_its_mentions_and_its_versions(browser, write):
    name = write(
        title="Hậu Giang",
        text="Chi bộ học tập Nghị quyết số 42-NQ/TW khóa XIII.",
        key="url:nhandan.example/a",
    )
    write(
        title="Hậu Giang",
        text="Chi bộ học tập kỹ Nghị quyết số 42-NQ/TW khóa XIII.",
        key="url:nhandan.example/a",
        revision="r2",
        fetched_at="2025-01-02T00:00:00Z",
    )
    page = soup(browser.get(f"/items/{name}"))
    (mark,) = page.select(".text mark.linked")
    assert (mark.get_text(), mark["title"]) == ("Nghị quyết số 42-NQ/TW", "NQ-42-TW-XIII")
    assert page.select_one(".difference ins").get_text() == "kỹ"
    assert page.select(".cells li")


def test_what_outlets_write_is_text_and_never_markup(browser, write):
    name = write(title=HOSTILE, text="<img src=x onerror=alert(1)> Hậu Giang")
    for address in (f"/items/{name}", "/items?period=2024"):
        page = soup(browser.get(address))
        assert not page.find("img")
        assert all(script["src"].startswith("/static/") for script in page.find_all("script"))
        assert "<script>alert(1)</script>" in page.get_text()


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/?period=hai-nghin", 400, "2024-Q3"),
        ("/items?period=2024&after=x", 400, "vị trí"),
        ("/items/khong-co", 404, "Không có trang này"),
        ("/activities/khong-co", 404, "Không có trang này"),
        ("/gi-day", 404, "Không có trang này"),
    ],
)
def test_what_cannot_be_shown_is_said(browser, address, status, words):
    assert words in soup(browser.get(address), status).main.get_text()


def test_a_database_that_went_away_is_said(browser, engine):
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE item RENAME TO elsewhere"))
    assert "Cơ sở dữ liệu không trả lời" in soup(browser.get("/"), 503).main.get_text()
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO item"))
    soup(browser.get("/"))


def test_the_reader_chooses_the_language(browser):
    assert "Toàn cảnh" in soup(browser.get("/")).h1.get_text()
    browser.get("/language/en", headers={"referer": f"{browser.base_url}review"})
    assert "Overview" in soup(browser.get("/")).h1.get_text()
    browser.get("/language/xx")
    assert soup(browser.get("/")).html["lang"] == "en"


@pytest.mark.parametrize("back", ["http://evil.example/", "//evil.example", ""])
def test_choosing_a_language_leads_nowhere_else(browser, back):
    answer = browser.get("/language/en", headers={"referer": back}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_browsers_are_told_what_not_to_do(browser):
    answer = browser.get("/")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe-inline" not in answer.headers["content-security-policy"].split("style-src-attr")[0]
    assert answer.headers["cache-control"] == "no-store"
    assert browser.get("/", headers={"host": "evil.example"}).status_code == 400


def test_what_waits_stands_with_its_candidates(browser, write):
    write(title="Hậu Giang học tập Nghị quyết số 18-NQ/TW", day="2024-08-10")
    page = soup(browser.get("/review?period=2024"))
    assert "Nghị quyết số 18-NQ/TW" in page.main.get_text()
    (case,) = page.select(".case")
    assert [button["value"] for button in case.select("button")] == [
        "NQ-18-TW-XII",
        "NQ-18-TW-XIII",
        "",
    ]


def test_ambiguous_words_stand_in_their_sentence(browser, write):
    far = "Vị Thanh. " + "xa " * 60
    write(
        title="Hậu Giang <b>học tập</b>",
        text=f"{far}Chiều qua, đoàn quán triệt\nNghị quyết số 18-NQ/TW cho cán bộ. {far}",
        day="2024-08-10",
    )
    (case,) = soup(browser.get("/review?period=2024")).select(".case")
    said = case.select_one(".context").get_text()
    assert "Chiều qua, đoàn quán triệt Nghị quyết số 18-NQ/TW cho cán bộ." in said
    assert said.startswith("…xa")
    assert said.endswith("xa…")
    assert len(said) < 300
    assert "<b>học tập</b>" in case.h3.get_text()


def test_every_source_is_listed(browser, programme):
    page = soup(browser.get("/sources"))
    assert len(page.select("table.list tr")) - 1 == len(programme.sources)


def test_mentions_that_overlap_are_marked_once():
    mentions = [
        {"zone": "body", "start": 0, "end": 5, "status": "linked", "resolution": "A"},
        {"zone": "body", "start": 3, "end": 8, "status": "linked", "resolution": "B"},
        {"zone": "title", "start": 0, "end": 2, "status": "linked", "resolution": "C"},
    ]
    assert marked("<abcdefgh>", "body", mentions) == '<mark class="linked" title="A">&lt;abcd</mark>efgh&gt;'


def test_a_difference_is_told_word_by_word():
    assert difference("a b c", "a <x> c") == "a <del>b</del> <ins>&lt;x&gt;</ins> c"


def test_an_overview_that_was_kept_is_read_anew_after_a_change(browser, write):
    for expected in ("1", "2", "3"):
        write(title="Hậu Giang thực hiện Nghị quyết số 42-NQ/TW khóa XIII")
        for _again in range(2):
            page = soup(browser.get("/", params={"period": "2024"}))
            assert figures(page)["tin, bài của các cơ quan này"] == expected
    browser.get("/language/en")
    english = soup(browser.get("/", params={"period": "2024"}))
    assert figures(english)["items of theirs"] == "3"


def test_a_changed_programme_is_shown_and_a_mistake_in_it_is_not(settings, engine, programme):
    """The programme's files are written first: those of the other tests stand nowhere."""
    file = programme.folder / "programme.yaml"
    file.write_text("id: thu\nname: Tỉnh cũ\n", "utf-8")
    (programme.folder / "outlets.yaml").write_text("[]", "utf-8")
    with owner(make_app(settings, engine, load_programme(programme.folder))) as client:
        names = []
        for text in ("id: thu\nname: Tỉnh mới\n", "id: thu\nname: [\n", "id: thu\nname: Tỉnh sau\n"):
            names.append(soup(client.get("/")).select_one(".office").get_text())
            file.write_text(text, "utf-8")
        names.append(soup(client.get("/")).select_one(".office").get_text())
    assert names == ["Tỉnh cũ", "Tỉnh mới", "Tỉnh mới", "Tỉnh sau"]


def test_a_day_that_is_not_the_pieces_own_is_flagged_in_the_list(browser, write):
    write(title="Hậu Giang: tin một", claimed=None, date_flag="date-missing", date_text="")
    flag = soup(browser.get("/items?period=2024")).select_one("td .flag")
    assert flag["title"] == "không có ngày"
