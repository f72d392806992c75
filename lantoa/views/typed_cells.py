"""Cells of the workbooks that we write: real numbers and dates, and text that is never read as a formula."""

from datetime import date
from typing import Any

from openpyxl.styles import Font, PatternFill

from lantoa.views.others_words import plain

Value = str | int | float | date | None
LONGEST_TEXT = 32_767  # characters; Excel's limit
DATE, COUNT, RATE = "DD/MM/YYYY", "#,##0", "0.00%"
BOLD = Font(bold=True)
SHADE = PatternFill("solid", fgColor="EFEFEF")


def put(cell: Any, value: Value) -> None:
    """Writes text as text, so that text by an outlet or a unit is never read as a formula."""
    if isinstance(value, str):
        text = plain(value)
        cell.value = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
        cell.data_type = "s"
        cell.quotePrefix = text[:1] in tuple("=+-@")
        return
    cell.value = value
    cell.number_format = DATE if isinstance(value, date) else RATE if isinstance(value, float) else COUNT
