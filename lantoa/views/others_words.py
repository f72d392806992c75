"""Makes text and addresses by others safe for every page, file and mail."""

from urllib.parse import urlsplit

from config.visible import UNSEEN_ON_A_LINE

UNWRITABLE = UNSEEN_ON_A_LINE  # characters that XML or a single line cannot hold, or that mislead a reader


def plain(text: str) -> str:
    """Returns one line that every file format can hold. Everything else is kept as it was written."""
    return UNWRITABLE.sub(" ", text)


def web_address(url: str | None) -> str | None:
    """Returns an address that may become a link, or None for any other text."""
    if not url or UNWRITABLE.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
