"""Display names of the values of keys, such as `NQ-42-TW-XIII`, and of the loops that must not end (models.loops)."""

from config.catalogue import Catalogue
from config.programme import Programme
from lantoa.language import _
from lantoa.views.paragraph import document_name

SHORT_TITLE = 80  # characters
OUR_OWN = frozenset({"channel", "form", "level", "kind", "medium"})
LOOPS = {
    "programme": "Reading the programme's files",
    "schedule": "Naming what is due",
    "due": "Reading what is due",
    "fetch": "Fetching",
    "settle": "Keeping when a source is fetched next",
    "night": "Publishing the night's sums",
    "alarms": "Sending alarms",
    "digest": "Mailing the digest",
    "broker": "Keeping Kafka alive",
    "dashboard": "The dashboard",
    "news": "Telling open pages of new figures",
    "relay": "Publishing changed figures",
    "metrics-database": "Metrics of the database",
    "metrics-broker": "Metrics of Kafka",
}


def name_of(key: str, value: str, programme: Programme, catalogue: Catalogue) -> str:
    """Returns the name in the reader's language, or the value itself if nothing names it."""
    if key == "resolution" and value in catalogue.documents:
        return document_name(value, catalogue)
    if key == "outlet" and value in programme.outlets:
        return programme.outlets[value].name
    return named(value) if key in OUR_OWN else value


def named(name: str) -> str:
    """Returns the display name of a code of ours."""
    return _(name).replace("_", " ")


def titled(document: str, catalogue: Catalogue) -> str:
    """Returns a document's name with its shortened title, for lists to choose from. An unknown document is shown by
    its id."""
    if document not in catalogue.documents:
        return document
    name, title = document_name(document, catalogue), catalogue.documents[document].title
    return cut(name if title in {"", name} else f"{name} · {title}", len(name) + SHORT_TITLE)


def issued_in(document: str, catalogue: Catalogue) -> str:
    """Returns the year in which a document was issued; empty if it is not known."""
    entry = catalogue.documents.get(document)
    return str(entry.issued.year) if entry and entry.issued else ""


def cut(text: str, most: int) -> str:
    """Cuts the text between two words."""
    return text if len(text) <= most else f"{text[:most].rpartition(' ')[0]}…"


def loop_name(name: str) -> str:
    """Returns the name in the reader's language. Workers have a number."""
    kind, _dash, number = name.rpartition("-")
    if kind == "worker":
        return _("Worker {number}", number=number)
    return _(LOOPS[name]) if name in LOOPS else name
