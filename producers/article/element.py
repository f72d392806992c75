"""What an element that a selector found says."""

from bs4 import Tag

from producers.plain import one_line


def words_of(element: Tag | None) -> str:
    return one_line(str(element)) if element is not None else ""


def dates_of(element: Tag | None) -> tuple[str, ...]:
    """As written: for machines, then for people."""
    if element is None:
        return ()
    stated = (
        attribute_of(element, "datetime"),
        attribute_of(element, "content"),
        element.get_text(" ", strip=True),
    )
    return tuple(dict.fromkeys(text for text in stated if text))


def attribute_of(element: Tag, name: str) -> str:
    return str(element.get(name) or "").strip()
