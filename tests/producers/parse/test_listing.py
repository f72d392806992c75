"""Pages that list pieces, by selectors."""

import pytest

from config.errors import FeedError
from config.programme import Source
from producers.parse.kinds import FetchedDocument, read

ADDRESS = "https://bao.example/chuyen-muc/xay-dung-dang"
ROW = '<li class="tin"><a href="/{0}.html">Chi bộ ấp {0} sinh hoạt chuyên đề</a><i>{0}/11/2026</i></li>'
ROWS = "".join(ROW.format(number) for number in (21, 22, 23))


def listing(html, **selectors):
    stated = {"item": "li.tin", "link": "a", "date": "i"} | selectors
    source = Source.model_validate({"id": "bao", "kind": "listing", "url": ADDRESS, "listing": stated})
    body = html if isinstance(html, bytes) else f"<html><body><ul>{html}</ul></body></html>".encode()
    return read(source, FetchedDocument(body, "text/html", ADDRESS))


def test_the_words_of_the_link_are_the_title_where_no_other_is_stated():
    assert [(e.url, e.title, e.dates) for e in listing(ROWS).entries] == [
        (f"https://bao.example/{n}.html", f"Chi bộ ấp {n} sinh hoạt chuyên đề", (f"{n}/11/2026",))
        for n in (21, 22, 23)
    ]


@pytest.mark.parametrize(
    ("html", "selectors", "expected"),
    [
        ('<a class="tin" href="/a"> Tin  một </a>', {"item": "a.tin", "link": "@href", "date": None},
         ("https://bao.example/a", "Tin một", ())),
        ('<li class="tin" data-url="/a"><b title="Tin một">Tin…</b><i>1/11/2026</i></li>',
         {"link": "@data-url", "title": "b@title"}, ("https://bao.example/a", "Tin một", ("1/11/2026",))),
        ('<li class="tin"><a href="a.html">Tin &amp; bài</a><i data-time="2026-11-24 07:30">2 giờ trước</i></li>',
         {"date": "i@data-time"}, ("https://bao.example/chuyen-muc/a.html", "Tin & bài", ("2026-11-24 07:30",))),
        ('<li class="tin"><a href="/a" title="Tin một"><img src="1.jpg"></a><i>1/11/2026</i></li>',
         {"title": "a@title"}, ("https://bao.example/a", "Tin một", ("1/11/2026",))),
        ('<li class="tin"><a href="/a">Tin một</a><i>\n 7:30 |\n 24/11/2026 </i></li>',
         {}, ("https://bao.example/a", "Tin một", ("7:30 | 24/11/2026",))),
    ],
)  # fmt: skip
def test_selectors(html, selectors, expected):
    (one,) = listing(html, **selectors).entries
    assert (one.url, one.title, one.dates) == expected


def test_the_picture_and_the_words_of_a_piece_are_one_entry():
    picture = '<li class="tin"><a href="/21.html"><img src="1.jpg"></a></li>'
    first, *others = listing(picture + ROWS).entries
    assert (first.title, len(others)) == ("Chi bộ ấp 21 sinh hoạt chuyên đề", 2)


@pytest.mark.parametrize(
    ("pager", "more"),
    [
        ('<a rel="next" href="?trang=2">Sau</a>', (f"{ADDRESS}?trang=2",)),
        ('<link rel="next" href="/chuyen-muc/xay-dung-dang/trang-2.html">', (f"{ADDRESS}/trang-2.html",)),
        ('<a rel="next" href="/chuyen-muc/xay-dung-dang">Sau</a>', ()),
        ('<a rel="next" href="javascript:tiep()">Xem thêm</a>', ()),
        ("", ()),
    ],
)
def test_the_next_page(pager, more):
    assert listing(ROWS + pager, next="[rel=next]").more == more


@pytest.mark.parametrize(
    ("selectors", "lost", "entries"),
    [
        ({"item": "div.bai-viet"}, "item", 0),
        ({"link": "h3 a"}, "link", 0),
        ({"title": ".tieu-de"}, "title", 3),
        ({"date": ".ngay"}, "date", 3),
    ],
)
def test_a_selector_that_matches_nothing_is_named(selectors, lost, entries):
    found = listing(ROWS, **selectors)
    assert found.problem is not None
    assert (found.problem.reason, len(found.entries)) == ("selector-drift", entries)
    assert f"`{lost}" in str(found.problem)


def test_more_items_than_anybody_lists():
    found = listing("".join(ROW.format(number) for number in range(2001)))
    assert len(found.entries) == 2000
    assert found.problem is not None
    assert found.problem.reason == "too-many-entries"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b'<html><body><div id="app"></div><script>render()</script></body></html>', "no-text"),
        (b"%PDF-1.7 khong phai trang", "not-html"),
    ],
)
def test_what_is_no_page(body, reason):
    with pytest.raises(FeedError) as caught:
        listing(body)
    assert caught.value.reason == reason


def test_a_page_from_before_unicode():
    body = f'<html><head><meta charset="windows-1258"></head><body><ul>{ROWS}</ul></body></html>'
    found = listing(body.encode("cp1258", errors="xmlcharrefreplace"))
    assert len(found.entries) == 3
