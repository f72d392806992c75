"""Sitemaps as sites really write them."""

import gzip

import pytest

from config.errors import FeedError
from config.programme import Source
from producers.parse.kinds import FetchedDocument, read

ADDRESS = "https://bao.example/sitemap.xml"
SITEMAP = Source(id="bao-sitemap", kind="sitemap", url=ADDRESS)
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
URLSET = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {NEWS}>'
DATED = "<news:news><news:publication_date>2026-11-24</news:publication_date><news:title>{}</news:title></news:news>"


def sitemap(body, content_type="application/xml"):
    return read(
        SITEMAP, FetchedDocument(body if isinstance(body, bytes) else body.encode(), content_type, ADDRESS)
    )


def urlset(*urls, start=URLSET):
    return f"{start}{''.join(f'<url>{url}</url>' for url in urls)}</urlset>"


def loc(number):
    return f"<loc>https://bao.example/tin-{number}.html</loc>"


def pages(found):
    return [entry.url for entry in found.entries]


@pytest.mark.parametrize(
    "start",
    [
        URLSET,
        "<urlset>",
        '<urlset xmlns="http://www.google.com/schemas/sitemap/0.84">',
        '<urlset xmlns:news="http://sai.example/khong-phai">',
        f'<?xml version="1.0" encoding="utf-8"?><?xml-stylesheet href="/s.xsl"?>\n<!-- máy tạo <url> -->{URLSET}',
        f'<?xml version="1.0" encoding="utf-16"?>{URLSET}',
    ],
)
def test_namespaces_missing_or_wrong(start):
    found = sitemap(urlset(loc(1) + DATED.format("Học tập Nghị quyết"), start=start))
    (one,) = found.entries
    assert (one.title, one.dates, found.problem) == ("Học tập Nghị quyết", ("2026-11-24",), None)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://bao.example/a?b=1&c=2", "https://bao.example/a?b=1&c=2"),
        ("https://bao.example/a?b=1&amp;c=2", "https://bao.example/a?b=1&c=2"),
        ("\n  https://bao.example/a b.html\n", "https://bao.example/a b.html"),
        ("<![CDATA[https://bao.example/x?y=1&z=2]]>", "https://bao.example/x?y=1&z=2"),
        ("//bao.example/tin", "https://bao.example/tin"),
        ("/tin", "https://bao.example/tin"),
        ("https://bao.example/?p=7", "https://bao.example/?p=7"),
    ],
)
def test_addresses_as_they_come(written, url):
    assert pages(sitemap(urlset(f"<loc>{written}</loc>"))) == [url]


@pytest.mark.parametrize(
    "written", ["", "https://bao.example", "https://bao.example/#top", "ftp://bao.example/a", "http://[bad/"]
)
def test_what_is_no_page_of_a_piece_is_left_out(written):
    assert pages(sitemap(urlset(f"<loc>{written}</loc>", loc(1)))) == ["https://bao.example/tin-1.html"]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Cải cách &amp; mở cửa", "Cải cách & mở cửa"),
        ("Cải cách &amp;amp; mở cửa", "Cải cách & mở cửa"),
        ("<![CDATA[Hỏi &quot;đáp&quot; về Đảng]]>", 'Hỏi "đáp" về Đảng'),
        ("Nghị quyết&nbsp;57", "Nghị quyết 57"),
        ("", ""),
    ],
)
def test_titles_as_they_come(written, title):
    (one,) = sitemap(urlset(loc(1) + DATED.format(written))).entries
    assert one.title == title


def test_a_title_of_a_picture_is_not_the_title_of_its_page():
    picture = "<image:image><image:title>Quang cảnh</image:title></image:image>"
    (one,) = sitemap(urlset(loc(1) + picture)).entries
    assert one.title == ""


def test_the_day_of_a_change_is_no_day_of_publication():
    (one,) = sitemap(urlset(loc(1) + "<lastmod>2026-11-24</lastmod>")).entries
    assert (one.dates, one.modified) == ((), "2026-11-24")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (gzip.compress(urlset(loc(1)).encode()), "application/gzip"),
        (gzip.compress(urlset(loc(1)).encode()), "text/xml; charset=utf-8"),
        (urlset(loc(1)).encode("utf-16"), "text/xml"),
        (b"\xef\xbb\xbf\n" + urlset(loc(1)).encode(), ""),
    ],
)
def test_bytes_in_any_dress(body, content_type):
    assert pages(sitemap(body, content_type)) == ["https://bao.example/tin-1.html"]


@pytest.mark.parametrize(
    ("body", "reason", "entries"),
    [
        (urlset(loc(1), loc(2))[:-30], "truncated", 1),
        (urlset(loc(1), "<loc>https://bao.example/a</url>", loc(2)), None, 3),
        (urlset(loc(1), "<loc>https://bao.example/a</locc>", loc(2)), None, 3),
        (urlset(loc(1), loc(2)).replace("</url>", "", 1), None, 2),
        (urlset(loc(1), "<a>" * 300 + loc(2), loc(3)), "malformed", 1),
        (urlset(*map(loc, range(50_001))), "too-many-entries", 50_000),
        (urlset(loc(1)).replace("</urlset>", "<a>" * 500 + "</urlset>"), None, 1),
    ],
)
def test_a_broken_one_is_taken_as_far_as_it_goes(body, reason, entries):
    found = sitemap(body)
    assert len(found.entries) == entries
    assert (found.problem.reason if found.problem else None) == reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (urlset(), "empty"),
        ("<sitemapindex></sitemapindex>", "empty"),
        ("<html><body>404</body></html>", "not-a-sitemap"),
        ('<rss version="2.0"><channel/></rss>', "not-a-sitemap"),
        ("https://bao.example/tin-1.html\n", "not-a-sitemap"),
        (b"\x1f\x8bkhong phai gzip", "bad-compression"),
        (gzip.compress(urlset(*map(loc, range(99))).encode())[:-40], "truncated"),
        (URLSET + "<url>", "truncated"),
    ],
)
def test_what_is_no_sitemap(body, reason):
    with pytest.raises(FeedError) as caught:
        sitemap(body)
    assert caught.value.reason == reason


def test_a_bomb_gives_what_stands_in_front_of_it():
    bomb = URLSET.encode() + f"<url>{loc(1)}</url>".encode() + b" " * (200 << 20)
    found = sitemap(gzip.compress(bomb, 1))
    assert pages(found) == ["https://bao.example/tin-1.html"]
    assert found.problem is not None
    assert found.problem.reason == "too-large"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE urlset [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE urlset [<!ENTITY l8 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE urlset [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x; <!ENTITY l8 "a">]>',
    ],
)
def test_entities_expand_to_nothing(doctype):
    found = sitemap(doctype + urlset(loc(1) + DATED.format("x&l8;")))
    assert [entry.title for entry in found.entries] == ["x&l8;"]


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["<!--", "<![CDATA[", "&#", "<url>", "<url><loc>", "</", "<!DOCTYPE a ["])
def test_a_piece_without_end_costs_no_time(piece):
    body = URLSET + piece * ((2 << 20) // len(piece))
    with pytest.raises(FeedError):
        sitemap(body)
