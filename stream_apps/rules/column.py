"""In which special column (chuyên mục, chuyên trang) of its paper an item stands, where the source or the item states one."""

import re
from collections.abc import Iterable

from config.programme import Source
from stream_apps.rules.text import fold

STATED = re.compile(fold(r"(?:chuyên mục|chuyên trang|chuyên đề)\s*[:\-]?\s*(.+)"))


def press_column(source: Source | None, categories: Iterable[str]) -> str | None:
    """The source's own, else the name in the first category that begins with the words."""
    if source and source.column:
        return source.column
    for category in categories:
        words = " ".join(category.split())
        if found := STATED.fullmatch(fold(words)):
            return words[found.start(1) :].strip(" \"“”«»'")
    return None
