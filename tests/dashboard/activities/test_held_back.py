"""Rows that can hardly be so: held back on every way in until somebody confirms them, and never lost."""

import pytest

from tests.dashboard.activities.test_activities_by_hand import ENTRY, form_of
from tests.dashboard.activities.test_activities_import import counts, hand_in, lines

FUTURE, INVITED, LACKS, FAR = "future-day", "more-than-invited", "not-in-the-catalogue", "far-from-usual"
REASONS = {
    FUTURE: {"date": "2099-11-05"},
    INVITED: {"participants": "200", "invited": "100"},
    LACKS: {"resolutions": "999-NQ/TW"},
}
TICK = "input[name=confirm]"


def row(number, day, unit, words, participants, invited=None):
    return [
        number,
        "Hội nghị",
        day,
        unit,
        "Hậu Giang",
        f"Quán triệt {number}",
        words,
        1,
        participants,
        invited,
    ]


def doubts(page):
    return [each["data-doubt"] for each in page.select("[data-doubt]")]


@pytest.mark.parametrize("reason", REASONS)
def test_the_form_asks_once_and_takes_what_is_confirmed(brokerless, soup, reason):
    browser = brokerless.browser
    entered = ENTRY | REASONS[reason]
    asked = soup(browser.post("/activities/new", data=entered), 409)
    assert doubts(asked) == [reason]
    _action, fields = form_of(asked)
    assert {name: fields[name] for name in ENTRY} == entered
    confirm = {"confirm": asked.select_one(TICK)["value"]}
    soup(browser.post("/activities/new", data=entered | confirm), 503)  # on its way to Kafka
    other = entered | confirm | {"participants": "300", "invited": "100"}
    assert INVITED in doubts(soup(browser.post("/activities/new", data=other), 409))
    soup(browser.post("/activities/new", data=ENTRY), 503)


def test_editing_asks_too_and_withdrawing_does_not(living, soup):
    browser = living.browser
    entered = ENTRY | {"date": "2017-05-09", "unit": "Huyện ủy Vị Thủy"}
    action = browser.post("/activities/new", data=entered).url.path + "/edit"
    fields = form_of(soup(browser.get(action)))[1]
    wrong = fields | {"participants": "4.000", "date": "2099-01-01"}
    asked = soup(browser.post(action, data=wrong), 409)
    assert doubts(asked) == [FUTURE, INVITED]
    assert living.by("kind", "2017")["conference"]["participants"] == 1980
    page = soup(browser.post(action, data=wrong | {"confirm": asked.select_one(TICK)["value"]}))
    assert page.h1
    assert living.by("kind", "2099")["conference"]["participants"] == 4000
    revision = soup(browser.get(action)).select_one("input[name=revision]")["value"]
    withdrawn = browser.post(
        action.replace("edit", "withdraw"), data={"revision": revision, "because": "nhầm"}
    )
    assert withdrawn.status_code == 200
    assert living.by("kind", "2099") == {}


def test_a_sheet_takes_the_rows_that_are_ticked_and_no_others(living, sheet, soup):
    browser = living.browser
    data = sheet(
        row(1, "18/6/2016", "Tỉnh ủy", "TW-8-XIII", 90, 100),
        row(2, "18/6/2099", "Tỉnh ủy", "TW-8-XIII", 90, 100),
        row(3, "19/6/2016", "Tỉnh ủy", None, 200, 100),
        row(4, "20/6/2016", "Tỉnh ủy", "999-NQ/TW", 7),
    )
    preview = soup(hand_in(browser, data, "giu-lai.xlsx"))
    assert counts(preview) == [1, 0, 0, 3, 0]
    assert doubts(preview) == [FUTURE, INVITED, LACKS]
    held = preview.select_one("table.held").get_text(" ", strip=True)
    assert "C3 “18/06/2099”: ngày này chưa đến" in held
    assert "I4 “200”: số người dự nhiều hơn 100" in held
    assert "G5 “999-NQ/TW”: danh mục không có" in held
    understood = [line[7] for line in lines(preview) if len(line) > 9]
    assert understood[0].startswith("Nghị quyết Trung ương 8 khóa XIII")
    assert understood[2:] == ["", "“999-NQ/TW”: không có trong danh mục"]

    form = preview.select_one("main form[method=post]")
    ticks = [each["name"] for each in form.select("table.held input")]
    done = soup(browser.post(form["action"], data={"kind": "", ticks[2]: "on"}))
    assert doubts(done) == [FUTURE, INVITED]
    assert living.by("kind", "2016")["conference"]["participants"] == 97
    assert living.by("kind", "2099") == {}

    again = soup(hand_in(browser, data, "giu-lai.xlsx"))
    assert counts(again) == [0, 0, 2, 2, 0]
    soup(browser.post(form["action"], data={"kind": "", "confirm-all": "on"}))
    assert living.by("kind", "2016")["conference"]["participants"] == 297
    assert living.by("kind", "2099")["conference"]["participants"] == 90
    assert counts(soup(hand_in(browser, data, "giu-lai.xlsx"))) == [0, 0, 4, 0]


def test_a_program_is_told_what_is_held_and_confirms_it(living):
    browser = living.browser
    usual = [
        {"kind": "contest", "date": f"2013-05-0{n}", "unit": "Đoàn xã", "participants": 10}
        for n in range(1, 6)
    ]
    wrong = {
        "kind": "contest",
        "date": "2013-06-01",
        "unit": "Đoàn xã",
        "participants": 101,
        "resolutions": ["999-NQ/TW"],
    }
    refused = browser.post("/api/v1/activities", json={"activities": [*usual, wrong]})
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    (held,) = refused.json()["held"]
    assert (held["row"], [each["reason"] for each in held["reasons"]]) == (6, [LACKS, FAR])
    assert held["reasons"][1]["field"] == "participants"
    assert "contest" not in living.by("kind", "2013")
    assert (
        browser.post("/api/v1/activities", json={"activities": [*usual, wrong], "confirm": [5]}).status_code
        == 409
    )
    taken = browser.post("/api/v1/activities", json={"activities": [*usual, wrong], "confirm": [6]})
    assert (taken.status_code, taken.json()["new"], taken.json()["counted"]) == (200, 6, True), taken.text
    assert living.by("kind", "2013")["contest"]["participants"] == 151
    again = browser.post("/api/v1/activities", json={"activities": [*usual, wrong]})
    assert (again.status_code, again.json()["unchanged"]) == (200, 6)
    unread = browser.post("/api/v1/activities", json={"activities": [wrong | {"date": "2013-02-30"}]})
    assert (unread.status_code, unread.json()["errors"][0]["where"]) == (422, "body.activities.0.date")
