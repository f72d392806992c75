"""What a correction changed is shown where it was made: the fields of the item, and the figures that moved."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from lantoa.web.app import make_app
from models.database import reading
from models.sql import table_of
from models.tables.accounts import AuditEntry
from tests.counting_runtime import counting_at_once
from tests.serving import owner

TITLE = "Hậu Giang thực hiện Nghị quyết 42-NQ/TW"
ID = "a" * 32
IN_PLACE = {"HX-Request": "true"}
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def correct(settings, engine, programme):
    """`correct(item, **fields)`: the effect as the page shows it, in Vietnamese."""

    def send(item, address="/decisions", takes=True, headers=IN_PLACE, **fields):
        app = counting_at_once(make_app(settings, engine, programme), takes=takes)
        with owner(app, follow_redirects=True, timeout=30) as client:
            form = {"id": ID, "item": item, "because": "đã xem"} | fields
            answer = client.post(address, data=form, headers=headers)
        assert answer.status_code == 200, answer.text
        return BeautifulSoup(answer.text, "lxml")

    return send


def fields(effect):
    return [" ".join(each.get_text().split()) for each in effect.select(".effect > ul > li")]


def rows(effect):
    found = [
        [" ".join(cell.get_text().split()) for cell in row("td")]
        for row in effect.select("tbody tr, table tr")
    ]
    return [row for row in found if row]


def audited(engine):
    entry = table_of(AuditEntry)
    with reading(engine) as connection:
        found = connection.execute(select(entry.c.event, entry.c.before, entry.c.after).order_by(entry.c.id))
        return [tuple(row) for row in found]


@pytest.mark.parametrize(
    ("stated", "shown", "before", "after"),
    [
        (
            {"in_scope": "no"},
            ["trong phạm vi: có → không", "được tính: có → không"],
            {"in_scope": "True", "counts": "True"},
            {"in_scope": "False", "counts": "False"},
        ),
        (
            {"published": "2024-07-09"},
            ["ngày tính: 02/05/2024 → 09/07/2024"],
            {"day": "2024-05-02"},
            {"day": "2024-07-09"},
        ),
    ],
    ids=["scope", "day"],
)
def test_each_field_is_shown_as_what_it_is(correct, write, engine, stated, shown, before, after):
    item = write(title=TITLE)
    effect = correct(item, **stated)
    assert fields(effect) == shown
    assert audited(engine) == [("correction", before, after)]


def test_documents_are_named_and_none_is_said(correct, write, engine):
    item = write(title=TITLE)
    effect = correct(item, says_resolutions="true", resolutions=["NQ-29-TW-XIII"])
    assert "42-NQ/TW" in fields(effect)[0].split("→")[0]
    assert "29-NQ/TW" in fields(effect)[0].split("→")[1]
    effect = correct(item, id="b" * 32, says_resolutions="true")
    assert fields(effect)[0].endswith("→ không có")
    assert audited(engine)[1][2] == {"resolutions": ""}


def test_the_figures_of_the_year_that_moved_are_shown(correct, write):
    item = write(title=TITLE)
    effect = correct(item, in_scope="no")
    assert ["2024", "1 → 0", "1 → 0", "1 → 0"] in rows(effect)


def test_what_no_worker_has_counted_is_said(correct, write):
    item = write(title=TITLE)
    effect = correct(item, takes=False, in_scope="no")
    assert effect.select_one(".effect .warning")
    assert (fields(effect), rows(effect)) == ([], [])


def test_a_withdrawal_shows_the_way_back_on_a_page_of_its_own(correct, write):
    item = write(title=TITLE)
    correct(item, in_scope="no")
    page = correct(item, f"/decisions/{ID}/withdraw", headers={}, id="c" * 32)
    assert page.header.nav
    assert fields(page) == ["trong phạm vi: không → có", "được tính: không → có"]
    assert ["2024", "0 → 1", "0 → 1", "0 → 1"] in rows(page)
    assert page.main.select_one('a[href="/review?period=2024"]')
