"""Finds boxes by their labels: "Tin liên quan", "Xem thêm", "Đọc thêm"."""

import re
from collections.abc import Iterator
from unicodedata import normalize

from lxml.html import HtmlElement

from producers.parse.article.links import ARROWS, BLOCKS, is_mostly_links, letters, linked, words_in

LABEL = re.compile(
    r"(?:(?:các )?(?:tin|bài|tin tức|tin bài|tin, bài)(?: viết)? (?:liên quan|cùng [\w ]{3,20}|khác|mới(?: nhất| hơn)?|cũ hơn"
    r"|đọc nhiều|xem nhiều|nổi bật|nóng|đã đưa)|xem thêm|đọc thêm|(?:mời|kính mời) (?:quý )?(?:độc giả |bạn đọc |bạn )?"
    r"(?:đón )?(?:đọc|xem)(?: thêm)?|có thể bạn quan tâm|bạn (?:có thể )?quan tâm|có thể bạn muốn (?:đọc|xem)|"
    r"cùng (?:chuyên mục|chủ đề|sự kiện)|đọc nhiều(?: nhất)?|xem nhiều(?: nhất)?|liên quan|tin đáng đọc|"
    r"bình luận|ý kiến (?:bạn đọc|của bạn|phản hồi)|từ khóa|từ khoá|tags?|chia sẻ|gợi ý (?:cho bạn|đọc)|theo dòng sự kiện)\b"
)
BEGINNING = 150  # characters of a text in which a label is looked for; letters may have marks of their own
INDENTED = 500  # the same with line ends and indentation
LONGEST = 60  # letters of a label with the text after it
LINKS = 0.5  # share of letters in links, from which on the text after a label belongs to the box


def labelled(root: HtmlElement, kept: set[HtmlElement]) -> Iterator[HtmlElement]:
    for element in root.iter(*BLOCKS, "strong", "b", "span", "a"):
        if element in kept or not (label := _label(element)):
            continue
        if letters(element) - linked(element) > label + 5 or letters(element) > 20 * LONGEST:
            continue  # a sentence that begins with the same words
        box = _box(element, kept)
        yield box
        if linked(box) == 0:
            yield from _followers(box, kept)


def _label(element: HtmlElement) -> int:
    """Returns the number of letters of the label at the beginning; 0 without one."""
    beginning = " ".join(words_in(element).lstrip()[:INDENTED].split())[:BEGINNING]
    found = LABEL.match(normalize("NFC", beginning).lower().lstrip(ARROWS))
    return sum(map(str.isalnum, found[0])) if found else 0


def _box(element: HtmlElement, kept: set[HtmlElement]) -> HtmlElement:
    """Returns the largest element that begins with the label."""
    while (
        (parent := element.getparent()) is not None and parent not in kept and _begins_with(parent, element)
    ):
        element = parent
    return element


def _begins_with(parent: HtmlElement, element: HtmlElement) -> bool:
    if (parent.text or "").strip(ARROWS):
        return False
    for sibling in element.itersiblings(preceding=True):
        if letters(sibling) or (sibling.tail or "").strip(ARROWS):
            return False
    return True


def _followers(box: HtmlElement, kept: set[HtmlElement]) -> Iterator[HtmlElement]:
    for sibling in box.itersiblings():
        if sibling in kept or (letters(sibling) and not is_mostly_links(sibling, LINKS)):
            return
        yield sibling
