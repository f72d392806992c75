"""Pages at their worst: each is read or refused by name, in bounded time."""

import time

import pytest

from config.errors import PageError
from config.selectors import Selectors
from producers.parse.article.page_article import ExpectedPiece
from producers.parse.article.read import read_article

SECONDS = 20.0  # of the processor; each takes two at most where nothing shares its caches
LD = b'<html><h1>T</h1><script type="application/ld+json">'
PAGES = {
    "nested": b"<html><body><h1>T</h1>" + b"<div>" * 2_000_000,
    "unclosed": "<html><h1>T</h1><p><b>Xin chào<div>".encode() * 100_000,
    "ten million letters": b"<html><p>" + b"a " * 5_000_000,
    "paragraphs": b"<html><h1>T</h1>" + b"<p>x</p>" * 1_200_000,
    "teasers": b"<html><h1>T</h1>" + "<h3><a href=/a>Xin chào các bạn nhé</a></h3>".encode() * 14_000,
    "nested teasers": ("<div><h3><a href=/x>Xin chào các bạn</a></h3>" * 600 + "</div>" * 600).encode() * 15,
    "labels": b"<html><h1>T</h1>" + "<p>Xem thêm</p>".encode() * 29_000,
    "attributes": b"<html><div " + b" ".join(b"a%d=1" % n for n in range(800_000)) + b"><p>x</p>",
    "comments": b"<html>" + b"<!--" * 2_500_000,
    "null bytes": b"<html><p>\0\0" * 500_000,
    "half a null": b"<html><h1>T</h1><p>Xin ch\xc3\xa0o\0 c\xe1\xba\xa1n</p>",
    "deep json": LD + b'{"a":' * 1_000_000 + b"</script><p>x",
    "many nodes": LD
    + b"["
    + b'{"@type":"NewsArticle","articleBody":"xin chao "},' * 200_000
    + b"]</script><p>x",
    "long json": LD + b'{"@type":"NewsArticle","articleBody":"' + b'\\"' * 2_000_000 + b"</script><p>x",
    "tables": b"<html><h1>T</h1>" + b"<table><tr><td>" * 300_000,
    "brackets": b"<html><p>" + b"<" * 4_000_000,
    "scripts": b"<html><p>x" + b"<script " * 500_000,
    "spaces": b"<html><p>a" + b" " * 4_000_000 + b"b",
    "bytes": bytes(range(128, 256)) * 80_000,
    "wrong charset": "<html><p>Xin chào".encode("utf-16-le"),
    "no end": b"<html><body><p>Xin ch",
    "entities": b"<html><p>" + b"&#x110000;&eacute;&bogus;" * 100_000,
    "surrogates": b"<html><p>\xed\xa0\x80 x &#xD800; y</p>",
}


@pytest.mark.parametrize("selectors", [None, Selectors(title="h1", body="body p, p", drop=("div div",))], ids=["alone", "selected"])  # fmt: skip
@pytest.mark.parametrize("name", PAGES)
def test_read_or_refused_in_bounded_time(name, selectors):
    began = time.process_time()
    assert outcome(PAGES[name], selectors) in {"read", "no-text", "not-html", "wrong-encoding"}
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("link", ["http://[bad/x", "//[", "http://[::1", "https://a:b:c/"])
@pytest.mark.parametrize(
    "place",
    ['<link rel="canonical" href="{}">', '<link rel="next" href="{}">', '<meta property="og:url" content="{}">',
     '<a href="{}">2</a>', '<nav><a href="{}">Tin</a></nav>'],
)  # fmt: skip
def test_an_address_that_is_none_costs_no_page(place, link):
    title, text = "Phụng Hiệp họp bàn", "Chiều nay, các xã họp bàn việc đưa nghị quyết vào cuộc sống. " * 5
    body = f"<html><title>{title}</title>{place.format(link)}<article><h1>{title}</h1><p>{text}</p></article></html>"
    asked = ExpectedPiece("https://bao.example/a-1.html", title, "")
    assert text.strip() in read_article(body.encode(), "text/html", asked.url, None, asked).text


def outcome(body, selectors):
    try:
        article = read_article(body, "text/html", "https://bao.example/1", selectors)
    except PageError as error:
        return error.reason
    f"{article.title}{article.lead}{article.text}".encode()  # what no message can carry is not in it
    return "read"
