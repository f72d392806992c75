"""Prints figures: a table for people, JSON and CSV for programs, always on standard output.

The output contains text by others. It is never read as markup, and it cannot send commands to the terminal.
"""

import csv
import io
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from textwrap import wrap
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.status import Status
from rich.table import Table
from rich.text import Text

from config.visible import on_one_line, visible
from lantoa.language import _, number
from models.formulas import as_text
from models.log_lines import json_text

SHORT = 20  # characters of ids, days and figures, which are not folded while there is room
LEAST, LEAST_FOLDED = 5, 10  # least widths of a column with a folded name, and with folded texts
GAP = 2
Row = Mapping[str, Any]


class Format(StrEnum):
    table = "table"
    json = "json"
    csv = "csv"


FormatOption = Annotated[
    Format, typer.Option("--format", help=_("table for people, json or csv for machines"))
]


class TextConsole(Console):
    """A console that prints text as it is. Control characters are shown instead of sent, also in text
    from libraries."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            text = segment.text if segment.control else visible(segment.text)
            yield segment if text is segment.text else segment._replace(text=text)

    def status(self, status: RenderableType, **options: Any) -> Status:
        """Shows a status with this text; a later `update` needs a Text."""
        return super().status(Text(status) if isinstance(status, str) else status, **options)


def out() -> Console:
    return TextConsole()


def err() -> Console:
    """Returns the console for progress and remarks, which must not go into a pipe."""
    return TextConsole(stderr=True)


def print_json(value: object) -> None:
    sys.stdout.write(json_text(value, indent=2) + "\n")


def print_csv(columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Prints CSV. Texts that a spreadsheet would calculate are marked as texts (docs/activities.md); numbers stay
    numbers. A file or a pipe gets the exact values; on a terminal, control characters are shown."""
    shown = visible if sys.stdout.isatty() else str
    for row in (columns, *(["" if row[c] is None else row[c] for c in columns] for row in rows)):
        sys.stdout.write(shown(_csv_line(row)))


def _csv_line(row: Sequence[object]) -> str:
    """Writes a line with CR LF, so that a cell with either character is quoted."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(as_text(cell) for cell in row)
    return line.getvalue().removesuffix("\r\n") + "\n"


def print_table(columns: Sequence[str], rows: Sequence[Row], *, title: str | None = None) -> None:
    """Prints a table with translated column names and grouped numbers; null is empty. If the terminal is too narrow,
    column names and long texts are folded first, and figures never."""
    console = out()
    heading = Text(on_one_line(title), style="table.title") if title else None
    table = Table(
        title=heading, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    table.padding = (0, GAP - 1, 0, 0)
    cells = [[_cell(row[column]) for row in rows] for column in columns]
    names = [_(column).replace("_", " ") for column in columns]
    fixed = _fixed(names, cells, console.width)
    for name, found, width in zip(names, cells, fixed, strict=True):
        table.add_column(
            Text("\n".join(wrap(name, width)) if width else name),
            justify="right" if _are_figures(found) else "left",
            overflow="fold",
            no_wrap=bool(width),
        )
    for line in zip(*cells, strict=True):
        table.add_row(*map(Text, line))
    console.print(table)


def print_rows(
    columns: Sequence[str], rows: Sequence[Row], form: Format, *, title: str | None = None
) -> None:
    if form is Format.json:
        print_json([{c: row[c] for c in columns} for row in rows])
    elif form is Format.csv:
        print_csv(columns, rows)
    else:
        print_table(columns, rows, title=title)


def _fixed(names: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> list[int]:
    """Returns the width of each column that is not folded, and 0 for one that is or if there is room for all."""
    longest = [max(map(len, found), default=0) for found in cells]
    if sum(max(most, len(name)) + GAP for name, most in zip(names, longest, strict=True)) <= width:
        return [0] * len(names)
    least = [max(most, LEAST) if most <= SHORT else 0 for most in longest]
    room = sum(each or LEAST_FOLDED for each in least) + GAP * len(names) <= width
    return [each if room or _are_figures(found) else 0 for each, found in zip(least, cells, strict=True)]


def _are_figures(cells: Sequence[str]) -> bool:
    return any(map(_is_figure, cells))


def _is_figure(cell: str) -> bool:
    return cell[:1].isdigit() and set(cell) <= set("0123456789.,%")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    return on_one_line(str(value))
