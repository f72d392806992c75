"""A broker or a database that is away: the page says so, loses nothing, and goes on when it is back."""

import shutil
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from config.settings import load_settings
from lantoa.commands.passwords import hash_of
from models.database import make_engine, migrate, writing
from models.sql import table_of
from models.tables.accounts import Account
from tests.browser.starting import dashboard, laptop, owner, working
from tests.postgresql_server import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PASSWORD = "một câu dễ nhớ"
KAFKA, DATABASE = "Kafka chưa chạy", "Cơ sở dữ liệu không trả lời"


@pytest.fixture
def province(kept_demo, tmp_path):
    """Settings of a province of its own, of which nothing runs."""
    folder = tmp_path / "province"
    shutil.copytree(kept_demo, folder)
    return load_settings(programme=folder / "programme", data_dir=folder, kafka_bootstrap_servers="", port=0)


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    made = Server(tmp_path_factory.mktemp("away") / "runtime")
    yield made
    made.stop()


@pytest.fixture
def server(database):
    """A PostgreSQL that a test may kill."""
    yield database
    database.start_again()


@pytest.fixture(scope="module")
def office(database, kept_demo, tmp_path_factory):
    """Settings of an office on that database."""
    folder = tmp_path_factory.mktemp("office")
    made = load_settings(programme=kept_demo / "programme", data_dir=folder, database_url=database.address)
    engine = make_engine(made)
    migrate(engine)
    engine.dispose()
    return made


@pytest.fixture(scope="module")
def address(office):
    """Of its dashboard, on which its owner has not to log in."""
    with dashboard(office, office.data_dir / "dashboard.log") as found:
        yield found


def test_a_decision_waits_beside_its_form_until_there_is_a_broker(chromium, province, tmp_path):
    with dashboard(province, tmp_path / "dashboard.log") as address, laptop(chromium, address) as page:
        page.goto("/review?period=2024")
        page.keyboard.press("j")
        case = page.locator(".case").first
        one = case.locator('[data-key="1"]')
        decided, key = one.get_attribute("value"), case.locator("[name=id]").get_attribute("value")
        for _twice in range(2):
            with page.expect_response("**/decisions") as answer:
                page.keyboard.press("1")
            assert answer.value.status == 503
            expect(case.get_by_role("alert")).to_have_count(1)
            expect(case.get_by_role("alert")).to_contain_text(KAFKA)
            expect(case).to_be_focused()
        assert one.get_attribute("value") == decided
        assert case.locator("[name=id]").get_attribute("value") == key
        expect(page.locator("header")).to_have_count(1)
        with working(province, tmp_path / "up.log"):
            page.keyboard.press("1")
            effect = case.locator(".effect")
            expect(effect).to_contain_text("Đã quyết định")
            expect(effect).to_contain_text("→")
            expect(case.get_by_role("alert")).to_have_count(0)
        page.keyboard.press("u")
        expect(effect.get_by_role("alert")).to_contain_text(KAFKA)
        expect(effect).to_contain_text("Đã quyết định")


def test_a_dashboard_that_is_away_is_said_so(chromium, province, tmp_path):
    with dashboard(province, tmp_path / "dashboard.log") as address:
        context = owner(chromium, address, locale="vi-VN")
        page = context.new_page()
        page.goto("/review?period=2024")
        away = page.locator(".away[role=alert]")
        expect(away).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("1")
    expect(away).to_contain_text("Lan tỏa không trả lời")
    expect(away).to_be_visible()
    expect(page.locator(".case:focus form")).not_to_have_count(0)
    context.close()


def test_an_overview_comes_back_with_its_database(chromium, address, server):
    with laptop(chromium, address) as page:
        page.goto("/?period=2024")
        expect(page.locator("h1")).to_have_text("Toàn cảnh 2024")
        server.kill()
        page.reload()
        expect(page.locator("main")).to_contain_text(DATABASE)
        server.start_again()
        expect(page.locator("h1")).to_have_text("Toàn cảnh 2024")
        expect(page.locator("[data-live]")).to_have_count(1)
        expect(page.locator("#trend svg")).to_be_visible()
        expect(page).to_have_title("Toàn cảnh 2024 · Lan tỏa")


def test_an_overview_that_follows_the_figures_says_so_by_itself(chromium, address, server):
    with laptop(chromium, address) as page:
        page.goto("/?period=2024")
        server.kill()
        page.evaluate("htmx.trigger(document.body, 'tallies')")
        expect(page.locator("main")).to_contain_text(DATABASE)
        page.get_by_role("link", name="Tin, bài", exact=True).click()
        expect(page.locator("main")).to_contain_text(DATABASE)
        server.start_again()
        expect(page.locator("h1")).to_contain_text("Tin, bài")
        expect(page.locator("header nav").first).to_be_visible()


def test_who_is_logged_in_stays_so(chromium, office, server, tmp_path):
    """While the database is away nobody is recognised, and the header has no rooms."""
    plain, now = office.model_copy(update={"https": False}), datetime.now(UTC)
    row = {
        "name": "lan",
        "role": "liaison",
        "password": hash_of(PASSWORD),
        "disabled": False,
        "created_at": now,
    }
    engine = make_engine(office)
    with writing(engine) as connection:
        connection.execute(table_of(Account).insert(), [row])
    engine.dispose()
    with (
        dashboard(plain, tmp_path / "dashboard.log", "--login") as address,
        laptop(chromium, address) as page,
    ):
        page.goto("/?period=2024")
        page.locator("[name=name]").fill("lan")
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.locator("h1")).to_have_text("Toàn cảnh 2024")
        server.kill()
        page.reload()
        expect(page.locator("main")).to_contain_text(DATABASE)
        expect(page.locator("header nav")).to_have_count(1)
        server.start_again()
        expect(page.locator("h1")).to_have_text("Toàn cảnh 2024")
        expect(page.locator("header nav")).to_have_count(2)
        expect(page.locator("header .account")).to_contain_text("lan")


def test_without_scripts_the_page_looks_again_too(chromium, address, server):
    context = owner(chromium, address, java_script_enabled=False)
    page = context.new_page()
    server.kill()
    page.goto("/?period=2024")
    expect(page.locator("main")).to_contain_text(DATABASE)
    server.start_again()
    expect(page.locator("h1")).to_have_text("Toàn cảnh 2024")
    context.close()
