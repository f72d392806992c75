"""What people call the values of the tallies' keys: `NQ-42-TW-XIII`, `nhandan`, `oral_session`."""

from config.catalogue import Catalogue
from config.programme import Programme
from lantoa.language import _
from lantoa.views.paragraph import document_name

SHORT_TITLE = 80  # characters
OUR_OWN = frozenset({"channel", "form", "level", "kind", "medium"})


def name_of(key: str, value: str, programme: Programme, catalogue: Catalogue) -> str:
    """In the reader's language; what nothing names is called as it is written."""
    if key == "resolution" and value in catalogue.documents:
        return document_name(value, catalogue)
    if key == "outlet" and value in programme.outlets:
        return programme.outlets[value].name
    return named(value) if key in OUR_OWN else value


def named(name: str) -> str:
    """What people call one of our own names."""
    return _(name).replace("_", " ")


def titled(document: str, catalogue: Catalogue) -> str:
    """A document's name with its title, cut short: what a human chooses by. What the catalogue lacks is called by its id."""
    if document not in catalogue.documents:
        return document
    name, title = document_name(document, catalogue), catalogue.documents[document].title
    return _cut(name if title in {"", name} else f"{name} · {title}", len(name) + SHORT_TITLE)


def _cut(text: str, most: int) -> str:
    """Between two words."""
    return text if len(text) <= most else f"{text[:most].rpartition(' ')[0]}…"
