"""The content of one cell before it is interpreted: a value, a failed formula, or a formula without a result."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Value = str | int | float | bool | date | datetime | time | timedelta | None
FAILED = re.compile(
    r"""
      \#[¡¿]?[A-ZÀ-ÞĀ-ŽА-ЯĐ][A-ZÀ-ÞĀ-ŽА-ЯĐ0-9_/.]*[!?]        # #DIV/0!, #NAME?, #¡VALOR!, #ССЫЛКА!
    | \#(?:N/A|N/D|NV|N/B|I/T|YOK|Н/Д|GETTING_DATA)            # what is not available
    | \#{2,}                                                   # a column that was too narrow when it was saved as text
    | (?:Err|Lỗi|Fehler|Erreur|Erro|Errore|Ошибка|Hiba|Chyba|Błąd|Virhe|Fout)\s?:\s?\d{3}  # LibreOffice
    """,
    re.X,
)
FIRST_LETTERS = frozenset("#ELFHCBVО")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
ESCAPED_BREAK = re.compile(r"(?<!_x005F)(?:_x000[9A-D]_)+", re.I)


@dataclass(frozen=True, slots=True)
class Uncalculated:
    """A formula whose result the file does not hold."""

    formula: str

    def __str__(self) -> str:
        return self.formula


@dataclass(frozen=True, slots=True)
class FailedFormula:
    """The error that a cell shows whose formula failed."""

    shown: str

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True, slots=True)
class Shared:
    """One number in a merged cell that applies to several rows, or to several columns of numbers."""

    number: "Value | Uncalculated | FailedFormula | Scaled"

    def __str__(self) -> str:
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Scaled:
    """A number below a heading that counts in thousands, or in another unit than one."""

    number: Value | Uncalculated | FailedFormula

    def __str__(self) -> str:
        return str(self.number)


Cell = Value | Uncalculated | FailedFormula | Shared | Scaled


def text_cell(text: str) -> Cell:
    """Returns None for an empty text. A text that is nothing but a spreadsheet's error is an error, even where it was
    typed as text."""
    if text[:1] in FIRST_LETTERS and shows_failure(text):
        return FailedFormula(text.strip())
    return text or None


def shows_failure(text: str) -> bool:
    return FAILED.fullmatch(text.strip()) is not None


def percent_cell(share: float) -> str:
    """A percentage is not a number of people or sessions: 100% is not 1."""
    return f"{round(share * 100, 8):.12g}%"


def unescaped(text: str) -> str:
    """Decodes what an xlsx file writes as `_x000D_`; `_x005F_` is the underscore of a text that looks like that."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def without_leaked_breaks(text: str) -> str:
    """For a text outside of xlsx into which a program copied the escaped line breaks of an xlsx file."""
    return ESCAPED_BREAK.sub("\n", text) if "_x0" in text else text
