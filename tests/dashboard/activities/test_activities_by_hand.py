"""Activities entered, edited and taken back on their page, and the list that shows them."""

import pytest

from config.catalogue import load_catalogue
from models.messages.activity import Activity
from models.queries.paging import ON_A_PAGE
from models.store.batch_writer import Writer
from stream_apps.activity_classifier import ActivityClassifier

ENTRY = {
    "kind": "conference",
    "date": "2018-05-09",
    "unit": "Huyện ủy Phụng Hiệp",
    "place": "Hội trường Hòa An",
    "title": "Quán triệt Nghị quyết Trung ương 8 khóa XIII",
    "resolutions": "TW-8-XIII",
    "sessions": "1",
    "points": "12",
    "participants": "1.980",
    "invited": "2.000",
    "language": "vi",
    "note": "",
    "id": "",
}


def form_of(page):
    """What a browser would send of the page's first entry form as it stands."""
    form = page.select_one("form.entry")
    fields = {each["name"]: each.get("value", "") for each in form.select("input")}
    fields |= {each["name"]: each.get_text() for each in form.select("textarea")}
    for each in form.select("select"):
        chosen = each.select_one("option[selected]") or each.option
        fields[each["name"]] = chosen["value"]
    return form["action"], fields


def shown(page):
    terms = page.select("dl.facts dt")
    return {term.get_text(): term.find_next("dd").get_text() for term in terms}


def test_an_activity_is_entered_edited_and_taken_back_under_one_identity(living, soup):
    action, _empty = form_of(soup(living.browser.get("/activities/new")))
    entered = living.browser.post(action, data=ENTRY)
    page = soup(entered)
    assert entered.url.path.startswith("/activities/")
    assert shown(page)["lượt người"] == "1980"
    assert living.by("resolution", "2018")["TW-8-XIII"]["points"] == 12
    assert living.by("district", "2018")["Phụng Hiệp"]["activities"] == 1

    again = living.browser.post(action, data=ENTRY)
    assert again.url == entered.url
    other = soup(living.browser.post(action, data=ENTRY | {"participants": "7"}), 409)
    assert form_of(other)[1]["participants"] == "7"
    assert other.select_one("[role=alert] a")["href"] == entered.url.path

    edit, fields = form_of(soup(living.browser.get(page.find("a", string="Sửa hoặc rút lại")["href"])))
    changed = fields | {"title": "Quán triệt lại", "date": "2018-06-01", "participants": "1.990"}
    edited = living.browser.post(edit, data=changed)
    assert edited.url == entered.url
    assert soup(edited).h1.get_text() == "Quán triệt lại"
    row = living.by("month", "2018")
    assert list(row) == ["2018-06"]
    assert (row["2018-06"]["activities"], row["2018-06"]["participants"]) == (1, 1990)

    late = soup(living.browser.post(edit, data=fields | {"note": "muộn"}), 409)
    assert form_of(late)[1]["note"] == "muộn"
    page = soup(living.browser.get(edit))
    revision = page.select_one("input[name=revision]")["value"]
    back = edit.removesuffix("edit") + "withdraw"
    assert living.browser.post(back, data={"revision": revision, "because": " "}).status_code == 400
    assert living.browser.post(back, data={"revision": "cũ", "because": "nhầm"}).status_code == 400
    assert living.by("kind", "2018")["conference"]["activities"] == 1
    gone = soup(living.browser.post(back, data={"revision": revision, "because": "nhập nhầm"}))
    assert "nhập nhầm" in shown(gone)["ghi chú"]
    row = living.by("kind", "2018").get("conference", {})
    assert not row.get("activities")
    assert not row.get("participants")
    listed = soup(living.browser.get("/activities?period=2018"))
    assert "đã rút" in listed.select_one("table.list").get_text()
    restored = living.browser.post(edit, data=form_of(soup(living.browser.get(edit)))[1] | {"sessions": "1"})
    assert restored.url == entered.url
    assert living.by("kind", "2018")["conference"]["activities"] == 1

    audit = soup(living.browser.get("/audit")).main.get_text(" ")
    for event in ("activity-entered", "activity-changed", "activity-withdrawn"):
        assert f"{event} {entered.url.path.rpartition('/')[2]}" in " ".join(audit.split())
    assert "participants: 1980 → 1990" in audit


def test_everything_that_cannot_be_read_is_said_at_once_beside_its_field(brokerless, soup):
    wrong = ENTRY | {
        "unit": " ",
        "participants": "hơn 100",
        "date": "hôm qua",
        "kind": "đua ghe",
        "language": "lào",
    }
    page = soup(brokerless.browser.post("/activities/new", data=wrong), 422)
    fields = [each["name"] for each in page.select("[aria-invalid=true]")]
    assert sorted(fields) == ["date", "kind", "language", "participants", "unit"]
    assert "cần: một số nguyên" in page.select_one("#about-participants").get_text()
    assert form_of(page)[1]["participants"] == "hơn 100"
    assert form_of(page)[1]["title"] == ENTRY["title"]


def test_without_kafka_what_was_entered_stays_in_the_page(brokerless, soup):
    page = soup(brokerless.browser.post("/activities/new", data=ENTRY), 503)
    assert "Kafka chưa chạy" in page.select_one("[role=alert]").get_text()
    sent = form_of(page)[1]
    assert {name: sent[name] for name in ENTRY} == ENTRY
    assert not brokerless.by("kind", "2018")


def test_what_is_entered_is_text_and_never_markup(brokerless, soup):
    hostile = '"><script>alert(1)</script>'
    page = soup(
        brokerless.browser.post("/activities/new", data=ENTRY | {"title": hostile, "unit": hostile}), 503
    )
    assert form_of(page)[1]["title"] == form_of(page)[1]["unit"] == hostile
    assert all(script.get("src") for script in page.find_all("script"))


@pytest.mark.parametrize("way", ["edit", "withdraw"])
def test_an_activity_that_is_not_here_cannot_be_edited(brokerless, way):
    assert brokerless.browser.post(f"/activities/khong-co/{way}", data=ENTRY).status_code == 404


@pytest.fixture
def reported(brokerless):
    """`reported(n, kind=…)`: an activity of 2024, counted."""
    reader = ActivityClassifier(brokerless.programme)
    writer = Writer(brokerless.engine, brokerless.programme, load_catalogue())

    def report(*activities):
        stated = {"kind": "oral_session", "date": "2024-05-02", "unit": "Xã A", "reported_at": "2024-12-31T00:00:00Z", "revision": "r1"}  # fmt: skip
        read = [
            reader.read_message(
                Activity.model_validate(stated | {"id": f"a{n:04}", "identity": f"id:{n}"} | each)
            )
            for n, each in enumerate(activities)
        ]
        writer.write(read, 0)

    return report


def titles(page):
    return [link.get_text() for link in page.select("table.list tbody a")]


def test_the_list_is_narrowed_summed_and_sorted(brokerless, reported, soup):
    reported(
        {"title": "một", "participants": 95, "invited": 100, "kind": "conference", "date": "2024-03-01"},
        {"title": "hai", "participants": 40, "sessions": 3, "place": "Hòa An", "unit": "Xã B"},
        {"title": "ba: Nghị quyết số 42-NQ/TW khóa XIII", "participants": 7, "date": "2024-07-01"},
        {"title": "năm ngoái", "date": "2023-01-01"},
    )
    browser = brokerless.browser

    def listed(**asked):
        return titles(soup(browser.get("/activities", params={"period": "2024"} | asked)))

    assert [each[:3] for each in listed()] == ["ba:", "hai", "một"]
    assert [each[:3] for each in listed(sort="oldest")] == ["một", "hai", "ba:"]
    assert [each[:3] for each in listed(sort="unit")] == ["ba:", "một", "hai"]
    assert listed(kind="conference") == ["một"]
    assert listed(district="Phụng Hiệp") == ["hai"]
    assert listed(unit="Xã B") == ["hai"]
    assert [each[:3] for each in listed(resolution="NQ-42-TW-XIII")] == ["ba:"]
    assert listed(period="2023") == ["năm ngoái"]
    assert listed(kind="contest") == []
    page = soup(browser.get("/activities?period=2024"))
    sums = [li.get_text(" ", strip=True) for li in page.select(".sums li")]
    assert sums[:4] == ["3 lượt báo cáo", "5 số buổi", "142 lượt người", "0 điểm cầu"]
    assert sums[4].startswith("95% tỷ lệ tham gia (95 trên 100")
    assert page.select_one("nav a[aria-current]").get_text() == "Hoạt động"
    refused = browser.get("/activities?period=2024&sort=la")
    assert (refused.status_code, "attendance_rate" in refused.text) == (400, True)


@pytest.mark.parametrize("sort", ["newest", "oldest", "unit", "title"])
def test_a_long_list_comes_page_by_page_and_whole(brokerless, reported, soup, sort):
    made = [{"title": f"buổi {n:03}", "date": f"2024-05-{1 + n % 9:02}", "unit": f"Xã {n % 4}"} for n in range(2 * ON_A_PAGE + 7)]  # fmt: skip
    reported(*made)
    address, seen = f"/activities?period=2024&sort={sort}", []
    while address:
        page = soup(brokerless.browser.get(address))
        seen += titles(page)
        following = page.select_one(".more a")
        address = following["href"] if following else None
    assert sorted(seen) == [each["title"] for each in made]
