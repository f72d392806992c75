"""Converts pages from before Unicode (windows-1258, TCVN3, VISCII, VNI), or refuses them with the name of the
encoding."""

import re
from html import unescape
from unicodedata import normalize

import viparse
from charset_normalizer import from_bytes

from config.errors import FeedError, PageError
from producers.parse.decode import WESTERN, decode_as, stated_charsets

LEGACY = {"viscii": "viscii", "csviscii": "viscii", "tcvn": "tcvn3", "tcvn3": "tcvn3", "x-viet-tcvn": "tcvn3"}
LEGACY |= {"tcvn-5712": "tcvn3", "x-viet-tcvn5712": "tcvn3", "vni": "vni", "x-viet-vni": "vni"}
# the font draws these letters: .VnTime, VNI-Times; the rarest character comes first, because a page is long
FONTS = (
    re.compile(r"\.[vV][nN](?<=[\"';:\s]\.[vV][nN])[a-zA-Z]{2}"),
    re.compile(r"-(?<=[\"';:\s][vV][nN][iI]-)[a-zA-Z]"),
)
UNSEEN = re.compile(r"<(script|style)\b|</(script|style)\s*>", re.I)
TAG = re.compile(r"<[^<>]*>")
# an entity for a letter of the upper half of Latin-1
LETTER = re.compile(r"&(?:[A-Za-z]{3,6}|#1[6-9]\d|#2[0-5]\d);")
SAMPLE = 20_000  # characters that are enough to recognise a charset


def decode_page(body: bytes, content_type: str) -> str:
    """Raises PageError `wrong-encoding` rather than return wrong letters."""
    text, encoding = _as_declared(body, content_type)
    if encoding.startswith("utf"):
        return _mended(text) if any(font.search(text) for font in FONTS) else text
    names = [name.lower() for name in stated_charsets(body, content_type)]
    surface = body.decode("latin-1")
    if legacy := next((LEGACY[name] for name in names if name in LEGACY), None) or _legacy(surface):
        return _converted(surface, legacy)
    if encoding and encoding not in WESTERN:
        return text
    guess = from_bytes(body[: SAMPLE * 10]).best()
    if guess is not None and guess.encoding == "cp1258":
        return normalize("NFC", body.decode("cp1258", errors="replace"))
    if encoding:
        return text
    raise PageError("wrong-encoding", "neither UTF-8 nor as declared, nor a Vietnamese charset of old")


def _as_declared(body: bytes, content_type: str) -> tuple[str, str]:
    try:
        return decode_as(body, content_type)
    except FeedError:
        return "", ""


def _mended(text: str) -> str:
    legacy = _legacy(text)
    return _converted(text, legacy) if legacy else text


def _legacy(surface: str) -> str | None:
    visible = TAG.sub(" ", _without_scripts(LETTER.sub(_letter, surface[: SAMPLE * 20])))
    found: str | None = viparse.detect_text_encoding(" ".join(visible.split())[:SAMPLE])
    return found


def _without_scripts(html: str) -> str:
    """Works in one pass; a tag that is never closed hides nothing."""
    kept, opened, end = [], None, 0
    for found in UNSEEN.finditer(html):
        if opened is None and found[1]:
            opened = found
        elif opened is not None and found[2] and found[2].lower() == opened[1].lower():
            kept.append(html[end : opened.start()])
            opened, end = None, found.end()
    return " ".join([*kept, html[end:]])


def _converted(surface: str, legacy: str) -> str:
    return str(viparse.fix(LETTER.sub(_letter, surface), encoding=legacy))


def _letter(entity: re.Match[str]) -> str:
    letter = unescape(entity[0])
    return letter if "\xa0" < letter <= "\xff" else entity[0]
