"""Recognises rows that state no activity: totals, repeated headings, and the numbers of the columns."""

import re
from collections.abc import Collection, Mapping
from itertools import pairwise

from config.sheets import Field, SheetNames, plain
from producers.sheets.header import FEWEST, Header
from producers.sheets.sheet_cells import Cell

NUMBERED = re.compile(r"\(?\s*(?:(\d{1,2})|[A-Za-z])\s*(?:=[^()]*)?\)?")  # (7), B, 9=7+8
# What may follow the word for a total. Any other word makes it part of a name: Tổng công ty, Cộng đồng, tổng kết.
FOLLOWING = "thang quy nam ky tuan hop toan chung cac trong tu den huyen tinh xa phuong thi thanh khoi nhom muc phan so i ii iii iv a b c d"
OF_A_TOTAL = frozenset(FOLLOWING.split())


def is_total(given: Mapping[Field, Cell], texts: Collection[str], names: SheetNames) -> bool:
    """True where the row begins with the word for a total, or has it in place of the unit or of the activity, where a
    merged date may precede it."""
    said = [*list(texts)[:1], *(str(given.get(name) or "").strip() for name in ("unit", "title"))]
    return any(_says_total(text, names) for text in said)


def is_heading_again(row: list[Cell], header: Header) -> bool:
    """True for a repeated heading, as on every page of a printed list."""
    again = 0
    for column in header.columns.values():
        text = plain(str(row[column])) if column < len(row) and row[column] is not None else ""
        if text and text == plain(header.names[column]):
            again += 1
        elif any(map(str.isdigit, text)):
            return False
    return again >= FEWEST


def is_numbering(texts: Collection[str]) -> bool:
    """True for the columns' own numbers or letters, each one more than the one before."""
    found = [NUMBERED.fullmatch(text) for text in texts]
    numbers = [int(each[1]) for each in found if each and each[1]]
    return len(found) >= FEWEST and all(found) and all(later == one + 1 for one, later in pairwise(numbers))


def _says_total(text: str, names: SheetNames) -> bool:
    said = plain(text)
    for word in names.total_words:
        if said == word:
            return True
        if said.startswith(f"{word} "):
            following = said[len(word) :].split()[0]
            if following.isdigit() or following in OF_A_TOTAL or (" " in word and following != "ty"):
                return True
    return False
