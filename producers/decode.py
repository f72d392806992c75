"""Which characters the bytes of a feed are. What they are counts more than what headers and prolog say."""

import codecs
import re

from config.errors import FeedError

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
PROLOG = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.I)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.I)
FORGIVEN = (
    0.001  # share of characters that may be broken, for instance where a text was cut at a number of bytes
)


def decode(body: bytes, content_type: str) -> str:
    """Valid UTF-8 is UTF-8, whatever is declared. Raises FeedError `wrong-encoding`."""
    for bom, encoding in BOMS:
        if body.startswith(bom):
            return _strict(body, encoding) or _forgiving(body)
    stated = PROLOG.match(body), CHARSET.search(content_type)
    names = [stated[0][1].decode() if stated[0] else "", stated[1][1] if stated[1] else ""]
    others = [name for name in names if name and not _is_utf8(name)]
    for encoding in ["utf-8", *others]:
        if (text := _strict(body, encoding)) is not None:
            return text
    return _forgiving(body)


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


def _is_utf8(name: str) -> bool:
    try:
        return codecs.lookup(name).name in {"utf-8", "ascii"}
    except LookupError:
        return True
