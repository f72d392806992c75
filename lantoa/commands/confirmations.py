"""Reads which implausible rows a human has confirmed: `3,7-9`, `'Tháng 1'!3`, `all`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from config.errors import UsageError
from lantoa.commands.importing import FileImport
from lantoa.language import _

ROWS = re.compile(r"(?:(?P<sheet>.+)!)?\s*(?P<first>\d{1,7})(?:\s*[-–]\s*(?P<last>\d{1,7}))?")
ALL = "all"


@dataclass(frozen=True, slots=True)
class RowRange:
    """The rows `first` to `last` of the sheet with that name, or of any sheet if the name is empty."""

    first: int
    last: int
    sheet: str = ""

    def has(self, sheet: str, row: int) -> bool:
        return self.first <= row <= self.last and self.sheet in {"", sheet}


@dataclass(frozen=True, slots=True)
class Confirmation:
    rows: tuple[RowRange, ...] = ()
    every: bool = False

    def __call__(self, sheet: str, row: int) -> bool:
        return self.every or any(each.has(sheet, row) for each in self.rows)

    def check(self, imports: Iterable[FileImport]) -> None:
        """Raises UsageError if a number fits rows of several sheets or files, because it is unclear which one was
        confirmed."""
        doubted = [(found, each) for found in imports for each in found.in_doubt]
        for rows in self.rows:
            meant = [
                (found, each) for found, each in doubted if not rows.sheet and rows.has(each.sheet, each.row)
            ]
            numbers: dict[int, set[tuple[str, str]]] = {}
            for found, each in meant:
                numbers.setdefault(each.row, set()).add((found.path.name, each.sheet))
            for number, places in numbers.items():
                if len({sheet for _file, sheet in places}) > 1:
                    named = ", ".join(f"'{sheet}'!{number}" for _file, sheet in sorted(places))
                    raise UsageError(
                        _(
                            "--confirm {row}: several sheets have such a row. Say which: {named}",
                            row=number,
                            named=named,
                        )
                    )
                if len(places) > 1:
                    raise UsageError(
                        _(
                            "--confirm {row}: several files have such a row. Import them one by one.",
                            row=number,
                        )
                    )


def parse_confirmation(stated: str | None) -> Confirmation:
    """Raises UsageError."""
    if stated is None:
        return Confirmation()
    if stated.strip().casefold() == ALL:
        return Confirmation(every=True)
    return Confirmation(tuple(map(_rows, stated.split(","))))


def _rows(stated: str) -> RowRange:
    found = ROWS.fullmatch(stated.strip())
    first, last = (int(found[name] or found["first"]) for name in ("first", "last")) if found else (0, -1)
    if found is None or first > last:
        raise UsageError(
            _("--confirm {stated!r}: expected numbers of rows such as 3,7-9, or all", stated=stated.strip())
        )
    return RowRange(first, last, (found["sheet"] or "").strip().strip("'"))
