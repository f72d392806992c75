"""The canonical address that a page states."""

from lxml.html import HtmlElement

from models.messages.limits import ADDRESS
from producers.item.address_spelling import absolute


def canonical_of(tree: HtmlElement, address: str) -> str:
    """Returns rel=canonical, else og:url; empty where the page states none, or several."""
    metas = [
        meta.get("content") for meta in tree.iter("meta") if (meta.get("property") or "").lower() == "og:url"
    ]
    for stated in (canonical_links(tree), metas):
        joined = (absolute(address, each) for each in stated if each)
        found = {each for each in joined if each and ADDRESS.allows(each)}
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def canonical_links(tree: HtmlElement) -> list[str]:
    """Returns the links as they are written."""
    links = (link for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    return [href for link in links if (href := (link.get("href") or "").strip())]
