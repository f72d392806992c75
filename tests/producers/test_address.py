"""Which addresses may be asked, by their text."""

import httpx
import pytest

from config.errors import FetchError
from producers.http.address import checked, host_of, stated_ports


@pytest.mark.parametrize(
    ("text", "address"),
    [("https://baohaugiang.com.vn/chinh-tri", "https://baohaugiang.com.vn/chinh-tri"),
     ("HTTP://NhanDan.vn", "http://nhandan.vn"), (" https://vov.vn/rss \n", "https://vov.vn/rss"),
     ("https://vov.vn:443/a#cuoi", "https://vov.vn/a"), ("http://vov.vn:8080/a", "http://vov.vn:8080/a"),
     ("https://vov.vn/Tin tức?q=a b", "https://vov.vn/Tin%20t%E1%BB%A9c?q=a%20b"),
     ("https://báo.vn/", "https://xn--bo-mia.vn/"), ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/")],
)  # fmt: skip
def test_good_ones(text, address):
    assert str(checked(text, (8080,))) == address


@pytest.mark.parametrize(
    "text",
    ["", "vov.vn/rss", "//vov.vn/", "ftp://vov.vn/", "file:///etc/passwd", "javascript:alert(1)", "data:,x",
     "gopher://vov.vn/", "http://", "http:///a", "http://./", "http://a:b@vov.vn/", "http://vov.vn@127.0.0.1/",
     "http://@vov.vn/", "http://127.0.0.1\\@vov.vn/", "http://vov.vn\\.evil.example/", "https://vov.vn/a\\b",
     "http://vov.vn/\r\nHost: x", "http://vov.vn/\x00", "http://vo\tv.vn/", "http://vov.vn/\x7f", "http://[::1/",
     "http://[fe80::1%25eth0]/", "http://vov.vn:http/",
     "http://vov vn/", "http://vov.vn/" + "a" * 2048],
)  # fmt: skip
def test_bad_ones(text):
    with pytest.raises(FetchError) as caught:
        checked(text)
    assert caught.value.reason == "bad-address"


@pytest.mark.parametrize(
    "text",
    [
        "http://vov.vn:22/",
        "https://vov.vn:8443/",
        "http://vov.vn:25/",
        "http://vov.vn:99999/",
        "http://vov.vn:-1/",
        "http://vov.vn:0/",
    ],
)
def test_ports_that_nobody_stated(text):
    with pytest.raises(FetchError) as caught:
        checked(text, (8080,))
    assert caught.value.reason == "bad-port"


@pytest.mark.parametrize(
    ("location", "address"),
    [("/b?c", "https://vov.vn/b?c"), ("b", "https://vov.vn/a/b"), ("//nhandan.vn/x", "https://nhandan.vn/x"),
     ("?trang=2", "https://vov.vn/a/?trang=2"), ("http://vov.vn/a/", "http://vov.vn/a/"), ("", "https://vov.vn/a/")],
)  # fmt: skip
def test_where_a_redirect_leads(location, address):
    assert str(checked(location, onto=httpx.URL("https://vov.vn/a/"))) == address


@pytest.mark.parametrize(
    "location", ["\\\\evil.example/", "/\\evil.example", "//a@evil.example/", "mailto:a@b.vn"]
)
def test_where_a_redirect_may_not_lead(location):
    with pytest.raises(FetchError) as caught:
        checked(location, onto=httpx.URL("https://vov.vn/a/"))
    assert caught.value.reason == "bad-address"


@pytest.mark.parametrize(
    ("url", "host", "ports"),
    [("https://www.VOV.vn/a", "vov.vn", ()), ("http://vov.vn.:8080/", "vov.vn", (8080,)),
     ("http://m.vov.vn:80", "m.vov.vn", (80,)), ("http://[::1]:81/", "::1", (81,)), ("http://[x", "http://[x", ()),
     ("http://vov.vn:abc/", "vov.vn", ())],
)  # fmt: skip
def test_host_and_stated_ports(url, host, ports):
    assert (host_of(url), stated_ports(url)) == (host, ports)
