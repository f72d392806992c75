"""Finds the special column (chuyên mục, chuyên trang) of an item, where the source or the item states one."""

import re
from collections.abc import Iterable

from config.programme import Source
from stream_apps.rules.text import fold

STATED = re.compile(fold(r"(?:chuyên mục|chuyên trang|chuyên đề)\s*[:\-]?\s*(.+)"))


def press_column(source: Source | None, categories: Iterable[str]) -> str | None:
    """Returns the source's own column, else the name in the first category that begins with the words."""
    if source and source.column:
        return source.column
    for category in categories:
        words = " ".join(category.split())
        if found := STATED.fullmatch(fold(words)):
            return words[found.start(1) :].strip(" \"“”«»'")
    return None
