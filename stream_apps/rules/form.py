"""Which form an item has: exactly one, by the first rule that applies (counting.md, Form)."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

from config.forms import FormMarkers
from stream_apps.rules.text import fold, without_marks

SET_OFF = r"[\s]*[:\-–—|.]"
BEFORE = r"[:\-–—|]\s*"
OPEN, CLOSE = r"[\[(<{«]\s*", r"\s*[\])>}»]"


class FormRule:
    """`decide` gives a form's code; `brief_max_words` is in syllables."""

    def __init__(self, forms: Sequence[FormMarkers], brief_max_words: int) -> None:
        self._titles = [(form.form, _title_pattern(form)) for form in forms]
        self._segments = {_slug(marker): form.form for form in reversed(forms) for marker in form.markers}
        self._brief_max_words = brief_max_words

    def decide(
        self, stated: str | None, media_types: Iterable[str], title: str, url: str | None, text: str
    ) -> str:
        """`stated` is the source's form. `text` is the body, empty when it is unknown."""
        return (
            stated
            or _by_media(media_types)
            or self._by_title(title)
            or self._by_address(url)
            or ("brief" if 0 < len(text.split()) <= self._brief_max_words else "article")
        )

    def _by_title(self, title: str) -> str | None:
        folded = fold(title).strip()
        return next((form for form, pattern in self._titles if pattern.search(folded)), None)

    def _by_address(self, url: str | None) -> str | None:
        if not url:
            return None
        segments = (_slug(part) for part in unquote(urlsplit(url).path).split("/"))
        return next((self._segments[s] for s in segments if s in self._segments), None)


def _by_media(media_types: Iterable[str]) -> str | None:
    kinds = {media.partition("/")[0].strip().lower() for media in media_types}
    return next((kind for kind in ("audio", "video") if kind in kinds), None)


def _title_pattern(form: FormMarkers) -> re.Pattern[str]:
    words = "|".join(re.escape(fold(m)) for m in sorted(form.markers, key=len, reverse=True))
    shapes = [rf"^(?:{words})(?:{SET_OFF}|$)", rf"{BEFORE}(?:{words})$", rf"{OPEN}(?:{words}){CLOSE}"]
    if form.opening:
        shapes.append(rf"^(?:{'|'.join(re.escape(fold(m)) for m in form.opening)})(?!\w)")
    return re.compile("|".join(shapes))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", without_marks(fold(text))).strip("-")
