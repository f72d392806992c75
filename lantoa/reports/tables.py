"""The tables of a report, the same in every file format: each row is a value of a key of the tallies."""

from collections.abc import Sequence
from dataclasses import dataclass

from lantoa.language import _
from lantoa.reports.content import Report
from lantoa.views.labels import name_of
from lantoa.views.others_words import plain
from models.counting.figures import Figures
from models.queries.counted_states import ActivityState, ItemState

PRESS = ("items", "stories", "outlets")
EVERYTHING = (*PRESS, "activities", "participants")
BY_TIME = frozenset({"month", "unit"})  # tables whose rows are sorted by name


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table. `value` is the value of the key, or None if it is not stated."""

    value: str | None
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `total` counts each item once, so it is not the sum of the rows (domain.md, rule 3)."""

    key: str
    title: str
    heading: str
    columns: tuple[str, ...]
    lines: list[Line]
    total: Figures

    @property
    def column_names(self) -> list[str]:
        return [sentence_case(_(column)) for column in self.columns]


TABLES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("resolution", "Theo nghị quyết", "Nghị quyết", EVERYTHING),
    ("channel", "Theo kênh", "Kênh", EVERYTHING),
    ("level", "Theo cấp của cơ quan báo chí", "Cấp", PRESS),
    ("outlet", "Theo cơ quan báo chí", "Cơ quan báo chí", ("items", "stories")),
    ("form", "Theo thể loại", "Thể loại", PRESS),
    ("month", "Theo tháng", "Tháng", EVERYTHING),
    ("kind", "Hoạt động theo loại hình", "Loại hình", ("activities", "points", "participants")),
    ("unit", "Hoạt động theo đơn vị", "Đơn vị", ("activities", "participants", "invited", "attendance_rate")),
)


def tables(report: Report) -> list[Table]:
    """Builds the tables. The language must be Vietnamese."""
    rows, totals = report.figures["rows"], report.figures["totals"]
    made = [
        Table(key, title, heading, columns, _lines(report, key, rows[key]), totals)
        for key, title, heading, columns in TABLES
    ]
    return [*made, _conferences(report)]


def named_in(report: Report, key: str, value: str) -> str:
    """Returns the text of a cell for a value of a key."""
    return sentence_case(plain(name_of(key, value, report.programme, report.catalogue)))


def resolutions_in(report: Report, row: ItemState | ActivityState) -> str:
    """Names the resolutions in whose rows an item or activity is counted, plenums included."""
    return "; ".join(named_in(report, "resolution", each) for each in row.resolutions)


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _conferences(report: Report) -> Table:
    """Counts who came of those who were invited to learn a document, for the documents of the conferences."""
    rows = [
        row
        for row in report.figures["rows"]["kind,resolution"]
        if row["kind"] == "conference" and row["resolution"]
    ]
    total: Figures = next((row for row in report.figures["rows"]["kind"] if row["kind"] == "conference"), {})
    columns = ("activities", "points", "invited", "participants", "attendance_rate")
    return Table(
        "conference",
        "Hội nghị học tập, quán triệt",
        "Nghị quyết",
        columns,
        _lines(report, "resolution", rows),
        {name: total.get(name) for name in columns},
    )


def _lines(report: Report, key: str, rows: Sequence[Figures]) -> list[Line]:
    """Sorts the largest rows first. The row without a value is kept for resolutions only, because elsewhere it mixes
    items and activities."""
    lines = [
        Line(row[key], _name(report, key, row[key]), row)
        for row in rows
        if row[key] is not None or key == "resolution"
    ]
    return sorted(lines, key=lambda line: _order(key, line))


def _order(key: str, line: Line) -> tuple[bool, int, int, str]:
    if key in BY_TIME:
        return False, 0, 0, line.value or ""
    return line.value is None, -line.figures["items"], -line.figures["activities"], line.name


def _name(report: Report, key: str, value: str | None) -> str:
    if value is None:
        return "Không nêu nghị quyết nào"
    if key == "month":
        year, _dash, month = value.partition("-")
        return f"{month}/{year}"
    return named_in(report, key, value)
