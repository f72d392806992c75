"""The text, the dates and the attributes of an element that a selector found."""

from bs4 import Tag

from producers.html_to_text import one_line


def words_of(element: Tag | None) -> str:
    return one_line(str(element)) if element is not None else ""


def dates_of(element: Tag | None) -> tuple[str, ...]:
    """Returns the dates as written, first those for machines, then those for people."""
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
