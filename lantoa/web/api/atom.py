"""Writes an Atom feed (RFC 4287) whose ids are tag URIs (RFC 4151) and whose titles and leads are plain text."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from urllib.parse import quote

from lxml import etree

from lantoa.views.labels import name_of
from lantoa.views.others_words import plain, web_address
from lantoa.web.office import Office
from models.queries.newest_items import NewestItem

ATOM = "http://www.w3.org/2005/Atom"
AUTHORITY = "tag:lantoa.vn,2024:"
NO_ADDRESS = re.compile(r'[\s"<>\\^`{|}]')  # characters that an address must encode (RFC 3987)


def atom(office: Office, name: str, title: str, entries: Sequence[NewestItem], base: str) -> bytes:
    """Writes the feed. `base` is the address of the dashboard with a slash at its end."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _text(root, "id", f"{AUTHORITY}{office.programme.id}/feed/{name}")
    _text(root, "title", title)
    _text(root, "updated", max((each.changed for each in entries), default=_today(office)).isoformat())
    _link(root, "self", f"{base}feeds/{name}.atom", "application/atom+xml")
    _link(root, "alternate", base if name == "all" else f"{base}items?resolution={name}", "text/html")
    for each in entries:
        _entry(root, office, each, base)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written


def _entry(root: object, office: Office, each: NewestItem, base: str) -> None:
    entry = etree.SubElement(root, f"{{{ATOM}}}entry")
    evidence = f"{base}items/{each.id}"
    address = web_address(each.url)
    _text(entry, "id", f"{AUTHORITY}{office.programme.id}/item/{each.id}")
    _text(entry, "title", each.title, type="text")
    _text(entry, "updated", each.changed.isoformat())
    _text(entry, "published", each.published.isoformat())
    author = etree.SubElement(entry, f"{{{ATOM}}}author")
    _text(author, "name", name_of("outlet", each.outlet, office.programme, office.catalogue))
    _link(entry, "alternate", _escaped(address) if address else evidence, "text/html")
    _link(entry, "related", evidence, "text/html")
    if each.lead:
        _text(entry, "summary", each.lead, type="text")
    for resolution in each.resolutions:
        label = name_of("resolution", resolution, office.programme, office.catalogue)
        etree.SubElement(entry, f"{{{ATOM}}}category", term=resolution, label=plain(label))


def _text(parent: object, name: str, value: str, **attributes: str) -> None:
    """Adds an element without the characters that XML does not allow."""
    etree.SubElement(parent, f"{{{ATOM}}}{name}", **attributes).text = plain(value)


def _link(parent: object, relation: str, address: str, media_type: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}link", rel=relation, href=address, type=media_type)


def _escaped(address: str) -> str:
    return NO_ADDRESS.sub(lambda found: quote(found[0]), address)


def _today(office: Office) -> datetime:
    """Returns the time of a feed without entries."""
    zone = office.programme.timezone
    return datetime.combine(datetime.now(zone), time(), zone)
