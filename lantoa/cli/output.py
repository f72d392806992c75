"""Prints figures: a table for people, JSON and CSV for programs, always on standard output.

The output contains text by others. It is never read as markup, and it cannot send commands to the terminal.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType
from rich.segment import Segment
from rich.status import Status
from rich.table import Table
from rich.text import Text

from config.visible import on_one_line, visible
from lantoa.language import _, number
from models.formulas import csv_line
from models.log_lines import json_text

GAP = 2
WHOLE_LINES = 10_000  # characters; no line of a table is as long
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

    def __init__(self, *, stderr: bool = False, width: int | None = None) -> None:
        super().__init__(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            text = segment.text if segment.control else visible(segment.text)
            yield segment if text is segment.text else segment._replace(text=text)

    def status(self, status: RenderableType, **options: Any) -> Status:
        """Shows a status with this text; a later `update` needs a Text."""
        return super().status(Text(status) if isinstance(status, str) else status, **options)


def out() -> Console:
    """Returns the console for answers; a pipe has room for whole lines."""
    narrow = sys.stdout.isatty() or "COLUMNS" in os.environ
    return TextConsole(width=None if narrow else WHOLE_LINES)


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
        sys.stdout.write(shown(csv_line(row)))


def print_table(columns: Sequence[str], rows: Sequence[Row], *, title: str | None = None) -> None:
    """Prints a table with translated column names and grouped numbers; null is empty. Only texts of several words are
    folded, between words: an id stays whole. Where the terminal is too narrow for that, each row is a block of lines,
    one for each column. A pipe gets whole lines."""
    console = out()
    heading = Text(on_one_line(title), style="table.title") if title else None
    cells = [[_cell(row[column]) for row in rows] for column in columns]
    names = [_(column).replace("_", " ") for column in columns]
    least = [_longest_word([name, *found]) for name, found in zip(names, cells, strict=True)]
    room = console.width - sum(least) - GAP * (len(names) + 1)
    if room < 0:
        _print_blocks(console, heading, names, cells)
        return
    table = Table(
        title=heading, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    table.padding = (0, GAP - 1, 0, 0)
    longest = [max(map(len, [name, *found])) for name, found in zip(names, cells, strict=True)]
    for name, found, width in zip(names, cells, _widths(least, longest, room), strict=True):
        justify: JustifyMethod = "right" if _are_figures(found) else "left"
        table.add_column(Text(name), justify=justify, overflow="fold", width=width)
    for line in zip(*cells, strict=True):
        table.add_row(*map(Text, line))
    console.print(table)


def _print_blocks(
    console: Console, heading: Text | None, names: Sequence[str], cells: Sequence[Sequence[str]]
) -> None:
    if heading:
        console.print(heading)
    width = max(map(len, names))
    for row in zip(*cells, strict=True):
        console.print()
        for name, cell in zip(names, row, strict=True):
            if cell:
                console.print(Text(f"{name:<{width}}  ", style="bold") + Text(cell), soft_wrap=True)


def print_rows(
    columns: Sequence[str], rows: Sequence[Row], form: Format, *, title: str | None = None
) -> None:
    if form is Format.json:
        print_json([{c: row[c] for c in columns} for row in rows])
    elif form is Format.csv:
        print_csv(columns, rows)
    else:
        print_table(columns, rows, title=title)


def _widths(least: Sequence[int], longest: Sequence[int], room: int) -> list[int]:
    """Divides the room among the columns that would need more than their longest word."""
    wanted = sum(longest) - sum(least)
    share = min(1.0, room / wanted) if wanted else 0.0
    return [few + int((many - few) * share) for few, many in zip(least, longest, strict=True)]


def _longest_word(cells: Iterable[str]) -> int:
    return max((len(word) for cell in cells for word in cell.split()), default=1)


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
