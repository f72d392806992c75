"""Texts in a csv file that a spreadsheet would calculate: marked as texts when we write them, taken as they were when read.

An apostrophe before the text is what spreadsheets themselves take for that mark, and what OWASP advises (CSV Injection).
"""

import csv
import io
import re
from collections.abc import Sequence

# after what a spreadsheet may trim; the wide forms are calculated by those that East Asian offices use
CALCULATED = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")
MARK = "'"


def as_text(cell: object) -> object:
    """A text that would be calculated, or that looks as if it was marked already, gets the mark; anything else stays."""
    return MARK + cell if isinstance(cell, str) and CALCULATED.match(cell) else cell


def as_written(text: str) -> str:
    """What `as_text` was given."""
    return text[1:] if text.startswith(MARK) and CALCULATED.match(text) else text


def csv_line(row: Sequence[object]) -> str:
    """Writes a line with CR LF, so that a cell with either character is quoted; every text is marked by `as_text`."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(as_text(cell) for cell in row)
    return line.getvalue().removesuffix("\r\n") + "\n"
