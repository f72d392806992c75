"""Renders a feed as its outlet serves it: RSS 2.0 or Atom, with full texts, enclosures and the outlet's
peculiarities."""

import unicodedata
from collections.abc import Sequence
from html import escape
from random import Random
from typing import Literal

from lantoa.demo.addresses import address
from lantoa.demo.cast import Feed, Outlet
from lantoa.demo.datelines import dateline
from lantoa.demo.demo_pieces import Article, DemoText

RSS = (
    '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    "<channel><title>{title}</title><link>{home}</link><description>{title}</description>\n{entries}\n</channel></rss>\n"
)
ATOM = (
    '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>'
    "<id>{home}</id><updated>2025-01-01T00:00:00Z</updated>\n{entries}\n</feed>\n"
)


def render_feed(outlet: Outlet, feed: Feed, articles: Sequence[Article], poll: int, seed: int) -> bytes:
    """Renders the pieces, the newest first."""
    newest_first = sorted(articles, key=lambda article: (article.published, article.number), reverse=True)
    write = _atom_entry if outlet.atom else _rss_entry
    entries = (write(a, poll, Random(f"{seed}/{a.id}/{poll}/{feed.id}")) for a in newest_first)
    home = f"https://{outlet.hosts[0]}/" if outlet.hosts else f"urn:lantoa-demo:{outlet.id}"
    shape = ATOM if outlet.atom else RSS
    return shape.format(title=escape(outlet.name), home=home, entries="\n".join(entries)).encode()


def _rss_entry(article: Article, poll: int, rng: Random) -> str:
    revision = article.revision_at(poll)
    text, link, date = _written(article, revision), _link(article, revision, rng), dateline(article, revision)
    elements = [
        f"<title>{escape(text.title)}</title>",
        f"<link>{escape(link)}</link>" if link else "",
        _guid(article, link),
        f"<pubDate>{date}</pubDate>" if date is not None else "",
        f"<description>{escape(_description(article, text, link))}</description>",
        f"<content:encoded>{_cdata(_content(text))}</content:encoded>" if text.body else "",
        _enclosure(article),
    ]
    return f"<item>{''.join(elements)}</item>"


def _atom_entry(article: Article, poll: int, rng: Random) -> str:
    revision = article.revision_at(poll)
    text, link, date = _written(article, revision), _link(article, revision, rng), dateline(article, revision)
    stamps = f"<published>{date}</published><updated>{date}</updated>" if date is not None else ""
    return (
        f"<entry><title>{escape(text.title)}</title><id>urn:{article.outlet.id}:{article.number}</id>"
        f'<link rel="alternate" href="{escape(link)}"/>{stamps}<summary>{escape(text.lead)}</summary>'
        f'<content type="html">{escape(_content(text))}</content></entry>'
    )


def _written(article: Article, revision: int) -> DemoText:
    text = article.revisions[revision]
    form: Literal["NFD", "NFC"] = "NFD" if article.outlet.nfd else "NFC"
    title, lead, *body = (unicodedata.normalize(form, words) for words in (text.title, text.lead, *text.body))
    return DemoText(title, lead, tuple(body))


def _link(article: Article, revision: int, rng: Random) -> str:
    """Returns an empty link for a piece without a page. Episodes of one programme may share a page."""
    outlet = article.outlet
    if article.kind == "podcast":
        return f"https://{outlet.hosts[0]}/chuong-trinh/chuyen-hom-nay" if outlet.programme_page else ""
    return address(article, revision, rng) if outlet.address else ""


def _guid(article: Article, link: str) -> str:
    """Returns the guid. A podcast of an outlet without guids can be identified by the enclosure alone."""
    if not article.outlet.guids:
        return ""
    if not link or article.kind == "podcast":
        return f'<guid isPermaLink="false">{article.outlet.id}-{article.number}</guid>'
    return f"<guid>{escape(link)}</guid>"


def _description(article: Article, text: DemoText, link: str) -> str:
    if not article.outlet.html or article.kind != "text":
        return text.lead
    picture = f"https://{article.outlet.hosts[0]}/hinh/{article.number}.jpg"
    return f'<a href="{escape(link)}"><img src="{picture}" /></a><p>{text.lead}</p>'


def _content(text: DemoText) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in text.body)


def _enclosure(article: Article) -> str:
    media = {"podcast": "audio/mpeg", "video": "video/mp4"}.get(article.kind, "")
    if not media:
        return ""
    name = f"https://{article.outlet.hosts[0]}/tep/{article.number}.{media.partition('/')[2]}"
    return f'<enclosure url="{name}" type="{media}" length="{article.number % 900_000 + 100_000}"/>'


def _cdata(content: str) -> str:
    return f"<![CDATA[{content}]]>"
