"""Reads and writes sources as OPML 2.0 (opml.org/spec2.opml), the lists of feeds that other readers know too.

Properties that OPML does not have are attributes in a namespace of our own, so that an export can be imported
unchanged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pydantic_core import from_json

from config.errors import UsageError
from config.programme import Outlet
from lantoa.language import _
from lantoa.sources.writing import outlet_row, source_row
from lantoa.views.others_words import plain
from models.log_lines import json_text

OURS = "urn:lantoa:opml"
LARGEST = 5 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """One feed of a list. `outlet` is the description in our own export."""

    source: dict[str, Any]
    title: str
    outlet: dict[str, Any] | None = None


def write_opml(title: str, outlets: Sequence[Outlet]) -> bytes:
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"lantoa": OURS})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = plain(title)
    body = etree.SubElement(root, "body")
    for outlet in outlets:
        row = {name: value for name, value in outlet_row(outlet).items() if name != "sources"}
        folder = etree.SubElement(body, "outline", _outline(outlet.name, "outlet", row))
        for name in ("level", "medium"):
            folder.set(f"{{{OURS}}}{name}", str(row[name]))
        for source in outlet.sources:
            feed = etree.SubElement(folder, "outline", _outline(source.id, "source", source_row(source)))
            feed.set("type", "rss" if source.kind in {"feed", "podcast"} else source.kind)
            feed.set("xmlUrl", source.url)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def read_opml(body: bytes) -> list[Listed]:
    """Returns the feeds in the order of the file, across its folders. Raises UsageError."""
    if len(body) > LARGEST:
        raise UsageError(_("The list is larger than {size} MiB.", size=LARGEST >> 20))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise UsageError(_("This is no OPML: {reason}", reason=error)) from error
    if root.getroottree().docinfo.doctype:
        raise UsageError(_("This OPML states a document type, which no list of feeds needs; it is not read."))
    if etree.QName(root).localname != "opml":
        raise UsageError(_("This is no OPML: it begins with <{name}>", name=etree.QName(root).localname))
    return list(_listed(root))


def _outline(text: str, ours: str, row: dict[str, object]) -> dict[str, str]:
    return {"text": plain(text), f"{{{OURS}}}{ours}": json_text(row)}


def _listed(root: object) -> Iterator[Listed]:
    folders: list[dict[str, Any] | None] = [None]
    for event, outline in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            folders.pop()
            continue
        inside = _ours(outline, "outlet") or folders[-1]
        folders.append(inside)
        if address := outline.get("xmlUrl") or outline.get("xmlurl"):
            source = _ours(outline, "source") or {"kind": "feed", "url": address.strip()}
            yield Listed(source, (outline.get("title") or outline.get("text") or "").strip(), inside)


def _ours(outline: Any, name: str) -> dict[str, object] | None:
    stated = outline.get(f"{{{OURS}}}{name}")
    try:
        found = from_json(stated) if stated else None  # limits the depth
    except ValueError as error:
        raise UsageError(_("This list was changed by hand: {reason}", reason=error)) from error
    return found if isinstance(found, dict) else None
