"""Reads clippings with the right answers from a csv file by Excel, LibreOffice or a program."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from config.catalogue import Catalogue
from config.errors import SheetError, UsageError
from config.programme import Programme
from lantoa.commands.classifying import day_of
from lantoa.language import _
from models.formulas import as_written
from producers.item.identity import is_address
from producers.sheets.grid import DELIMITERS, decoded

COLUMNS = ("text", "url", "title", "lead", "published", "right", "optional")
REQUIRED = ("published", "right")
SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # a first line with the separator for Excel
LINE_END = re.compile(r"[\r\n]")
BETWEEN_IDS = re.compile(r"[\s,;]+")
LONGEST_CELL = 1 << 24  # characters
MOST_LISTED = 10  # mistakes that are listed
MOST_ALIKE = 3


@dataclass(frozen=True, slots=True)
class Labelled:
    """One clipping. `line` is its first line in the file. The `optional` documents are neither right nor wrong."""

    line: int
    text: str
    url: str
    title: str
    lead: str
    published: str
    right: frozenset[str]
    optional: frozenset[str]

    @property
    def is_at_hand(self) -> bool:
        """Says whether the file has the words; otherwise the page has to be fetched."""
        return bool(self.text or not self.url)


def read_labelled(file: str, data: bytes, programme: Programme, catalogue: Catalogue) -> list[Labelled]:
    """Reads the rows. Raises UsageError with the place of each mistake and what to do."""
    names, records = _table(file, _text(file, data))
    problems: list[str] = []
    found = []
    for line, cells in records:
        row = {name: as_written(cell.strip()) for name, cell in zip(names, cells, strict=False)}
        if not any(row.get(name) for name in COLUMNS):
            continue
        wrong = list(_problems(row, programme, catalogue))
        problems += [
            _("{file}, line {line}: {problem}", file=file, line=line, problem=each) for each in wrong
        ]
        if not wrong:
            found.append(_labelled(line, row))
    if problems:
        more = (
            [_("and {count} more", count=len(problems) - MOST_LISTED)] if len(problems) > MOST_LISTED else []
        )
        raise UsageError("\n".join([*problems[:MOST_LISTED], *more]))
    if not found:
        raise UsageError(_("{file} holds no clippings: write one in each line below the names.", file=file))
    return found


def alike(name: str, catalogue: Catalogue) -> list[str]:
    """Suggests ids for a mistyped one: documents whose name has the words, whose symbol it is, or that are spelled
    alike."""
    wanted = name.upper()
    bearing = [d.id for d in catalogue.documents.values() if (d.symbol or "").upper() == wanted]
    holding = [known for known in catalogue.documents if wanted in known]
    near = get_close_matches(wanted, catalogue.documents, MOST_ALIKE)
    return (bearing or holding or near)[:MOST_ALIKE]


def _text(file: str, data: bytes) -> str:
    if not data.strip():
        raise UsageError(_("{file} is empty", file=file))
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UsageError(
            _("{file} is a workbook. Save its sheet as “CSV UTF-8” and give that file.", file=file)
        )
    try:
        return decoded(file, data)
    except SheetError as error:
        raise UsageError(_(error.text, **error.fields)) from error


def _table(file: str, text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Returns the names of the columns, and the rows with the numbers of their first lines."""
    stated = SEPARATOR.match(text)
    below = text[stated.end() :] if stated else text
    delimiter = stated[1] if stated else max(DELIMITERS, key=lambda each: len(_names(below, each)))
    records = _records(file, below, delimiter, first=2 if stated else 1)
    line, head = records[0]
    names = [_name(cell) for cell in head]
    _check_names(file, line, names)
    return names, records[1:]


def _names(text: str, delimiter: str) -> set[str]:
    """Returns the known columns of the first line if it is split at `delimiter`. The other lines are not examined,
    because texts contain many commas."""
    first = next(csv.reader([LINE_END.split(text.lstrip(), maxsplit=1)[0]], delimiter=delimiter), [])
    return {_name(cell) for cell in first} & {*COLUMNS}


def _name(cell: str) -> str:
    return cell.strip().casefold()


def _records(file: str, text: str, delimiter: str, first: int) -> list[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    begins = first
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((begins, cells))
            begins = first + reader.line_num
    except csv.Error as error:
        problem = "{file}, line {line}: the quotation marks of this row do not close ({reason}). Save the file again as “CSV UTF-8”."
        raise UsageError(_(problem, file=file, line=begins, reason=error)) from error
    return found


def _check_names(file: str, line: int, names: Sequence[str]) -> None:
    missing = [name for name in REQUIRED if name not in names]
    if not {"text", "url"} & {*names}:
        missing.insert(0, _("text or url"))
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if missing:
        text = "{file}, line {line}: there is no column {missing}. The first line names the columns: text or url, published, right, and if you like title, lead, optional. It has: {found}."
        raise UsageError(
            _(text, file=file, line=line, missing=", ".join(missing), found=", ".join(names)[:200] or "–")
        )
    if twice:
        text = "{file}, line {line}: {columns} is named twice. Delete one of the columns."
        raise UsageError(_(text, file=file, line=line, columns=", ".join(twice)))


def _problems(row: Mapping[str, str], programme: Programme, catalogue: Catalogue) -> Iterator[str]:
    if not any(row.get(name) for name in ("text", "url", "title", "lead")):
        yield _("it has neither text nor url. Write the article's text, or its address.")
    elif not row.get("text") and (url := row.get("url")) and not is_address(url):
        yield _("{url!r} is no address. Write one that begins with https://", url=url[:200])
    published = row.get("published", "")
    if published and day_of(published, programme) is None:
        text = (
            "{date!r} is no date from 1990 to 2100. Write it as 14/05/2024 or 2024-05-14, or leave it empty."
        )
        yield _(text, date=published[:100])
    for column in ("right", "optional"):
        for name in _ids(row.get(column, "")):
            if name not in catalogue.documents:
                meant = ", ".join(alike(name, catalogue)) or "…"
                yield _(
                    "the catalogue has no {name!r} ({column}). Did you mean {alike}? Ids look like NQ-29-TW-XIII.",
                    name=name[:100],
                    column=column,
                    alike=meant,
                )


def _labelled(line: int, row: Mapping[str, str]) -> Labelled:
    return Labelled(
        line=line,
        text=row.get("text", ""),
        url=row.get("url", ""),
        title=row.get("title", ""),
        lead=row.get("lead", ""),
        published=row.get("published", ""),
        right=_ids(row.get("right", "")),
        optional=_ids(row.get("optional", "")),
    )


def _ids(cell: str) -> frozenset[str]:
    return frozenset(filter(None, BETWEEN_IDS.split(cell)))
