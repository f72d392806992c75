"""Charsets of pages: stated, wrongly stated, not stated, and those from before Unicode."""

from unicodedata import normalize

import pytest
from viparse.normalize.encodings import CHARMAPS

from config.errors import PageError
from producers.parse.article.charset import decode_page
from producers.parse.article.read import read_article

SENTENCE = (
    "Ban Thường vụ Tỉnh ủy tổ chức hội nghị trực tuyến quán triệt Nghị quyết số 59-NQ/TW về hội nhập quốc tế; "
    "các cấp ủy đảng tập trung tuyên truyền sâu rộng đến cán bộ, đảng viên và nhân dân trong toàn tỉnh."
)
PAGE = "<html><head>{meta}<title>Tin</title></head><body><div class='noidung'><h1>Tin</h1><p>{text}</p></div></body></html>"
TONES = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text):
    """As keyboards write it: the letter with its hat, then the tone."""
    written = []
    for letter in text:
        parts = normalize("NFD", letter)
        tone = "".join(part for part in parts if part in TONES)
        written.append(normalize("NFC", "".join(part for part in parts if part not in TONES)) + tone)
    return "".join(written).encode("cp1258")


def of_old(name):
    inverse = {letter: signs for signs, letter in CHARMAPS[name].pairs}
    return "".join(inverse.get(letter, letter) for letter in SENTENCE).encode("latin-1")


def page(written, meta=""):
    head, tail = PAGE.format(meta=meta, text="|").encode().split(b"|")
    return head + written + tail


@pytest.mark.parametrize(
    ("written", "meta", "content_type"),
    [
        (SENTENCE.encode(), "", "text/html"),
        (SENTENCE.encode(), '<meta charset="iso-8859-1">', "text/html; charset=windows-1252"),
        (normalize("NFC", SENTENCE).encode(), "", "text/html; charset=utf-16"),
        (windows_1258(SENTENCE), "", "text/html; charset=windows-1258"),
        (windows_1258(SENTENCE), '<meta charset="windows-1258">', "text/html; charset=iso-8859-1"),
        (windows_1258(SENTENCE), '<meta http-equiv="Content-Type" content="text/html; charset=windows-1258">', ""),
        (windows_1258(SENTENCE), "", ""),
        (of_old("viscii"), '<meta charset="viscii">', ""),
        (of_old("viscii"), "", "text/html; charset=iso-8859-1"),
        (of_old("tcvn3"), "", ""),
        (of_old("tcvn3"), '<meta charset="x-user-defined">', ""),
        (of_old("tcvn3").decode("latin-1").encode(), "<style>p {font-family: .VnTime}</style>", "text/html; charset=utf-8"),
        (of_old("vni"), "", "text/html; charset=windows-1252"),
        (of_old("vni").decode("latin-1").encode("ascii", "xmlcharrefreplace"), "<style>p {font-family: VNI-Times}</style>", ""),
    ],
)  # fmt: skip
def test_letters_are_those_that_were_written(written, meta, content_type):
    article = read_article(page(written, meta), content_type, "https://bao.example/1", None)
    assert SENTENCE in article.text


@pytest.mark.parametrize("bom", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_decides(bom):
    text = PAGE.format(meta='<meta charset="windows-1258">', text=SENTENCE)
    assert SENTENCE in decode_page(text.encode(bom), "text/html; charset=iso-8859-1")


@pytest.mark.parametrize("body", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, SENTENCE.encode("utf-16-le")])
def test_garbage_is_refused(body):
    with pytest.raises(PageError) as caught:
        decode_page(body, "text/html")
    assert caught.value.reason == "wrong-encoding"


def test_another_language_stays_what_it_is():
    text = "<p>La información sobre la educación en España llegó más tarde a los pequeños pueblos.</p>"
    assert decode_page(text.encode("cp1252"), "text/html; charset=iso-8859-1") == text
