"""The address that a page says is its own."""

from urllib.parse import urljoin

from lxml.html import HtmlElement

from models.limits import ADDRESS
from producers.spelling import is_address


def canonical_of(tree: HtmlElement, address: str) -> str:
    """rel=canonical, else og:url; empty where it states none, or several."""
    links = [
        link.get("href")
        for link in tree.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    metas = [
        meta.get("content") for meta in tree.iter("meta") if (meta.get("property") or "").lower() == "og:url"
    ]
    for stated in (links, metas):
        found = {joined for each in stated if each and (joined := _joined(address, each.strip()))}
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _joined(base: str, stated: str) -> str:
    try:
        address = urljoin(base, stated)
    except ValueError:
        return ""
    return address if is_address(address) and ADDRESS.allows(address) else ""
