"""Servers at their worst beside one that is well: each is named in the summary, nothing else is disturbed."""

import gzip
import time

import pytest
from feed_server import (
    after,
    cut_off,
    never_ending,
    redirect,
    silent,
    slow_headers,
    status,
    with_headers,
)
from feed_text import entry, rss
from small_programme import outlet_of

GOOD = rss(entry(1), entry(2))


def bomb():
    """Makes the input in the test that uses it, so that collecting the tests does not wait for it."""
    return gzip.compress(b" " * (200 << 20), 9)


def every_evil(server):
    """Path → what it answers and the reason under which it is named."""
    return {
        "/html.xml": (b"<!DOCTYPE html><html><body>Xin ch\xc3\xa0o</body></html>", "not-a-feed"),
        "/nothing.xml": (b"", "empty"),
        "/no-entries.xml": (rss(), "empty"),
        "/truncated.xml": (GOOD[:-200], "truncated"),
        "/cut.xml": (cut_off(GOOD), "truncated"),
        "/cut-gzip.xml": (with_headers(gzip.compress(GOOD)[:-20], Content_Encoding="gzip"), "truncated"),
        "/encoding.xml": (GOOD.decode().encode("utf-16-le"), "wrong-encoding"),
        "/large.xml": (GOOD + b" " * (20 << 20), "too-large"),
        "/bomb.xml": (with_headers(bomb(), Content_Encoding="gzip"), "too-large"),
        "/never.xml": (never_ending, "timeout"),
        "/silent.xml": (silent, "timeout"),
        "/headers.xml": (slow_headers, "timeout"),
        "/500.xml": (status(500), "http-500"),
        "/404.xml": (status(404), "http-404"),
        "/304.xml": (status(304), "http-304"),
        "/loop.xml": (redirect("/loop.xml"), "redirect-loop"),
        "/away.xml": (redirect("ftp://x.example/"), "bad-address"),
        "/inside.xml": (redirect(f"http://[::1]:{server.port}/good.xml"), "private-address"),
        "/brotli.xml": (with_headers(GOOD, Content_Encoding="br"), "bad-compression"),
        "/packed.xml": (with_headers(GOOD, Content_Encoding="compress"), "unknown-encoding"),
    }


def test_each_is_named_and_nothing_else_is_disturbed(ingest, server, topics):
    evils = every_evil(server)
    server.answers = {path: answer for path, (answer, _) in evils.items()} | {"/good.xml": GOOD}
    server.answers["/late.xml"] = after(0.3, rss(entry(3)))
    paths = {path.strip("/").removesuffix(".xml"): path for path in server.answers}
    told = []
    found = ingest(paths, on_result=told.append)
    assert {r.source.id: r.reason for r in found.results if r.status == "failed"} == {
        path.strip("/").removesuffix(".xml"): reason for path, (_, reason) in evils.items()
    }
    assert all(server.url("/") in r.message for r in found.results if r.status == "failed")
    well = {r.source.id: (r.status, r.new) for r in found.results if r.status != "failed"}
    assert well == {"good": ("ok", 2), "late": ("ok", 1)}
    assert sorted(r.source.id for r in told) == sorted(paths)
    fetched = {m["source"]: m["reason"] for m in topics(found, "lantoa.sources.fetched")}
    assert fetched == {r.source.id: r.reason for r in found.results}


def test_a_server_that_is_not_there(ingest, server, quick_settings):
    outlets = {
        "refused": "http://127.0.0.1:1/x.xml",
        "dns": "http://khong-co.invalid/x.xml",
        "tls": server.url("/"),
    }
    outlets["tls"] = outlets["tls"].replace("http:", "https:")
    found = ingest({}, outlets=[outlet_of(name, url) for name, url in outlets.items()])
    assert {r.source.id: r.reason for r in found.results} == {
        "refused": "refused",
        "dns": "dns",
        "tls": "tls",
    }


def test_private_addresses_are_refused_without_permission(ingest, server, quick_settings):
    server.answers["/a.xml"] = GOOD
    settings = quick_settings.model_copy(update={"allow_networks": ()})
    (result,) = ingest({"a": "/a.xml"}, settings=settings).results
    assert (result.reason, server.asked) == ("private-address", [])


def test_redirects_are_followed_within_reason(ingest, server):
    server.answers |= {"/a.xml": redirect("/b.xml"), "/b.xml": redirect("/c.xml"), "/c.xml": GOOD}
    (result,) = ingest({"a": "/a.xml"}).results
    assert (result.status, result.new) == ("ok", 2)


@pytest.mark.parametrize("path", ["/never.xml", "/headers.xml"])
def test_the_time_for_a_fetch_is_limited_in_total(ingest, server, quick_settings, path):
    server.answers |= {"/never.xml": never_ending, "/headers.xml": slow_headers}
    settings = quick_settings.model_copy(update={"fetch_timeout": 0.5})
    began = time.monotonic()
    (result,) = ingest({"a": path}, settings=settings).results
    assert (result.reason, time.monotonic() - began < 30) == ("timeout", True)
