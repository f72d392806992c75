"""What the API counts is what the command counts, and every figure leads to as many items as it says."""

import json
import os
from itertools import product

import pytest
import yaml

from models.queries.tally import KEYS
from tests.command import run_lantoa

ASKED = [
    ("2024", ""),
    ("2024", "resolution,channel"),
    ("2024", "month,outlet"),
    ("2024-Q1", "form,place,quarter"),
    ("2024-01-01..2024-06-30", "unit,kind"),
    ("2022", "channel"),
]


@pytest.fixture
def printed(settings, programme, office, tmp_path):
    """`printed("2024", "resolution")`: what `lantoa tallies --format json` prints of the same office."""
    outlets = [
        outlet.model_dump(mode="json", exclude_defaults=True, exclude={"sources": {"__all__": {"outlet"}}})
        for outlet in programme.outlets.values()
    ]
    folder = tmp_path / "programme"
    folder.mkdir()
    office_itself = programme.office.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    (folder / "programme.yaml").write_text(yaml.safe_dump(office_itself, allow_unicode=True))
    (folder / "outlets.yaml").write_text(yaml.safe_dump(outlets, allow_unicode=True))
    environment = {
        **os.environ,
        "LANTOA_DATA_DIR": str(settings.data_dir),
        "LANTOA_DATABASE_URL": settings.database_url,
        "LANTOA_PROGRAMME": str(folder),
    }

    def one(period, by):
        asked = ["--period", period, "--by", by, "--format", "json"]
        ran = run_lantoa("tallies", *asked, environment=environment)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    return one


def without_the_moment(found):
    return {name: value for name, value in found.items() if name != "as_of"}


def test_the_api_answers_what_the_command_prints(client, printed):
    for period, by in ASKED:
        answered = client.get("/api/v1/tallies", params={"period": period, "by": by}).json()
        expected = printed(period, by)
        assert without_the_moment(answered) == without_the_moment(expected), (period, by)
        assert json.dumps(answered["rows"]) == json.dumps(expected["rows"]), "in the same order"
        assert bool(answered["rows"]) == bool(by and period != "2022")


def through(client, address, name, **parameters):
    """Every row of all pages, and the count that the first one stated."""
    page = client.get(address, params=parameters).json()
    count, rows = page["count"], page[name]
    while page["next"]:
        page = client.get(page["next"]).json()
        rows += page[name]
        assert page["count"] == count
    return count, rows


def test_all_pages_together_hold_as_many_items_as_the_tallies_say(client, office):
    total = client.get("/api/v1/tallies", params={"period": "2024"}).json()["totals"]["items"]
    for limit, sort in product((1, 5, 200), ("newest", "oldest")):
        count, rows = through(client, "/api/v1/items", "items", period="2024", limit=limit, sort=sort)
        assert count == len(rows) == len({row["id"] for row in rows}) == total > 10
        days = [row["day"] for row in rows]
        assert days == sorted(days, reverse=sort == "newest")


def test_every_row_of_the_tallies_leads_to_its_items_and_activities(client, office):
    for keys in [*((key,) for key in KEYS), ("resolution", "channel"), ("month", "outlet")]:
        asked = {"period": "2024", "by": ",".join(keys)}
        rows = client.get("/api/v1/tallies", params=asked).json()["rows"]
        assert rows
        for row in rows:
            here = {"period": "2024", "limit": 3} | {key: row[key] or "" for key in keys}
            count, items = through(client, "/api/v1/items", "items", **here)
            assert count == len(items) == row["items"], here
            _count, activities = through(client, "/api/v1/activities", "activities", **here)
            assert sum(each["sessions"] for each in activities) == row["activities"], here


def test_a_cell_has_its_figures_and_leads_to_what_stands_in_it(client, office):
    item = client.get(f"/api/v1/items/{office['linked']}").json()
    assert len(item["cells"]) > 20
    for key in item["cells"]:
        cell = client.get(f"/api/v1/cells/{key}").json()
        assert cell["stored"] == cell["computed"]
        found = client.get(cell["items"], params={**dict(_query(cell["items"])), "limit": 200}).json()
        assert found["count"] == cell["stored"]["items"]
        assert office["linked"] in [each["id"] for each in found["items"]]
    unkept = client.get("/api/v1/cells/thu|2024|kind=oral_session").json()
    assert (unkept["stored"], unkept["computed"]["activities"]) == (None, 6)
    for wrong in (
        "other|2024|channel=radio",
        "thu|2024|mentions=x",
        "thu|2024|chanel=radio",
        "thu|99|",
        "thu",
    ):
        assert client.get(f"/api/v1/cells/{wrong}").status_code == 404


def _query(address):
    return [tuple(each.split("=")) for each in address.partition("?")[2].split("&")]


def test_an_answer_that_is_kept_is_not_sent_again_until_a_figure_changes(client, office, write):
    address = "/api/v1/tallies?period=2024&by=channel"
    first = client.get(address)
    kept = {"If-None-Match": f'"other", {first.headers["etag"]}'}
    again = client.get(address, headers=kept)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert "no-store" not in first.headers["cache-control"]
    assert client.get("/api/v1/tallies?period=2024&by=form", headers=kept).status_code == 200
    write()
    changed = client.get(address, headers=kept)
    assert changed.status_code == 200
    assert changed.json()["totals"]["items"] == first.json()["totals"]["items"] + 1
