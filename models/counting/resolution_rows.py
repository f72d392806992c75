"""The rows by resolution that count an item or an activity (counting.md, Resolutions in rows)."""

from collections.abc import Iterable, Mapping

from models.messages.mention import Mention


def resolutions_in_rows(resolutions: tuple[str, ...], *, waiting: bool) -> tuple[str | None, ...]:
    """Returns the rows by resolution that count an item or activity: those of the linked documents and of their plenums;
    none while it only waits; the row null without a linked or ambiguous mention (counting.md, Resolutions in rows)."""
    return resolutions or (() if waiting else (None,))


def linked_documents(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """Returns each document once, in the order of the text."""
    return tuple(dict.fromkeys(m.resolution for m in mentions if m.status == "linked" and m.resolution))


def plenums_of(documents: Iterable[str], plenum_of: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted({plenum_of[each] for each in documents if each in plenum_of}))


def rows_of(documents: Iterable[str], plenums: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*documents, *plenums}))


def is_waiting(mentions: Iterable[Mention]) -> bool:
    return any(m.status == "ambiguous" for m in mentions)
