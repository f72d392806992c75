"""Text without markup, and without what is not the piece's own."""

import pytest

from producers.html_to_text import one_line, plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Nghị&nbsp;quyết   số 29", "Nghị quyết số 29"),
        ("<p>Một</p><p>Hai</p>", "Một\nHai"),
        ("Một<br/>Hai", "Một\nHai"),
        ("Một\nHai <b>ngh</b>ị quyết", "Một Hai nghị quyết"),
        ('<a href="x"><img src="y" alt="ảnh"/></a>Lời dẫn', "Lời dẫn"),
        ("<p>Lời dẫn</p><ul><li><a href='x'>Bài khác</a></li></ul>", "Lời dẫn"),
        ("<p>Lời dẫn</p><ul><li>Điểm <a href='x'>một</a></li></ul>", "Lời dẫn\nĐiểm một"),
        ("<figure><img/><figcaption>Chú thích</figcaption></figure>Lời", "Lời"),
        ("<script>alert(1)</script><style>p{}</style>Lời", "Lời"),
        ("Lãi suất < 5% & > 3%", "Lãi suất < 5% & > 3%"),
        ("Chương trình <Vì bạn>", "Chương trình <Vì bạn>"),
        ("Lời dẫn <!-- ẩn --> tiếp", "Lời dẫn tiếp"),
        ("<p>Lời dẫn</p><div><a href='http://cắt", "Lời dẫn"),
        ("<p>Lời dẫn</p><ul><li><a href='x'>Bài khác</a></l", "Lời dẫn"),
        ("<p>Dán từ Word<o:p></o:p>, ở <st1:place w:st='on'>Hà Nội</st1:place></p>", "Dán từ Word, ở Hà Nội"),
        ("Lời <picture><img src='a.webp'></picture>dẫn<frame src='/q'>", "Lời dẫn"),
        ("a\x00b\ud800c", "abc"),
        ("", ""),
        ("<p></p>", ""),
    ],
)
def test_what_a_reader_sees(html, text):
    assert plain_text(html) == text


def test_a_title_is_one_line():
    assert one_line("<p>Một</p>\n<p>Hai</p>") == "Một Hai"


def test_markup_deeper_than_the_stack():
    assert plain_text("<div>" * 20_000 + "đáy") in {"đáy", ""}
