"""Items, activities, what waits, sources, resolutions, reports: each as the rest of Lan tỏa knows it."""

from dataclasses import replace

from jsonschema import Draft202012Validator
from sqlalchemy import update

from lantoa.web.api.description import description
from models.database import writing
from models.sql import table_of
from models.tables.items import ItemRow
from tests.api.conftest import WAITS


def answer(client, address, shape, **parameters):
    """As its description says: every property of it, and of its parts, is there."""
    asked = client.get(f"/api/v1/{address}", params=parameters)
    assert asked.status_code == 200, asked.text
    assert asked.headers["content-type"] == "application/json"
    schema = {"$ref": f"#/components/schemas/{shape}", "components": description()["components"]}
    Draft202012Validator(schema).validate(asked.json())
    return asked.json()


def test_an_item_leads_to_its_evidence(client, office):
    found = answer(client, f"items/{office['corrected']}", "ItemEvidence")
    assert (found["item"]["form"], found["item"]["classified"]["form"]) == ("reportage", "brief")
    assert found["item"]["decided"] == found["item"]["classified"]  # the name of 0.1.0
    assert found["item"]["corrected"] == {"form": "c1"}
    assert found["corrections"][0]["fields"]["form"] == "reportage"
    (mention,) = found["mentions"]
    assert found["item"]["title"][mention["start"] : mention["end"]] == mention["surface"]
    revised = answer(client, f"items/{office['revised']}", "ItemEvidence")
    assert [each["title"] for each in revised["revisions"]] == ["Hậu Giang cũ", "Hậu Giang mới"]
    twice = answer(client, f"items/{office['twice']}", "ItemEvidence")
    assert [member["outlet"] for member in twice["story"]] == ["tw-khac"]


def test_items_are_found_by_their_words_and_narrowed_to_partners(client, office):
    found = answer(client, "items", "Items", period="2024", q="nghi quyet")
    assert found["count"] == 8
    assert answer(client, "items", "Items", period="2024", q="nghị quyêt")["count"] == 0
    partners = answer(client, "items", "Items", period="2024", partner="true")
    assert {each["outlet"] for each in partners["items"]} == {"nhandan"}
    assert not any("mentions" in each or "words" in each for each in found["items"])


def test_activities_state_what_was_reported(client, office):
    listed = answer(client, "activities", "Activities", period="2024", unit="Ban Tuyên giáo", limit=2)
    assert (listed["count"], len(listed["activities"])) == (3, 2)
    found = answer(client, f"activities/{office['activity']}", "ActivityEvidence")
    assert found["activity"]["invited"] is None
    assert found["revisions"][0]["stated"]["participants"] == 90
    assert "thu|2024|channel=oral" in found["cells"]


def test_what_waits_comes_page_by_page(client, office):
    whole = answer(client, "waiting", "Waiting", period="2024")
    assert whole["counts"] == {
        "ambiguous": 1,
        "ambiguous-activity": 0,
        "date": 1,
        "duplicate": 1,
        "collapsed": 0,
        "allusion": 0,
    }
    assert [case["kind"] for case in whole["waiting"]] == ["ambiguous", "date", "duplicate"]
    assert whole["waiting"][0]["item"] == office["waits"]
    assert whole["waiting"][0]["candidates"] == ["NQ-29-TW-XIII", "NQ-29-TW-XI"]
    assert whole["waiting"][0]["probabilities"] == [0.6, 0.3]
    assert whole["waiting"][2]["probabilities"] == [None]
    page, cases = answer(client, "waiting", "Waiting", period="2024", limit=1), []
    while True:
        cases += page["waiting"]
        if page["next"] is None:
            break
        page = client.get(page["next"]).json()
    assert cases == whole["waiting"]
    dates = answer(client, "waiting", "Waiting", period="2024", kind="date")
    assert [case["words"] for case in dates["waiting"]] == [["date-missing"]]


def test_a_mere_allusion_is_a_kind_of_its_own(client, write):
    title = "Hậu Giang học bốn nghị quyết"
    alludes = replace(
        WAITS, surface="bốn nghị quyết", start=14, end=28, rule="allusion", candidates=(), probabilities=()
    )
    name = write(title=title, mentions=(alludes,))
    found = answer(client, "waiting", "Waiting", period="2024", kind="allusion")
    assert (found["counts"]["ambiguous"], found["counts"]["allusion"]) == (0, 1)
    (case,) = found["waiting"]
    assert (case["item"], case["words"], case["candidates"]) == (name, ["bốn nghị quyết"], [])


def test_a_text_that_is_handed_in_is_answered_with_probabilities(client):
    text = {"title": "Nghị quyết số 18-NQ/TW", "text": "Nghị quyết số 29-NQ/TW ngày 17/11/2022"}
    found = client.post("/api/v1/classify", json=text).json()
    other, outright = found["mentions"]
    assert 0 < other["probability"] == other["candidates"][0]["probability"] <= 1
    assert outright["candidates"] == [{"id": "NQ-29-TW-XIII", "probability": 1.0}]


def test_sources_and_documents_are_those_of_the_office(client, office, programme):
    sources = answer(client, "sources", "Sources")["sources"]
    assert {each["source"] for each in sources} == programme.sources.keys()
    catalogue = answer(client, "resolutions", "Resolutions")["resolutions"]
    assert len(catalogue) > 100
    one = answer(client, "resolutions/NQ-42-TW-XIII", "Document")
    assert one in catalogue
    assert (one["symbol"], one["plenum"], one["issued"]) == ("42-NQ/TW", "TW-8-XIII", "2023-11-24")


def test_a_frozen_report_keeps_its_figures_and_tells_what_came_since(client, office):
    (listed,) = answer(client, "reports", "FiledReports")["reports"]
    filed = answer(client, f"reports/{office['report']}", "ReportFigures")
    assert filed["totals"] == listed["totals"]
    now = client.get("/api/v1/tallies?period=2024&by=outlet").json()
    assert filed["totals"]["items"] == now["totals"]["items"] - 1
    assert [row["outlet"] for row in filed["rows"]["outlet"]] == [row["outlet"] for row in now["rows"]]
    changed = answer(client, f"reports/{office['report']}/changes", "Changes")
    assert [(each["change"], each["kind"]) for each in changed["changes"]] == [("arrived", "item")]
    moved = {each["figure"]: (each["then"], each["now"]) for each in changed["totals"]}
    assert moved["items"] == (filed["totals"]["items"], now["totals"]["items"])


def test_a_text_is_classified_and_nothing_is_kept_of_it(client, office):
    before = answer(client, "items", "Items", period="2024")["count"]
    title = "Hậu Giang thực hiện Nghị quyết số 42-NQ/TW khóa XIII 🌾"
    text = {"id": "a", "title": title, "outlet": "nhandan", "published": "2024-05-02"}
    asked = client.post("/api/v1/classify", json=text)
    found = asked.json()
    assert asked.encoding == "utf-8"
    assert (found["id"], found["scope"], found["channel"]) == ("a", True, "central_press")
    assert "NQ-42-TW-XIII" in found["resolutions"]
    assert all(title[each["start"] : each["end"]] == each["surface"] for each in found["mentions"])
    assert "error" not in found
    assert "error" in client.post("/api/v1/classify", json=text | {"published": "hôm qua"}).json()
    assert answer(client, "items", "Items", period="2024")["count"] == before


def test_health_tells_the_age_of_the_newest_item(client, engine, programme, write):
    assert answer(client, "health", "Health")["newest_item"] is None
    write()
    with writing(engine) as connection:
        connection.execute(update(table_of(ItemRow)).values(programme="other"))
    assert answer(client, "health", "Health")["age_seconds"] is None, "another programme's"
    write()
    found = answer(client, "health", "Health")
    assert found["newest_item"].startswith("2024-12-31")
    assert found["age_seconds"] > 0
