"""Decodes the bytes of a feed or a page. What the bytes are counts more than what headers and prolog declare."""

import codecs
import re
from unicodedata import normalize

from config.errors import FeedError

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
PROLOG = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.I)
META = re.compile(rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.I)
WESTERN = {"iso8859-1", "iso8859-15", "cp1252"}
HEAD = 4096  # bytes at the beginning in which a page states its charset
FORGIVEN = 0.001  # share of characters that may be broken, as where a text was cut after a number of bytes


def decode(body: bytes, content_type: str) -> str:
    """Returns the text. Valid UTF-8 is read as UTF-8 whatever is declared. Raises FeedError `wrong-encoding`."""
    return decode_as(body, content_type)[0]


def decode_as(body: bytes, content_type: str) -> tuple[str, str]:
    """Returns the text, in NFC where it was not Unicode before, and Python's name of the encoding that was used."""
    for bom, encoding in BOMS:
        if body.startswith(bom):
            return _strict(body, encoding) or _forgiving(body), "utf-8"
    for name in ["utf-8", *_declared(body, content_type)]:
        if (text := _strict(body, name)) is not None:
            return (text, name) if name.startswith("utf") else (normalize("NFC", text), name)
    return _forgiving(body), "utf-8"


def _declared(body: bytes, content_type: str) -> list[str]:
    """Returns the declared encodings, Western charsets last: they are more often a server's default than a
    statement."""
    found = [_codec(name) for name in stated_charsets(body, content_type)]
    return sorted((name for name in found if name not in {"", "utf-8", "ascii"}), key=WESTERN.__contains__)


def stated_charsets(body: bytes, content_type: str) -> list[str]:
    """Returns the charsets as written in the prolog, in the header and in the page's own <meta>."""
    prolog, meta, header = PROLOG.match(body), META.search(body[:HEAD]), CHARSET.search(content_type)
    inside = [found[1].decode() if found else "" for found in (prolog, meta)]
    return [name for name in (inside[0], header[1] if header else "", inside[1]) if name]


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _strict(body: bytes, encoding: str) -> str | None:
    try:
        text = body.decode(encoding)
    except (UnicodeError, LookupError):
        return None
    return None if "\0" in text else text


def _forgiving(body: bytes) -> str:
    text = body.decode("utf-8", errors="replace")
    broken = text.count("\ufffd") + text.count("\0")
    if broken > max(1, len(text) * FORGIVEN):
        raise FeedError(
            "wrong-encoding", f"{broken} of {len(text)} characters are neither UTF-8 nor as declared"
        )
    return text
