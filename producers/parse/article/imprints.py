"""Finds imprints, which name a site's publisher, licence and address: they are on every page, and are longer than a
brief."""

import re
from collections.abc import Iterator
from unicodedata import normalize

from lxml.html import HtmlElement

from producers.parse.article.links import BLOCKS, words_in

WORDS = re.compile(
    r"giấy phép|cơ quan chủ quản|cơ quan của|tổng biên tập|bản quyền|©|copyright|ghi rõ nguồn|tòa soạn|toà soạn|"
    r"đường dây nóng|chịu trách nhiệm|ban biên tập|điện thoại|tel(?<=\btel)\b|fax(?<=\bfax)\b|e-?mail|địa chỉ|phát hành lại"
)
ENOUGH = 3  # different words; an article may well contain one or two
PLACES = (*BLOCKS, "center", "span", "font")
LONGEST = 900  # characters


def imprints(root: HtmlElement, _kept: set[HtmlElement]) -> Iterator[HtmlElement]:
    without: set[HtmlElement] = set()  # elements around which there was no such word
    for element in root.iter(*PLACES):
        if element in without or len(text := words_in(element)) > LONGEST:
            continue
        found = set(WORDS.findall(normalize("NFC", text).lower()))
        if len(found) >= ENOUGH:
            yield element
        elif not found:
            without.update(element.iter(*PLACES))
