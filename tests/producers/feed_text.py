"""Feeds of our own making."""

from html import escape
from typing import Any

RSS = (
    '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>Thử</title>{}</channel></rss>'
)


def rss(*entries: str) -> bytes:
    return RSS.format("".join(entries)).encode()


def entry(number: int = 1, **elements: Any) -> str:
    """An element that is None is left out; `enclosure` is an address of audio."""
    stated = {
        "title": f"Tin số {number}",
        "link": f"https://bao.example/tin-{number}.html",
        "pubDate": "Tue, 28 Jul 2026 18:50:00 +0700",
        "description": f"Nội dung số {number}",
    } | elements
    enclosure = stated.pop("enclosure", None)
    written = [f"<{name}>{escape(text)}</{name}>" for name, text in stated.items() if text is not None]
    if enclosure:
        written.append(f'<enclosure url="{escape(enclosure)}" type="audio/mpeg" length="1"/>')
    return f"<item>{''.join(written)}</item>"
