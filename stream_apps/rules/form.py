"""Finds the form of an item: exactly one, by the first rule that applies (counting.md, Form)."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

from config.form_markers import FormMarkers
from stream_apps.rules.text import fold, has_marks, without_marks

SET_OFF = r"[\s]*[:\-–—|.]"
BEFORE = r"[:\-–—|]\s*"
OPEN, CLOSE = r"[\[(<{«]\s*", r"\s*[\])>}»]"


class FormRule:
    """`classify` returns a form's code; `brief_max_words` counts syllables."""

    def __init__(self, forms: Sequence[FormMarkers], brief_max_words: int) -> None:
        self._titles = [(form.form, _title_pattern(form)) for form in forms]
        self._plain_titles = [(form.form, _plain_title_pattern(form)) for form in forms]
        self._segments = {_slug(marker): form.form for form in reversed(forms) for marker in form.markers}
        self._brief_max_words = brief_max_words

    def classify(
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
        titles = self._titles if has_marks(title) else self._plain_titles
        return next((form for form, pattern in titles if pattern.search(folded)), None)

    def _by_address(self, url: str | None) -> str | None:
        if not url:
            return None
        segments = (_slug(part) for part in unquote(urlsplit(url).path).split("/"))
        return next((self._segments[s] for s in segments if s in self._segments), None)


def _by_media(media_types: Iterable[str]) -> str | None:
    kinds = {media.partition("/")[0].strip().lower() for media in media_types}
    return next((kind for kind in ("audio", "video") if kind in kinds), None)


def _title_pattern(form: FormMarkers) -> re.Pattern[str]:
    return re.compile("|".join(_shapes(map(fold, form.markers), map(fold, form.opening))) or r"(?!)")


def _plain_title_pattern(form: FormMarkers) -> re.Pattern[str]:
    """Returns the pattern for a title that was typed without marks. A word of one syllable may be another one there
    (`Anh` the country or the man, not `Ảnh`): it counts in square brackets only."""
    markers = [(fold(marker), without_marks(fold(marker))) for marker in form.markers]
    sure = [plain for marked, plain in markers if marked == plain or " " in plain]
    other = [plain for _, plain in markers if plain not in sure]
    shapes = _shapes(sure, (without_marks(fold(words)) for words in form.opening))
    if other:
        shapes.append(rf"\[\s*(?:{_any(other)})\s*\]")
    return re.compile("|".join(shapes) or r"(?!)")


def _shapes(markers: Iterable[str], opening: Iterable[str]) -> list[str]:
    words, first = _any(markers), _any(opening)
    set_off = [rf"^(?:{words})(?:{SET_OFF}|$)", rf"{BEFORE}(?:{words})$", rf"{OPEN}(?:{words}){CLOSE}"]
    return [*(set_off if words else ()), *([rf"^(?:{first})(?!\w)"] if first else ())]


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(each) for each in sorted(words, key=len, reverse=True))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", without_marks(fold(text))).strip("-")
