"""Sources in a browser: what they gave against what is usual, why one failed, and all that is kept of one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from lantoa.sources.requested_sources import AGAIN, AskedSources
from lantoa.web.pages.sources.sources import volume
from models.database import writing
from models.sql import table_of
from models.store import source_days
from models.store.backfill_cursor import stand
from models.store.pending_pages import Pending, settle
from models.store.source_days import DayCounts
from models.tables.sources import RobotsRow, SourceSchedule, SourceState

NOW = datetime.now(UTC)
SILENT, FAILED, NEW = "nhandan-feed", "tw-khac-feed", "dai-tinh-feed"


def soup(answer, status=200):
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "lxml")


def state(source, status="ok", reason="", message=""):
    return {
        "source_id": source, "url": f"https://{source}.example/rss", "etag": "", "last_modified": "", "body_hash": "",
        "fetched_at": NOW, "status": status, "reason": reason, "message": message,
    }  # fmt: skip


@pytest.fixture
def nights(engine, programme):
    """One source that fell silent, one whose last fetch failed, one that nobody has fetched."""
    today = programme.day(NOW)
    with writing(engine) as connection:
        for back in range(20, 0, -1):
            given = 0 if back == 1 else 9 + back % 3
            source_days.add(
                connection, SILENT, DayCounts(today - timedelta(days=back), 1, 0, 0, given + 20, 20)
            )
        source_days.add(connection, FAILED, DayCounts(today, 2, 2))
        connection.execute(
            table_of(SourceState).insert(),
            [state(SILENT), state(FAILED, "failed", "http-403", "<b>403</b> Forbidden")],
        )
    return today


def listed(page):
    return [row.td.get_text() for row in page.select("table.list tbody tr")]


def test_the_overview_says_what_was_fetched_last(browser, nights, engine):
    def said():
        return soup(browser.get("/")).select_one(".gathered").get_text(" ", strip=True)

    day = f"{nights:%d/%m/%Y}"
    assert said() == f"Lấy tin gần nhất {day} : 0 tin mới từ 1 nguồn; 1 nguồn lỗi ."
    with writing(engine) as connection:
        source_days.add(connection, SILENT, DayCounts(nights, 1, 0, 0, 21, 20))
        source_days.add(connection, NEW, DayCounts(nights, 1, 0, 0, 5, 5))
        source_days.add(connection, "of-another-programme", DayCounts(nights, 1, 0, 0, 5, 0))
    expected = f"Lấy tin gần nhất {day} : 1 tin mới từ 3 nguồn; 1 nguồn không có gì mới; 1 nguồn lỗi ."
    assert said() == expected


def test_the_list_says_what_is_wrong_and_what_to_do(browser, nights):
    page = soup(browser.get("/sources"))
    assert listed(page) == [SILENT, FAILED, NEW]
    silent, failed, new = page.select("table.list tbody tr")
    assert silent.svg["aria-label"] == "0, thường lệ 10"
    assert float(silent.select_one("rect.given")["width"]) == 0
    assert "máy chủ từ chối" in failed.get_text()
    assert "chưa thu thập" in new.get_text()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"health": "silent"}, [SILENT]),
        ({"health": "failed"}, [FAILED]),
        ({"health": "problem"}, [SILENT, FAILED]),
        ({"health": "unfetched"}, [NEW]),
        ({"health": "well"}, []),
        ({"outlet": "nhandan"}, [SILENT]),
        ({"outlet": "nhandan", "health": "failed"}, []),
        ({"health": "<script>"}, []),
    ],
)
def test_the_list_is_narrowed(browser, nights, asked, found):
    assert listed(soup(browser.get("/sources", params=asked))) == found


def test_a_source_tells_its_days_robots_next_fetch_walks_and_waiting_pages(browser, nights, engine):
    with writing(engine) as connection:
        connection.execute(
            table_of(RobotsRow).insert(),
            {"origin": "https://tw-khac.example", "fetched_at": NOW, "status": 200,
             "body": "User-agent: *\nCrawl-delay: 7\nDisallow: /rss\n"},
        )  # fmt: skip
        connection.execute(
            table_of(SourceSchedule).insert(),
            {"source_id": FAILED, "night": NOW, "next_at": datetime(2030, 1, 2, 3, tzinfo=UTC), "claimed_until": NOW,
             "interval_minutes": 1440, "failures": 2.0, "failing_since": NOW, "given_up": False},
        )  # fmt: skip
        stand(connection, FAILED, date(2024, 1, 1), ["https://a", "https://b"])
        pages = [Pending(f"i{n}", FAILED, f"url:<i>{n}</i>", "{}", 2, NOW, "timeout") for n in range(22)]
        pages += [Pending(f"j{n}", FAILED, f"url:{n}", "{}", 1, NOW, "redirected-home") for n in range(3)]
        settle(connection, pages, ())
    page = soup(browser.get(f"/sources/{FAILED}"))
    text = page.main.get_text(" ", strip=True)
    for said in (
        "<b>403</b> Forbidden",
        "02/01/2030 10:00",
        "từ chối",
        "mỗi 7 giây",
        "còn 2 trang danh sách",
        "máy chủ từ chối",
        "máy chủ quá chậm: 22 địa chỉ dẫn về trang chủ hoặc chuyên mục: 3",
    ):
        assert said in text, said
    assert not page.main.select("b, i")
    waiting = page.find("h2", string="Trang bài còn chờ · 25").parent
    assert len(waiting.select("tbody tr")) == 20
    days = page.find("h2", string="Theo ngày").parent.select("tbody tr")
    assert [cell.get_text() for cell in days[0].select("td")][1:] == ["2", "2", "0", "0", "0"]
    assert browser.get("/sources/khong-co").status_code == 404


def test_without_a_broker_the_page_says_so_and_nothing_is_asked(browser):
    answer = browser.post(f"/sources/{NEW}/fetch")
    assert answer.status_code == 503
    assert "Kafka" in answer.text
    assert "Đã yêu cầu" not in browser.get(f"/sources/{NEW}").text
    assert browser.get(f"/sources/{NEW}/fetch").status_code == 405
    assert browser.post("/sources/khong-co/fetch").status_code == 404


def test_a_second_click_within_a_minute_asks_nothing():
    asked = AskedSources()
    assert asked.begin("a", NOW)
    assert not asked.begin("a", NOW + AGAIN / 2)
    assert asked.begin("b", NOW)
    assert asked.begin("a", NOW + AGAIN)
    asked.forget("a")
    assert asked.begin("a", NOW + AGAIN)


def test_what_was_asked_for_is_fetched_waits_or_is_heard_by_nobody():
    asked = AskedSources()
    assert asked.standing("a", None, NOW) is None
    asked.begin("a", NOW)
    assert not asked.standing("a", NOW - AGAIN, NOW).fetched
    assert asked.standing("a", NOW + AGAIN, NOW + AGAIN).fetched
    assert asked.standing("a", None, NOW + AGAIN).unheard
    assert asked.standing("a", NOW, NOW + timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("given", "usual", "deviation", "ends"),
    [(5, 10.0, 2.0, 41.7), (20, 10.0, 2.0, 100.0), (0, 0.0, 0.0, 0.0), (0, 10.0, 20.0, 0.0)],
)
def test_a_bar_stays_inside_of_its_picture(given, usual, deviation, ends):
    at = volume(given, usual, deviation)
    assert at["given"] == ends
    assert all(0 <= value <= 100 for value in at.values())
