"""The room Chờ xử lý: one number everywhere, what is needed to decide, short pages, many cases by one answer, and undo."""

import os

import pytest
from bs4 import BeautifulSoup
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from lantoa.commands.correcting_together import ANSWERS
from lantoa.metrics.measured_office import OfficeMetrics
from lantoa.web.app import make_app
from models.database import reading
from models.queries.stored_corrections import corrections_of
from models.queries.waiting import KINDS
from tests.command import run_lantoa
from tests.counting_runtime import counting_at_once
from tests.serving import owner

AMBIGUOUS = "Hậu Giang học tập Nghị quyết số 18-NQ/TW"
ALLUDES = "Hậu Giang học bốn nghị quyết của Bộ Chính trị"
NO_DATE = {"claimed": None, "date_flag": "date-missing", "date_text": ""}
EARLIER = NO_DATE | {"fetched_at": "2023-05-05T00:00:00Z"}
UNREADABLE = {"claimed": None, "date_flag": "date-unreadable", "date_text": "Đang cập nhật"}
TWICE = {"title": "Hậu Giang: tin vắn", "text": "Chiều nay, ấp 3 họp dân."}
IN_PLACE = {"HX-Request": "true"}
PERIOD = "2024"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def liaison(settings, engine, programme):
    """A client of a dashboard whose decisions are counted at once."""
    app = counting_at_once(make_app(settings, engine, programme))
    with owner(app, follow_redirects=True, timeout=30) as client:
        yield client


def read(client, address, **options):
    answer = client.get(address, **options)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "lxml")


def send(client, address, form, headers=IN_PLACE, status=200):
    answer = client.post(
        address, data=form, headers=headers | {"HX-Current-URL": "http://x/review?period=2024"}
    )
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "lxml"), answer.headers


def room(client, kind, **more):
    address = "&".join([f"/review?period={PERIOD}&kind={kind}", *(f"{k}={v}" for k, v in more.items())])
    return read(client, address)


def fields(form):
    """What a browser sends of a form without a button."""
    return {
        each["name"]: each.get("value", "")
        for each in form.select("input[name]")
        if each.get("type") != "checkbox" or each.has_attr("checked")
    }


def words(tag):
    return " ".join(tag.get_text().split())


def numbers(page):
    return {
        "badge": words(page.select_one("#to-decide")),
        "page": words(page.select_one("[data-sum=waiting]")),
    }


@pytest.fixture
def everything(write):
    """Cases of several kinds, one item that is a case of two, and a year without any."""
    write(title=AMBIGUOUS)
    write(title=f"{AMBIGUOUS} và Nghị quyết số 29-NQ/TW", **NO_DATE)
    for number in range(3):
        write(title=f"Hậu Giang: tin {number}", **UNREADABLE)
    write(**TWICE)
    write(**TWICE)
    write(title=ALLUDES)
    write(title="Hậu Giang: năm trước", **EARLIER)
    return {"ambiguous": 2, "date": 4, "duplicate": 1, "allusion": 1}


def test_every_room_says_the_same_number(liaison, everything, settings, engine, programme, tmp_path):
    total = str(sum(everything.values()))
    page = room(liaison, "ambiguous")
    assert numbers(page) == {"badge": total, "page": total}
    tabs = {each["href"].rpartition("=")[2]: int(each.strong.get_text()) for each in page.select(".tabs a")}
    assert tabs == everything
    for kind, count in everything.items():
        assert words(room(liaison, kind).h2).endswith(f"· {count}")
    tile = read(liaison, f"/?period={PERIOD}").select_one(".todo")
    assert words(tile.strong) == total
    for address in ("/items", "/sources", "/reports", "/clippings", "/resolutions", "/nothing"):
        answer = liaison.get(f"{address}?period={PERIOD}")
        assert words(BeautifulSoup(answer.text, "lxml").select_one("#to-decide")) == total, address
    assert liaison.get("/api/v1/waiting", params={"period": PERIOD}).json()["counts"] == {
        kind: everything.get(kind, 0) for kind in KINDS
    }
    assert f"{total} to decide" in said_in_a_terminal(settings, tmp_path)
    assert measured(settings, engine, programme) == {
        kind: everything.get(kind, 0) + (kind == "date") for kind in KINDS
    }  # of all years


def said_in_a_terminal(settings, tmp_path):
    folder = tmp_path / "programme"
    folder.mkdir()
    (folder / "programme.yaml").write_text("id: thu\nname: Tỉnh thử\nplaces: [Hậu Giang]\n", "utf-8")
    (folder / "outlets.yaml").write_text("[]\n", "utf-8")
    environment = {
        **os.environ,
        "LANTOA_PROGRAMME": str(folder),
        "LANTOA_DATA_DIR": str(tmp_path / "data"),
        "LANTOA_DATABASE_URL": settings.database,
        "LC_ALL": "C.UTF-8",
    }
    ran = run_lantoa("review", "--period", PERIOD, environment=environment)
    assert ran.returncode == 0, ran.stderr
    return ran.stderr


def measured(settings, engine, programme):
    registry = CollectorRegistry()
    registry.register(OfficeMetrics(settings, programme, engine))
    told = text_string_to_metric_families(generate_latest(registry).decode())
    (family,) = (each for each in told if each.name == "lantoa_cases_waiting")
    return {sample.labels["kind"]: sample.value for sample in family.samples}


def test_the_badge_is_of_the_period_that_its_link_opens(liaison, write):
    write(title=AMBIGUOUS)
    for number in range(2):
        write(title=f"Hậu Giang: năm trước, tin {number}", **EARLIER)
    for period, count in (("2023", "2"), ("2024", "1"), ("2022", "0")):
        link = read(liaison, f"/items?period={period}").select_one("nav a[href^='/review']")
        assert (words(link.span), link.span.has_attr("hidden")) == (count, count == "0")
        assert words(read(liaison, link["href"]).select_one("[data-sum=waiting]")) == count
    assert (
        words(
            read(liaison, "/sources", headers={"Referer": "http://x/?period=2023"}).select_one("#to-decide")
        )
        == "2"
    )
    assert liaison.get("/sources", headers={"Referer": "http://x/?period=nonsense"}).status_code == 200


def test_a_candidate_has_its_subject_and_its_year(liaison, write):
    item = write(title=AMBIGUOUS)
    (case,) = room(liaison, "ambiguous").select(".case")
    told = {each["value"]: words(each) for each in case.select("button.choice")}
    assert "sắp xếp tổ chức bộ máy" in told["NQ-18-TW-XII"]
    assert "2017" in told["NQ-18-TW-XII"]
    assert "2022" in told["NQ-18-TW-XIII"]
    assert case.select_one(".from a")["href"].startswith("https://nhandan.example/")
    for address in (f"/items/{item}", "/clippings/new"):
        offered = read(liaison, address).select_one("#documents option[value=NQ-18-TW-XII]").get_text()
        assert "sắp xếp tổ chức bộ máy" in offered
        assert "2017" in offered
    again = read(liaison, f"/items/{item}").select_one("fieldset").get_text()
    assert "sắp xếp tổ chức bộ máy" in again


def test_a_date_has_what_the_source_wrote_and_one_order_of_day_and_month(liaison, write):
    write(title="Hậu Giang: tin một", **UNREADABLE)
    write(title="Hậu Giang: tin hai", **NO_DATE)
    told = {words(case.h3): case for case in room(liaison, "date").select(".case")}
    one, other = told["Hậu Giang: tin một"], told["Hậu Giang: tin hai"]
    assert one.q.get_text() == "Đang cập nhật"
    assert other.q is None
    assert one.select_one(".from a[target=_blank]")["href"].startswith("https://nhandan.example/")
    assert one.select_one("[name=published]")["value"] == "31/12/2024"
    assert "31/12/2024" in words(one.select_one(".from"))
    assert not one.select("input[type=date]")


@pytest.mark.parametrize(
    ("typed", "day"), [("9/7/2024", "09/07/2024"), ("2024-07-09", "09/07/2024"), ("9.7.2024", "09/07/2024")]
)
def test_a_day_is_typed_as_people_write_it(liaison, write, typed, day):
    write(title="Hậu Giang: tin một", **NO_DATE)
    form = room(liaison, "date").select_one(".case form")
    effect, _headers = send(liaison, "/decisions", fields(form) | {"published": typed})
    assert day in effect.get_text()


@pytest.mark.parametrize("typed", ["hôm qua", "31/02/2024", "2024", "07/2024", "1/1/1900"])
def test_what_is_no_day_changes_nothing(liaison, write, typed):
    write(title="Hậu Giang: tin một", **NO_DATE)
    form = room(liaison, "date").select_one(".case form")
    said, _headers = send(liaison, "/decisions", fields(form) | {"published": typed}, status=400)
    assert said.select_one("[role=alert]")
    assert numbers(room(liaison, "date"))["page"] == "1"


def test_suspected_duplicates_stand_beside_each_other(liaison, write):
    first = write(**TWICE, url="https://nhandan.example/mot", lead="Sapo của bài.")
    second = write(**TWICE, url="https://nhandan.example/hai", lead="Sapo của bài.")
    (case,) = room(liaison, "duplicate").select(".case")
    texts = case.select(".beside > div")
    assert {each.h3.a["href"] for each in texts} == {f"/items/{first}", f"/items/{second}"}
    assert {each.select_one("a[target=_blank]")["href"][-3:] for each in texts} == {"mot", "hai"}
    for each in texts:
        assert "02/05/2024" in words(each.select_one(".from"))
        assert "Báo Nhân Dân" in words(each.select_one(".from"))
        assert "Sapo của bài. Chiều nay, ấp 3 họp dân." in words(each.select_one(".excerpt"))


def test_pages_are_short_and_lead_on(liaison, write):
    names = {write(title=f"Hậu Giang: tin {number}", **NO_DATE) for number in range(20)}
    seen, address = [], f"/review?period={PERIOD}&kind=date"
    while address:
        page = read(liaison, address)
        here = [case.h3.a["href"].rpartition("/")[2] for case in page.select(".case")]
        assert 0 < len(here) <= 8
        seen += here
        assert bool(page.select(f"#cases a[href='/review?period={PERIOD}&kind=date']")) == (
            "after=" in address
        )
        more = page.select_one("a[rel=next]")
        address = more and more["href"]
    assert sorted(seen) == sorted(names)
    assert liaison.get(f"/review?period={PERIOD}&kind=date&after=x").status_code == 400
    assert liaison.get(f"/review?period={PERIOD}&kind=x").status_code == 422


def test_a_decision_needs_no_note_and_keeps_one_that_was_given(liaison, write, engine):
    item = write(title=AMBIGUOUS)
    form = room(liaison, "ambiguous").select_one(".case form")
    assert form.select_one("[name=because]").get("value", "") == ""
    assert not form.select_one("[name=because]").has_attr("required")
    _effect, headers = send(liaison, "/decisions", fields(form) | {"resolutions": "NQ-18-TW-XII"})
    assert headers["HX-Trigger"] == "decided"
    assert numbers(room(liaison, "ambiguous")) == {"badge": "0", "page": "0"}
    noted = {"id": "b" * 32, "item": item, "in_scope": "yes", "because": "bài gốc"}
    send(liaison, "/decisions", noted)
    with reading(engine) as connection:
        assert [each.because for each in corrections_of(connection, [item])[item]] == ["", "bài gốc"]
    assert liaison.get(f"/items/{item}").status_code == 200


def test_after_undo_the_case_has_its_buttons_again(liaison, write):
    write(title=AMBIGUOUS)
    before = room(liaison, "ambiguous").select_one(".case")
    effect, _headers = send(liaison, "/decisions", fields(before.form) | {"resolutions": "NQ-18-TW-XII"})
    assert numbers(room(liaison, "ambiguous"))["page"] == "0"
    undo = effect.select_one(".effect form")
    assert undo["hx-target"] == "closest .case"
    after, headers = send(liaison, undo["action"], fields(undo))
    assert headers["HX-Trigger"] == "decided"
    assert "Đã rút lại" in after.get_text()
    assert [each.get("value") for each in after.select("form.decision button")] == [
        each.get("value") for each in before.select("button")
    ]
    assert after.select_one("form.decision [name=id]")["value"] != before.select_one("[name=id]")["value"]
    assert numbers(room(liaison, "ambiguous")) == {"badge": "1", "page": "1"}


def test_those_that_are_ticked_are_decided_by_one_answer_and_taken_back_by_one(liaison, write, engine):
    names = [write(title=f"Hậu Giang: tin {number}", **NO_DATE) for number in range(4)]
    page = room(liaison, "date")
    together = page.select_one("#together")
    assert {each["form"] for each in page.select("[name=items]")} == {together["id"]}
    form = fields(together) | {"items": names[:2], "ticked": "first-seen", "because": "đã xem cả hai"}
    effect, headers = send(liaison, "/decisions/together", form)
    assert headers["HX-Trigger"] == "decided, decided-together"
    assert numbers(room(liaison, "date"))["page"] == "2"
    with reading(engine) as connection:
        made = corrections_of(connection, names)
    assert {item: [each.fields for each in made.get(item, [])] for item in names} == {
        item: [{"published": "2024-12-31"}] if item in names[:2] else [] for item in names
    }
    assert {each.because for several in made.values() for each in several} == {"đã xem cả hai"}
    send(liaison, "/decisions/together", form, status=400)  # none of them waits any more
    undo = effect.select_one(".effect form")
    others = [each["value"] for each in undo.select("[name=others]")]
    _after, headers = send(liaison, undo["action"], fields(undo) | {"others": others})
    assert headers["HX-Trigger"] == "decided, decided-together"
    assert numbers(room(liaison, "date"))["page"] == "4"


def test_all_of_a_kind_are_decided_by_one_answer(liaison, write):
    for number in range(12):
        write(title=f"Hậu Giang: tin {number}", **NO_DATE)
    write(title=AMBIGUOUS)
    write(title="Hậu Giang: năm trước", **EARLIER)
    page = room(liaison, "date")
    whole = page.select_one("#together [name=all]")
    assert words(whole) == "Cả 12: lấy ngày thấy lần đầu"
    send(liaison, "/decisions/together", fields(page.select_one("#together")) | {"all": whole["value"]})
    assert numbers(room(liaison, "date"))["page"] == "1"
    assert numbers(read(liaison, "/review?period=2023"))["page"] == "1"
    assert not room(liaison, "date").select(".case")


@pytest.mark.parametrize(("answer", "items"), [("once", "4 → 2"), ("apart", "")])
def test_the_figures_that_several_decisions_move_are_told_together(liaison, write, answer, items):
    for number in range(2):
        for _copy in range(2):
            write(**TWICE | {"title": f"Hậu Giang: tin {number}"})
    page = room(liaison, "duplicate")
    cases = [each["value"] for each in page.select("[name=items]")]
    assert len(cases) == 2
    assert {each["value"] for each in page.select("[name=ticked]")} == {*ANSWERS["duplicate"]}
    form = fields(page.select_one("#together")) | {"items": cases, "ticked": answer}
    effect, _headers = send(liaison, "/decisions/together", form)
    told = {words(row.th): words(row("td")[1]) for row in effect.select("tr") if row.td}
    assert told.get("tổng số", "") == items
    assert numbers(room(liaison, "duplicate"))["page"] == "0"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 422),
        ({"ticked": "first-seen"}, 400),
        ({"ticked": "first-seen", "items": "unknown"}, 400),
        ({"all": "none"}, 400),
        ({"all": "perhaps"}, 422),
        ({"kind": "ambiguous", "all": "none"}, 400),
        ({"kind": "x", "all": "none"}, 422),
        ({"period": "x", "all": "first-seen"}, 400),
        ({"id": "x", "all": "first-seen"}, 422),
    ],
)
def test_what_cannot_be_corrected_together_changes_nothing(liaison, write, changed, status):
    write(title=AMBIGUOUS)
    write(title="Hậu Giang: tin một", **NO_DATE)
    form = {"id": "a" * 32, "kind": "date", "period": PERIOD} | changed
    send(liaison, "/decisions/together", form, status=status)
    assert numbers(room(liaison, "date"))["page"] == "2"


def test_without_scripts_an_answer_is_a_page_with_a_way_back(liaison, write):
    names = [write(title=f"Hậu Giang: tin {number}", **NO_DATE) for number in range(2)]
    form = fields(room(liaison, "date").select_one("#together")) | {"all": "first-seen"}
    page, _headers = send(liaison, "/decisions/together", form, headers={})
    assert page.header.nav
    undo = page.select_one(".effect form")
    back = fields(undo) | {"others": [each["value"] for each in undo.select("[name=others]")]}
    assert {undo.select_one("[name=item]")["value"], *back["others"]} == {*names}
    page, _headers = send(liaison, undo["action"], back, headers={})
    assert page.main.select_one('a[href="/review?period=2024"]')
    assert numbers(room(liaison, "date"))["page"] == "2"
