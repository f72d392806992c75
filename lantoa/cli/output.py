"""Figures on the terminal: a table for people, JSON and CSV for machines, always on standard output."""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from textwrap import wrap
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from lantoa.language import _, number

SHORT = 20  # characters of ids, days and figures, which are not folded while there is room
LEAST, LEAST_FOLDED = 5, 10  # of a column with a folded name, of one with folded texts
GAP = 2
Row = Mapping[str, Any]


class Format(StrEnum):
    table = "table"
    json = "json"
    csv = "csv"


FormatOption = Annotated[
    Format, typer.Option("--format", help=_("table for people, json or csv for machines"))
]


def out() -> Console:
    return Console(highlight=False)


def err() -> Console:
    """Progress and remarks: what a pipe must not carry."""
    return Console(stderr=True, highlight=False)


def print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_csv(columns: Sequence[str], rows: Sequence[Row]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if row[c] is None else row[c] for c in columns] for row in rows)


def print_table(columns: Sequence[str], rows: Sequence[Row], *, title: str | None = None) -> None:
    """Column names are translated, numbers grouped and set right; nothing stands for null. Where it is too wide for the
    terminal, names of columns and long texts are folded first, figures never."""
    console = out()
    table = Table(title=title, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.padding = (0, GAP - 1, 0, 0)
    cells = {_(column).replace("_", " "): [_cell(row[column]) for row in rows] for column in columns}
    longest = {name: max(map(len, found), default=0) for name, found in cells.items()}
    wide = sum(max(width, len(name)) + GAP for name, width in longest.items()) > console.width
    least = {name: max(width, LEAST) for name, width in longest.items() if width <= SHORT}
    room = sum(least.values()) + LEAST_FOLDED * (len(cells) - len(least)) + GAP * len(cells) <= console.width
    for name, found in cells.items():
        figures = any(map(_is_figure, found))
        fixed = wide and name in least and (figures or room)
        table.add_column(
            "\n".join(wrap(name, least[name])) if fixed else name,
            justify="right" if figures else "left",
            overflow="fold",
            no_wrap=fixed,
        )
    for line in zip(*cells.values(), strict=True):
        table.add_row(*line)
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


def _is_figure(cell: str) -> bool:
    return cell[:1].isdigit() and set(cell) <= set("0123456789.,%")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    return str(value)
