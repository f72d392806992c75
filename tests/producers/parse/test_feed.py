"""Bytes into entries."""

import codecs
import json

import pytest
from feed_text import entry, rss

from config.errors import FeedError
from config.programme import Source
from producers.parse.kinds import FetchedDocument
from producers.parse.kinds import read as read_kind

ADDRESS = "https://bao.example/rss/home.rss"
FEED = Source(id="bao", kind="feed", url=ADDRESS)
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title>Tin</title>
<id>urn:1</id><link rel="alternate" href="/tin-1"/><updated>2026-07-28T18:50:00+07:00</updated>
<summary>Lời dẫn</summary><content type="html">&lt;p&gt;Nội dung&lt;/p&gt;</content></entry></feed>""".encode()


def read(body: bytes, content_type: str = "application/xml"):
    return read_kind(FEED, FetchedDocument(body, content_type, ADDRESS))


def test_rss():
    feed = read(
        rss(entry(1, description="<p>Lời <b>dẫn</b></p>", guid="g1", category="A", enclosure="/1.mp3"))
    )
    (one,) = feed.entries
    assert (one.title, one.lead, one.text, one.guid) == ("Tin số 1", "Lời dẫn", "", "g1")
    assert one.url == "https://bao.example/tin-1.html"
    assert one.dates == ("Tue, 28 Jul 2026 18:50:00 +0700",)
    assert (one.enclosures[0].url, one.is_audio, one.categories) == (
        "https://bao.example/1.mp3",
        True,
        ("A",),
    )


def test_atom_with_a_relative_address():
    (one,) = read(ATOM).entries
    assert (one.url, one.lead, one.text) == ("https://bao.example/tin-1", "Lời dẫn", "Nội dung")
    assert one.dates == ("2026-07-28T18:50:00+07:00",)


def test_a_text_that_is_summary_as_well_stands_once():
    body = ATOM.replace("<summary>Lời dẫn</summary>".encode(), b"")
    (one,) = read(body).entries
    assert (one.lead, one.text) == ("", "Nội dung")


def test_a_guid_that_is_no_address_is_no_page():
    (one,) = read(rss(entry(1, link=None, guid="tap-1"))).entries
    assert (one.url, one.guid) == (None, "tap-1")


@pytest.mark.parametrize(
    ("link", "url"),
    [("\n https://bao.example/a b.html \n", "https://bao.example/a b.html"), ("javascript:void(0)", None),
     ("http://[bad/", None), ("//bao.example/x", "https://bao.example/x")],
)  # fmt: skip
def test_links_as_they_come(link, url):
    (one,) = read(rss(entry(1, link=link))).entries
    assert one.url == url


def test_an_enclosure_that_is_no_address_spoils_nothing():
    assert read(rss(entry(1, enclosure="http://[bad/"), entry(2))).entries[0].enclosures == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (rss(), "empty"),
        ("<!DOCTYPE html><html><body><p>Xin chào</p></body></html>".encode(), "not-a-feed"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "empty"),
        (b'{"version": "2.0", "items": []}', "not-a-feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"}', "malformed"),
        (b'{"version": ' + b"[" * 100_000, "malformed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "wrong-encoding"),
        (rss(entry(1))[:60], "truncated"),
        (rss(entry(1, title="Nghị quyết")).decode().encode("utf-16-le"), "wrong-encoding"),
        (rss(entry(1, title="Về Đề án")).decode().encode("cp1258", errors="replace"), "wrong-encoding"),
        (b"<rss version='2.0'><channel>" + b"<a>" * (1 << 20) + b"</channel></rss>", "malformed"),
    ],
)
def test_what_is_no_feed(body, reason):
    with pytest.raises(FeedError) as caught:
        read(body)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (rss(entry(1, title="Nghị quyết")), "text/xml; charset=iso-8859-1"),
        (rss(entry(1, title="Nghị quyết")), "text/xml"),
        (rss(entry(1, title="Nghị quyết")).replace(b"utf-8", b"windows-1258"), ""),
        (codecs.BOM_UTF8 + rss(entry(1, title="Nghị quyết")), ""),
        (rss(entry(1, title="Nghị quyết")).decode().encode("utf-16"), "application/xml; charset=utf-8"),
        (rss(entry(1, title="Nghị quyết")).replace(b"utf-8", b"no-such-code"), ""),
    ],
)
def test_the_bytes_say_what_they_are(body, content_type):
    assert read(body, content_type).entries[0].title == "Nghị quyết"


def test_one_broken_character_does_not_cost_a_feed():
    body = rss(*(entry(n) for n in range(30))).replace(
        "Nội dung số 29".encode(), "Nội dung sốạ".encode()[:-1]
    )
    assert len(read(body).entries) == 30


def test_the_complete_entries_of_a_truncated_feed_are_kept():
    feed = read(rss(entry(1), entry(2))[:-60])
    assert [one.title for one in feed.entries] == ["Tin số 1"]
    assert feed.problem is not None
    assert feed.problem.reason == "truncated"


def test_more_entries_than_anybody_publishes():
    feed = read(rss(*(entry(n) for n in range(2001))))
    assert len(feed.entries) == 2000
    assert feed.problem is not None
    assert feed.problem.reason == "too-many-entries"


@pytest.mark.parametrize("body", [b"/etc/passwd", b"http://127.0.0.1:1/", b"file:///etc/passwd"])
def test_content_that_names_a_place_is_not_followed(body):
    with pytest.raises(FeedError, match="neither RSS nor Atom"):
        read(body)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>',
        f'<!DOCTYPE rss [<!ENTITY l8 "{"ha" * 50_000}">]>',
        '<!DOCTYPE rss [<!ENTITY l8 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x; <!ENTITY l8 "a">]>',
    ],
)
def test_entities_expand_to_nothing_dangerous(doctype):
    body = f'{doctype}<rss version="2.0"><channel><item><title>x{"&l8;" * 100}</title></item></channel></rss>'
    try:
        feed = read(body.encode())
    except FeedError:
        return
    assert all(len(one.title) < 100_000 and "root:" not in one.title for one in feed.entries)


@pytest.mark.parametrize(
    ("links", "more"),
    [
        ('<link rel="next" href="/rss?trang=2"/>', ("https://bao.example/rss?trang=2",)),
        ('<link rel="prev-archive" href="/2025.xml"/><link rel="next" href="/2.xml"/>',
         ("https://bao.example/2.xml", "https://bao.example/2025.xml")),
        ('<link rel="next" href="/rss/home.rss"/><link rel="next-archive" href="/moi.xml"/>', ()),
        ('<link rel="next" href="http://[bad/"/><link rel="next"/>', ()),
    ],
)  # fmt: skip
def test_older_pages_of_a_feed(links, more):
    assert read(ATOM.replace(b"<entry>", links.encode() + b"<entry>")).more == more


def json_feed(*items, **more):
    return json.dumps({"version": "https://jsonfeed.org/version/1", "items": items} | more).encode()


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"id": 7}, (None, "7", "")),
        ({"id": "x", "url": "tin 1.html"}, ("https://bao.example/rss/tin 1.html", "x", "")),
        ({"id": "x", "url": "http://[bad/"}, (None, "x", "")),
        ({"id": ["x"], "title": None}, (None, "", "")),
        ({"id": "x", "title": "Hỏi\u0000 \n đáp\ud800"}, (None, "x", "Hỏi đáp")),
        ({"id": "x", "tags": 5, "attachments": [3, {"url": 4}], "title": "a < b"}, (None, "x", "a < b")),
        ({"id": "x", "external_url": "https://bao-khac.example/1"}, (None, "x", "")),
    ],
)
def test_items_of_a_json_feed_as_they_come(item, expected):
    (one,) = read(json_feed(item)).entries
    assert (one.url, one.guid, one.title) == expected


def test_what_is_no_item_of_a_json_feed_is_told():
    found = read(json_feed({"id": "1"}, None, "2"))
    assert len(found.entries) == 1
    assert "2 of 3" in str(found.problem)
