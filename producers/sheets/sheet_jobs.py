"""Reads sheets, and writes their rejected rows, in a process with limits; an error says what to do."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from config.errors import LimitError, SheetError
from config.sheets import SheetNames
from producers.limited import LimitedProcesses
from producers.sheets.grid import BROKEN, bytes_of, grids_of
from producers.sheets.rows import RowReader, SheetResult
from producers.sheets.write import write_rejected

SECONDS = 120.0  # 100,000 rows take some twenty on an idle machine
TOO_SLOW = "{file} takes longer than {seconds} s: split it, or save it as .csv"
TOO_HEAVY = (
    "{file} needs more memory than a sheet may: delete its empty rows, columns and merged cells, or split it"
)
PROBLEMS = (TOO_SLOW, TOO_HEAVY)


def read_sheets(path: Path, reader: RowReader, limited: LimitedProcesses) -> list[SheetResult]:
    """Raises SheetError, which says what to do; LimitError `busy` where other sheets are being read."""
    data = bytes_of(path)
    try:
        return limited.run_within(SECONDS, _results, path.name, data, reader)
    except LimitError as error:
        raise _said(path.name, error) from error


def rejected_book(
    file: str,
    results: Sequence[SheetResult],
    names: SheetNames,
    said: Mapping[str, str],
    limited: LimitedProcesses,
) -> bytes:
    """Returns an xlsx file of the rejected rows. `said` maps what was expected to the same in the reader's language.
    Raises SheetError."""
    rejected = [each for each in results if each.rejections]
    try:
        return limited.run_within(SECONDS, _book, rejected, names, said)
    except LimitError as error:
        raise _said(file, error) from error


def _results(file: str, data: bytes, reader: RowReader) -> list[SheetResult]:
    return [reader.read(grid) for grid in grids_of(file, data)]


def _book(results: Sequence[SheetResult], names: SheetNames, said: Mapping[str, str]) -> bytes:
    book = BytesIO()
    write_rejected(book, results, names, lambda text: said.get(text, text))
    return book.getvalue()


def _said(file: str, error: LimitError) -> Exception:
    match error.reason:
        case "timeout":
            return SheetError(TOO_SLOW, file=file, seconds=int(SECONDS))
        case "memory":
            return SheetError(TOO_HEAVY, file=file)
        case "failed":
            kind = file.rpartition(".")[2]
            return SheetError(BROKEN, file=file, kind=kind, reason=str(error)[:200])
    return error
