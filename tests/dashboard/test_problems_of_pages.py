"""What went wrong stands where it can be mended: beside a form that was sent in place, else on a page that comes back."""

from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import create_engine

import lantoa.web
from lantoa.web.app import make_app
from tests.serving import owner, serving

TEMPLATES = Path(lantoa.web.__file__).parent / "pages"
IN_PLACE, BOOSTED = {"HX-Request": "true"}, {"HX-Request": "true", "HX-Boosted": "true"}
ID = "0" * 32
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def soup(answer, status):
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "lxml")


@pytest.fixture
def lost(settings, programme):
    """`lost(trusting=True)`: a client of a dashboard whose database is away."""
    nobody = create_engine("postgresql+psycopg://127.0.0.1:9/lantoa", connect_args={"connect_timeout": 2})
    plain = settings.model_copy(update={"https": False})
    with ExitStack() as stack:

        def visit(trusting=True):
            app = make_app(plain, nobody, programme, trusting=trusting)
            if trusting:
                return stack.enter_context(owner(app, timeout=30))
            address = stack.enter_context(serving(app))
            client = httpx.Client(base_url=address, cookies={"lantoa_session": "known"}, timeout=30)
            return stack.enter_context(client)

        yield visit


WRONG = [
    ("/decisions", {"in_scope": "no"}, 503, "Kafka chưa chạy"),
    ("/decisions", {}, 400, "Chưa quyết định điều gì"),
    ("/decisions", {"id": "x", "in_scope": "no"}, 422, "id"),
    ("/decisions/none/withdraw", {}, 404, "Không có trang này"),
    (f"/decisions/{ID}/withdraw", {"item": ""}, 404, "Không có trang này"),
    (f"/decisions/{ID}/withdraw", {}, 503, "Kafka chưa chạy"),  # of a decision that no worker has taken yet
]


@pytest.mark.parametrize(("address", "more", "status", "words"), WRONG)
def test_a_form_that_was_sent_in_place_keeps_standing(browser, write, address, more, status, words):
    form = {"id": ID, "item": write(), "because": "đã xem"} | more
    answer = browser.post(address, data=form, headers=IN_PLACE)
    said = soup(answer, status)
    assert [each.name for each in said.body.find_all(recursive=False)] == ["p"]
    assert said.p["role"] == "alert"
    assert words in said.p.get_text()
    assert answer.headers["hx-retarget"] == "find .problem"
    assert answer.headers["hx-reswap"] == "innerHTML"


@pytest.mark.parametrize("headers", [{}, BOOSTED])
@pytest.mark.parametrize(("address", "more", "status", "words"), WRONG)
def test_any_other_form_gets_a_page_that_is_not_sent_again(
    browser, write, address, more, status, words, headers
):
    form = {"id": ID, "item": write(), "because": "đã xem"} | more
    answer = browser.post(address, data=form, headers=headers)
    page = soup(answer, status)
    assert words in page.main.get_text()
    assert page.header.nav
    assert not looks_again(page)
    assert "hx-retarget" not in answer.headers


def test_every_form_that_is_sent_in_place_has_room_for_what_went_wrong(browser, write):
    write(title="Hậu Giang học tập Nghị quyết số 18-NQ/TW", day="2024-08-10")
    forms = soup(browser.get("/review?period=2024"), 200).select("[hx-post]")
    assert forms
    assert all(len(form.select(".problem")) == 1 for form in forms)
    named = {path.name for path in TEMPLATES.rglob("*.html") if "hx-post" in path.read_text()}
    assert named == {"review.html", "case.html", "effect.html"}
    assert (TEMPLATES / "corrections" / "effect.html").read_text().count('class="problem"') == 1


def looks_again(page):
    """The address that the page fetches by itself, with scripts and without."""
    asked, refresh = page.main.get("hx-get"), page.select("noscript meta[http-equiv=refresh]")
    assert bool(asked) == bool(refresh)
    if asked:
        assert page.main["hx-trigger"] == "every 5s"
        assert page.main["hx-select"] == page.main["hx-target"] == "#main"
        assert page.main["hx-swap"] == "outerHTML"
    return asked


@pytest.mark.parametrize("headers", [{}, BOOSTED, IN_PLACE | {"HX-Target": "main"}])
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?period=2024",
        "/items?period=2024&outlet=nhandan",
        "/items/t%E1%BB%89nh%20A%22",
        "/sources?a=%22%3E%3Cscript%3E",
    ],
)
def test_a_page_whose_database_is_away_looks_again(lost, address, headers):
    answer = lost().get(address, headers=headers)
    page = soup(answer, 503)
    assert "Cơ sở dữ liệu không trả lời" in page.main.get_text()
    assert looks_again(page) == address
    assert [each["src"] for each in page.find_all("script") if not each["src"].startswith("/static/")] == []
    assert "Toàn cảnh" in page.header.nav.get_text()


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        ("/items?a='\"><b>", "/items?a='\"><b>"),
        ("//evil.example/a?b", "/evil.example/a?b"),
        ("/\\evil", "/%5Cevil"),
    ],
)
def test_what_no_browser_sends_leads_nowhere_else(lost, sent, asked):
    connection = HTTPConnection(lost(trusting=False).base_url.netloc.decode())
    connection.request("GET", sent, headers={"Cookie": "lantoa_session=known"})
    answer = connection.getresponse().read().decode()
    connection.close()
    assert "<b>" not in answer
    assert looks_again(BeautifulSoup(answer, "lxml")) == asked


def test_what_is_sent_to_a_database_that_is_away_is_not_sent_again_by_itself(lost):
    client, form = lost(), {"id": ID, "item": "a", "because": "đã xem", "in_scope": "no"}
    page = soup(client.post("/decisions", data=form), 503)
    assert "có thể gửi lại" in page.main.get_text()
    assert not looks_again(page)
    said = soup(client.post("/decisions", data=form, headers=IN_PLACE), 503)
    assert not said.main
    assert "Cơ sở dữ liệu không trả lời" in said.p.get_text()


def test_a_page_without_its_broker_looks_again(browser):
    page = soup(browser.get("/review/letters"), 503)
    assert "Kafka chưa chạy" in page.main.get_text()
    assert looks_again(page) == "/review/letters"


def test_what_is_merely_wrong_does_not_look_again(browser):
    assert not looks_again(soup(browser.get("/nothing"), 404))
    assert not looks_again(soup(browser.get("/?period=x"), 400))


def test_who_cannot_be_recognised_waits_instead_of_logging_in_again(lost):
    client = lost(trusting=False)
    page = soup(client.get("/items?period=2024"), 503)
    assert looks_again(page) == "/items?period=2024"
    assert page.main["hx-select-oob"] == "#header"
    assert page.select_one("#header")
    assert client.get("/static/style.css").status_code == 200
    assert client.get("/login").status_code == 200
    told = client.get("/api/v1/items", headers={"Authorization": "Bearer x"})
    assert (told.status_code, told.headers["content-type"]) == (503, "application/problem+json")
    client.cookies.clear()
    assert client.get("/items").headers["location"] == "/login?next=%2Fitems"
