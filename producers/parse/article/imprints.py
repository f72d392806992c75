"""Finds imprints, which name a site's publisher, licence and address: they are on every page, and are longer than a
brief."""

import re
from collections.abc import Iterator
from unicodedata import normalize

from lxml.html import HtmlElement

from producers.parse.article.links import BLOCKS

WORDS = re.compile(
    r"giấy phép|cơ quan chủ quản|cơ quan của|tổng biên tập|bản quyền|©|copyright|ghi rõ nguồn|tòa soạn|toà soạn|"
    r"đường dây nóng|chịu trách nhiệm|ban biên tập|điện thoại|\btel\b|\bfax\b|e-?mail|địa chỉ|phát hành lại"
)
ENOUGH = 3  # different words; an article may well contain one or two
LONGEST = 900  # characters


def imprints(root: HtmlElement, _kept: set[HtmlElement]) -> Iterator[HtmlElement]:
    for element in root.iter(*BLOCKS, "center", "span", "font"):
        text = "".join(element.itertext())
        if len(text) <= LONGEST and len(set(WORDS.findall(normalize("NFC", text).lower()))) >= ENOUGH:
            yield element
