"""Every case that imports sheets: each file of the folder gives what `expected.json` says (tests/cases/README.md)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.sheets import load_sheet_names
from producers.sheets.grid import read_grids
from producers.sheets.rows import RowReader

CASES = Path(__file__).parent
FILES = sorted(path for ending in ("xlsx", "ods", "csv") for path in CASES.glob(f"*/*.{ending}"))


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.name}" for path in FILES])
def test_a_file_says_what_was_decided_before_it_was_read(path):
    expected = expected_of(path)
    assert expected
    assert {name: figure for name, figure in found_in(path).items() if name in expected} == expected


def test_every_case_of_sheets_is_walked():
    assert len({path.parent for path in FILES}) >= 8


def expected_of(path):
    """For all files of a folder, or for each under the end of its name; `why` is for people."""
    stated = json.loads((path.parent / "expected.json").read_text(encoding="utf-8"))["expected"]
    if all(isinstance(value, dict) and name != "refused" for name, value in stated.items()):
        stated = next(value for name, value in stated.items() if path.stem.endswith(name))
    return {name: value for name, value in stated.items() if name != "why"}


def found_in(path):
    reader = RowReader(
        load_sheet_names(), ZoneInfo("Asia/Ho_Chi_Minh"), datetime(2026, 11, 30, tzinfo=UTC), path.name, None
    )
    sheets = [reader.read(grid) for grid in read_grids(path)]
    activities = [activity for sheet in sheets for activity in sheet.activities]
    refused = [bad for sheet in sheets for bad in sheet.rejections]
    return {
        "activities": len(activities),
        "rejected": len(refused),
        "sessions": sum(each.sessions for each in activities),
        "participants": sum(each.participants or 0 for each in activities),
        "dates": sorted(each.date.isoformat() for each in activities),
        "refused": {f"{bad.column}{bad.row}": bad.expected for bad in refused},
        "hidden_rows": [row for sheet in sheets for row in sheet.hidden_rows],
        "hidden_columns": [name for sheet in sheets for name in sheet.hidden_columns],
    }
