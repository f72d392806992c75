"""The activity sheets of the simulated year, as the province's offices would send them, and their sums.

The sums are those of the office's published report (docs/activities.md names it); their distribution over units and
months is random. Each unit reports a month in one row, as real units do.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook

from config.sheets import ActivityKind

DISTRICTS = (
    "Vị Thanh",
    "Ngã Bảy",
    "Long Mỹ",
    "Phụng Hiệp",
    "Vị Thủy",
    "Châu Thành",
    "Châu Thành A",
    "thị xã Long Mỹ",
)
MONTHS = range(1, 13)
SUBJECTS = {  # words → the rows by resolution in which they count
    "Nghị quyết Đại hội đại biểu toàn quốc lần thứ XIII của Đảng": ("DH-XIII",),
    "Nghị quyết Trung ương 6 khóa XIII": ("TW-6-XIII",),
    "Nghị quyết Trung ương 8 khóa XIII": ("TW-8-XIII",),
    "Nghị quyết số 29-NQ/TW ngày 17/11/2022": ("NQ-29-TW-XIII", "TW-6-XIII"),
    "Nghị quyết số 42-NQ/TW ngày 24/11/2023": ("NQ-42-TW-XIII", "TW-8-XIII"),
    "": (None,),
}
CHANNELS: dict[ActivityKind, str] = {
    "loudspeaker_programme": "loudspeaker",
    "mobile_information": "mobile_information",
    "oral_session": "oral",
    "conference": "conference",
}
KEYS: dict[str, Callable[["DemoReport"], tuple[str | None, ...]]] = {
    "kind": lambda row: (row.kind,),
    "channel": lambda row: (CHANNELS[row.kind],),
    "resolution": lambda row: SUBJECTS[row.resolution],
    "month": lambda row: (f"{row.day:%Y-%m}",),
    "unit": lambda row: (row.unit,),
}


@dataclass(frozen=True, slots=True)
class DemoReport:
    """One row of a sheet."""

    kind: ActivityKind
    day: date
    unit: str
    place: str
    title: str
    resolution: str
    sessions: int = 1
    points: int | None = None
    participants: int | None = None
    invited: int | None = None


@dataclass(frozen=True, slots=True)
class ActivityYear:
    rows: tuple[DemoReport, ...]

    def total(self, kind: ActivityKind, figure: str) -> int:
        return sum(getattr(row, figure) or 0 for row in self.rows if row.kind == kind)

    def rows_by(self, key: str) -> dict[str | None, tuple[int, int]]:
        """Returns sessions and participants of each row; `key` is one of KEYS."""
        found: dict[str | None, tuple[int, int]] = {}
        for row in self.rows:
            for value in KEYS[key](row):
                sessions, people = found.get(value, (0, 0))
                found[value] = sessions + row.sessions, people + (row.participants or 0)
        return found

    def differences(self, tallies: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
        """Compares with `tallies`, which maps keys of `--by` to the output of `lantoa tallies --format json`."""
        for key in KEYS:
            expected = self.rows_by(key)
            rows = {
                r[key]: (r["activities"], r["participants"]) for r in tallies[key]["rows"] if r["activities"]
            }
            for value in sorted({*expected, *rows}, key=str):
                if expected.get(value) != rows.get(value):
                    yield f"activities by {key} {value}: {rows.get(value)}, {expected.get(value)} expected"

    @property
    def figures(self) -> int:
        """Counts the figures that `differences` compares."""
        return sum(2 * len(self.rows_by(key)) for key in KEYS)


CONFERENCES = (
    ("Nghị quyết Đại hội đại biểu toàn quốc lần thứ XIII của Đảng", date(2024, 2, 27), 19, 4_226, 4_251),
    ("Nghị quyết Trung ương 6 khóa XIII", date(2024, 4, 5), 110, 11_800, 11_880),
    ("Nghị quyết Trung ương 8 khóa XIII", date(2024, 6, 18), 302, 24_900, 25_035),
)


def simulate_activities(seed: int = 2024) -> ActivityYear:
    """Makes 300 loudspeaker programmes, 959 mobile sessions, 12,032 talks with 416,985 listeners, and three
    conferences."""
    rng = Random(seed)
    rows = [
        *_monthly(rng, "loudspeaker_programme", 300, None),
        *_monthly(rng, "mobile_information", 959, None),
    ]
    rows += _monthly(rng, "oral_session", 12_032, 416_985)
    rows += [
        DemoReport("conference", day, "Tỉnh ủy", "Vị Thanh", f"Hội nghị trực tuyến quán triệt {words}", words, 1, points, came, asked)
        for words, day, points, came, asked in CONFERENCES
    ]  # fmt: skip
    return ActivityYear(tuple(rows))


def write_sheets(year: ActivityYear, folder: Path) -> list[Path]:
    """Writes one workbook for each kind of office, with titles over merged cells, a lower heading, totals, and
    numbers as text."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in ("truyen-thanh.xlsx", "mat-tran.xlsx", "hoi-nghi.xlsx")]
    _write(paths[0], "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", {
        "Truyền thanh": _of(year, "loudspeaker_programme"), "Thông tin lưu động": _of(year, "mobile_information"),
    })  # fmt: skip
    by_month = {
        f"Tháng {month}": [r for r in _of(year, "oral_session") if r.day.month == month] for month in MONTHS
    }
    _write(paths[1], "ỦY BAN MẶT TRẬN TỔ QUỐC VIỆT NAM TỈNH – TUYÊN TRUYỀN MIỆNG", by_month)
    _write(paths[2], "BAN TUYÊN GIÁO TỈNH ỦY", {"Hội nghị": _of(year, "conference")})
    return paths


def _monthly(
    rng: Random, kind: ActivityKind, sessions: int, participants: int | None
) -> Iterator[DemoReport]:
    """Distributes the sums over districts and months."""
    slots = [(month, district) for month in MONTHS for district in DISTRICTS]
    shared = _shares(rng, sessions, len(slots))
    heard: Sequence[int | None] = (
        _shares(rng, participants, len(slots)) if participants else [None] * len(slots)
    )
    for (month, district), count, came in zip(slots, shared, heard, strict=True):
        words = rng.choice([*SUBJECTS])
        title = f"Tuyên truyền tháng {month}: {words or 'nhiệm vụ chính trị của địa phương'}"
        unit = f"{UNITS[kind]} {district}"
        yield DemoReport(
            kind, date(2024, month, rng.randint(1, 28)), unit, district, title, words, count, None, came
        )


UNITS: dict[ActivityKind, str] = {
    "loudspeaker_programme": "Đài Truyền thanh",
    "mobile_information": "Trung tâm Văn hóa",
    "oral_session": "Ủy ban MTTQ",
}


def _shares(rng: Random, total: int, parts: int) -> list[int]:
    """Splits the total into whole numbers of at least one that are not far from their mean."""
    weights = [rng.uniform(0.5, 1.5) for _part in range(parts)]
    whole = sum(weights)
    cuts = [round(total * reached / whole) for reached in accumulate(weights)]
    return [b - a for a, b in zip([0, *cuts], cuts, strict=False)]


def _of(year: ActivityYear, kind: ActivityKind) -> list[DemoReport]:
    return [row for row in year.rows if row.kind == kind]


HEADING = (
    "STT",
    "Ngày",
    "Đơn vị báo cáo",
    "Địa điểm",
    "Nội dung",
    "Nghị quyết",
    "Số buổi",
    "Điểm cầu",
    "Lượt người",
    "Triệu tập",
)


def _write(path: Path, office: str, sheets: dict[str, list[DemoReport]]) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet["A1"], sheet["A2"] = office, f"BÁO CÁO NĂM 2024 – {name.upper()}"
        for line in (1, 2):
            sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=len(HEADING))
        sheet.append([])
        sheet.append(list(HEADING))
        for number, row in enumerate(rows, 1):
            sheet.append(_line(number, row))
        sheet.append(["Tổng cộng", None, None, None, None, None, sum(row.sessions for row in rows)])
        sheet.append([None, None, None, None, None, "NGƯỜI LẬP BIỂU"])
    book.save(path)


def _line(number: int, row: DemoReport) -> list[object]:
    """Writes date and people as text in every third row."""
    typed = number % 3 == 0
    people = f"{row.participants:,}".replace(",", ".") if typed and row.participants else row.participants
    day = f"{row.day:%d/%m/%Y}" if typed else row.day
    resolution = row.resolution or None
    return [
        number,
        day,
        row.unit,
        row.place,
        row.title,
        resolution,
        row.sessions,
        row.points,
        people,
        row.invited,
    ]
