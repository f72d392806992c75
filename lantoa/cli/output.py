"""Figures on the terminal: a table for people, JSON and CSV for machines, always on standard output."""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from lantoa.language import _, number

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
    """Column names are translated, numbers grouped and set right; nothing stands for null."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        numeric = any(isinstance(row[column], int) and not isinstance(row[column], bool) for row in rows)
        table.add_column(_(column), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    out().print(table)


def print_rows(
    columns: Sequence[str], rows: Sequence[Row], form: Format, *, title: str | None = None
) -> None:
    if form is Format.json:
        print_json([{c: row[c] for c in columns} for row in rows])
    elif form is Format.csv:
        print_csv(columns, rows)
    else:
        print_table(columns, rows, title=title)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    return str(value)
