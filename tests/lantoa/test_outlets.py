"""`lantoa outlets` finds what an office looks for."""

import json

import pytest
from typer.testing import CliRunner

from lantoa.cli import make_app


@pytest.fixture
def listed():
    def run(*arguments):
        ran = CliRunner().invoke(make_app(["outlets"]), ["outlets", *arguments, "--format", "json"])
        assert ran.exit_code == 0, ran.output
        return json.loads(ran.stdout)

    return run


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--search", "Hậu Giang"], {"baohaugiang"}),
        (["--search", "hau giang"], {"baohaugiang"}),
        (["--search", "BÁO ẤP BẮC"], {"baoapbac"}),
        (["--search", "feeds.bbci.co.uk"], {"bbc-vietnamese"}),
        (["--search", "tuổi trẻ", "--level", "provincial"], {"tuoitre", "tuoitre-en"}),
        (["--search", "tuổi trẻ", "--level", "central"], set()),
    ],
)
def test_an_outlet_is_found_by_id_name_and_address(arguments, expected, listed):
    assert {row["outlet"] for row in listed(*arguments)} == expected


def test_sources_are_listed_with_what_an_entry_needs(listed):
    rows = listed("--search", "vov.vn", "--sources")
    assert {
        "source": "vov-home", "outlet": "vov", "kind": "feed", "verified": "2026-08", "url": "https://vov.vn/rss.xml",
    } in rows  # fmt: skip
    assert {row["kind"] for row in rows if row["source"] is None} == {"page"}


def test_a_row_of_an_outlet_counts_its_sources(listed):
    (row,) = [row for row in listed("--level", "central") if row["outlet"] == "vnexpress"]
    assert (row["verified"], row["hosts"]) == (5, "vnexpress.net")
    assert row["sources"] == len(
        [r for r in listed("--sources") if r["source"] and r["outlet"] == "vnexpress"]
    )
