"""The simulated year's activities: the office's sums whatever the seed, sheets that are read back whole, and an answer that
can be wrong."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from config.sheets import load_sheet_names
from lantoa.demo.activities import KEYS, simulate_activities, write_sheets
from producers.sheets.grid import read_grids
from producers.sheets.rows import RowReader


@pytest.mark.parametrize("seed", [2024, 7])
def test_the_sums_are_the_reports_whatever_the_seed(seed):
    year = simulate_activities(seed)
    assert year.total("loudspeaker_programme", "sessions") == 300
    assert year.total("mobile_information", "sessions") == 959
    assert year.total("oral_session", "sessions") == 12_032
    assert year.total("oral_session", "participants") == 416_985
    assert [(r.points, r.participants) for r in year.rows if r.kind == "conference"] == [
        (19, 4_226),
        (110, 11_800),
        (302, 24_900),
    ]
    invited = year.total("conference", "invited")
    assert year.total("conference", "participants") / invited > 0.99
    assert simulate_activities(seed) == year != simulate_activities(seed + 1)


def test_the_sheets_are_read_back_whole(tmp_path):
    year = simulate_activities()
    found, skipped = [], 0
    for path in write_sheets(year, tmp_path):
        reader = RowReader(
            load_sheet_names(), ZoneInfo("Asia/Ho_Chi_Minh"), datetime(2025, 1, 9, tzinfo=UTC), path.name
        )
        for grid in read_grids(path):
            sheet = reader.read(grid)
            assert sheet.rejections == []
            assert sheet.repeated == 0
            skipped += sheet.skipped
            found += [
                (a.kind, a.date, a.unit, a.sessions, a.participants, a.invited) for a in sheet.activities
            ]
    assert sorted(map(repr, found)) == sorted(
        repr((r.kind, r.day, r.unit, r.sessions, r.participants, r.invited)) for r in year.rows
    )
    assert skipped > 15  # totals and signatures


def test_a_wrong_figure_is_a_difference():
    year = simulate_activities()
    tallies = {
        key: {
            "rows": [
                {key: value, "activities": sessions, "participants": people}
                for value, (sessions, people) in year.rows_by(key).items()
            ]
        }
        for key in KEYS
    }
    assert list(year.differences(tallies)) == []
    tallies["kind"]["rows"][0]["participants"] += 1
    tallies["month"]["rows"].pop()
    assert len(list(year.differences(tallies))) == 2
