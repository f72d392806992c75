"""Text and addresses that others wrote, in a form that every page, file and mail can hold."""

from urllib.parse import urlsplit

from config.visible import UNSEEN_ON_A_LINE

UNWRITABLE = UNSEEN_ON_A_LINE  # no XML holds them, no line does, or a reader is misled


def plain(text: str) -> str:
    """One line that every file format can hold, else as it was written."""
    return UNWRITABLE.sub(" ", text)


def web_address(url: str | None) -> str | None:
    """One that may become a link; whatever else stands there stays text."""
    if not url or UNWRITABLE.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
