"""The class names and ids that sites give to the boxes around an article."""

import re
from functools import lru_cache

from lxml.html import HtmlElement

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
NAMES = re.compile(
    r"(?:^|[ -])(?:"
    r"relate[ds]?|relation|relations|relatednews|related[a-z]*|lien-?quan|[a-z]*lienquan|box-?tin|tin-?khac|"
    r"other-?news|news-?other|xem-?them|doc-?them|read-?more|more-?news|doc-?nhieu|xem-?nhieu|most-?(?:read|view|viewed)|"
    r"tin-?(?:moi|hot|nong|noi-bat)|hot-?news|recommend(?:ed|ation|ations)?|suggest(?:ed|ion|ions)?|goi-?y|"
    r"cung-?(?:chuyen-?muc|chu-?de)|same-?(?:cate|category|zone)|"
    r"[a-z]*caption|desc-cation|chu-?thich|img-note|credit|"
    r"breadcrumbs?|comments?|binh-?luan|y-?kien|share|sharing|social|socials|addthis|sharethis|like-?box|zalo-share|"
    r"tags?|tag-?list|list-?tag|keywords?|tu-?khoa|author|authors|tac-?gia|byline|"
    r"ads?|adv|advert[a-z]*|adsbygoogle|banner|quang-?cao|sponsor(?:ed)?|"
    r"sidebar|side-?bar|navbar|navigation|menu|newsletter|subscribe|popup|modal|tooltip|rating|vote|poll|survey|"
    r"login|copyright|link-source|source-link|nguon-?tin[a-z]*|audio-?player|lightbox|hidden|d-none|sr-only|visually-hidden"
    r")(?=$|[ -])"
)
# `no-sidebar` is not a sidebar
WRAPPERS = re.compile(r"(?:^|[ -])(?:has|no|with|without|is|hide|show)-[a-z-]+")
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def is_box(element: HtmlElement) -> bool:
    if not element.keys():
        return False
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if HIDDEN_STYLE.search(element.get("style") or ""):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('type') or ''}"
    return len(names) > 2 and _names_a_box(names)


@lru_cache(4096)  # a page repeats its names, and so do the pages of an outlet
def _names_a_box(names: str) -> bool:
    return NAMES.search(_plain(names)) is not None


def _plain(names: str) -> str:
    words = CAMEL.sub("-", names).replace("_", "-").lower()
    return WRAPPERS.sub(" ", " ".join(re.sub(r"-+", "-", words).split()))
