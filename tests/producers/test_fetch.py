"""One GET: connections that are kept, conditions, redirects, and servers that break HTTP."""

import asyncio
import gzip
from dataclasses import replace
from hashlib import sha256
from importlib.metadata import version

import brotli
import pytest
import zstandard
from feed_server import (
    after,
    hang_up,
    leftovers,
    redirect,
    status,
    then_hang_up,
    with_headers,
)
from fetching import Names, fetch, reason, request, web_settings

from config.errors import SettingsError

PAGE = "<p>Tỉnh ủy quán triệt Nghị quyết số 29-NQ/TW</p>".encode()
BLANK = b" " * (40 << 20)


def test_one_connection_serves_a_host(server):
    server.answers |= {"/a": PAGE, "/b": PAGE, "/c": status(404), "/d": redirect("/a")}
    found = fetch(*(server.url(path) for path in ("/a", "/b", "/c", "/d")))
    assert [each.status for each in found] == [200, 200, 404, 200]
    assert server.connections == 1
    assert found[0].http_version == "HTTP/1.1"


def test_a_kept_connection_that_was_closed_meanwhile_is_no_failure(server):
    server.answers |= {"/a": then_hang_up(PAGE), "/b": then_hang_up(PAGE)}
    found = fetch(server.url("/a"), server.url("/b"), server.url("/a"))
    assert [each.body for each in found] == [PAGE] * 3
    assert len(server.times("/a") + server.times("/b")) == 3


def test_a_question_that_is_hung_up_on_is_asked_again_once_on_another_connection(server):
    server.answers |= {"/a": PAGE, "/b": hang_up}
    good, bad = fetch(server.url("/a"), server.url("/b"))
    assert (reason(good), reason(bad)) == ("", "disconnected")
    assert len(server.times("/b")) == 2


def test_what_an_answer_leaves_on_its_connection_spoils_no_other(server):
    server.answers |= {"/a": leftovers(PAGE * 2, len(PAGE)), "/b": PAGE}
    found = fetch(server.url("/a"), server.url("/b"))
    assert [each.body for each in found] == [PAGE, PAGE]


@pytest.mark.parametrize(
    ("encoding", "data"),
    [("gzip", gzip.compress(PAGE)), ("br", brotli.compress(PAGE)), ("zstd", zstandard.compress(PAGE))],
)
def test_what_is_asked_for_is_understood(server, encoding, data):
    server.answers["/a"] = with_headers(data, Content_Encoding=encoding)
    (found,) = fetch(server.url("/a"))
    assert found.body == PAGE
    assert encoding in server.asked[-1].headers["Accept-Encoding"]


def test_we_say_who_we_are(server):
    server.answers["/a"] = PAGE
    fetch(server.url("/a"), settings=web_settings(contact="bantuyengiao@haugiang.example"))
    assert {asked.headers["User-Agent"] for asked in server.asked} == {
        f"Lantoa/{version('lantoa')} (press office outreach tracker) (+bantuyengiao@haugiang.example)"
    }


@pytest.mark.parametrize(
    "contact", ["Phòng Tuyên giáo", "a b@c.vn", "a@c.vn\r\nX: y", "javascript:x", "ftp://c.vn"]
)
def test_a_contact_is_an_address(contact):
    with pytest.raises(SettingsError, match="LANTOA_CONTACT"):
        web_settings(contact=contact)


def test_no_cookie_is_kept(server):
    cookie = {"Set_Cookie": "a=b; Path=/; Max-Age=9999"}
    server.answers |= {
        "/a": with_headers(PAGE, **cookie),
        "/b": status(302, Location="/c", **cookie),
        "/c": PAGE,
    }
    fetch(server.url("/a"), server.url("/b"), server.url("/c"))
    assert len(server.asked) == 5
    assert not any("Cookie" in asked.headers for asked in server.asked)


def test_unchanged_pages_are_not_fetched_in_full_twice(server):
    server.answers["/a"] = PAGE
    (first,) = fetch(server.url("/a"))
    (second,) = fetch(request(server.url("/a"), etag=first.headers["etag"]))
    assert (second.status, second.not_modified, second.body) == (304, True, b"")
    assert [asked.whole for asked in server.asked if asked.path == "/a"] == [True, False]


def test_last_modified_is_a_condition_too(server):
    server.answers["/a"] = PAGE
    moment = "Fri, 20 Nov 2026 08:00:00 GMT"
    fetch(request(server.url("/a"), last_modified=moment))
    assert server.asked[-1].headers["If-Modified-Since"] == moment


def test_a_server_that_lies_about_changes_is_known_by_what_it_gives(server):
    server.conditional = False
    server.answers["/a"] = PAGE
    asked = request(server.url("/a"), etag='"x"', body_hash=sha256(PAGE).hexdigest())
    same, other = fetch(asked, replace(asked, body_hash=sha256(b"khac").hexdigest()))
    assert (same.status, same.not_modified, same.body) == (200, True, b"")
    assert (other.status, other.not_modified, other.body) == (200, False, PAGE)


def test_redirects_are_told(server):
    names = Names(bao_example=["127.0.0.1"], www_bao_example=["127.0.0.1"])
    server.answers |= {"/a": redirect(server.url("/b", "www.bao.example")), "/b": redirect("c"), "/c": PAGE}
    (found,) = fetch(server.url("/a", "bao.example"), resolve=names)
    assert [(hop.status, hop.address) for hop in found.redirects] == [
        (302, server.url("/a", "bao.example")),
        (302, server.url("/b", "www.bao.example")),
    ]
    assert (found.address, found.downgraded) == (server.url("/c", "www.bao.example"), False)


def test_after_five_redirects_it_is_a_loop(server):
    server.answers |= {f"/{n}": redirect(f"/{n + 1}") for n in range(7)} | {"/7": PAGE}
    five, six = fetch(server.url("/2"), server.url("/1"))
    assert (reason(five), reason(six), len(five.redirects)) == ("", "redirect-loop", 5)


def test_a_port_is_used_where_the_source_states_it(server):
    server.answers |= {"/a": PAGE, "/b": redirect(server.url("/a", "bao.example"))}
    names = Names(bao_example=["127.0.0.1"])
    stated, unstated = fetch(server.url("/b"), request(server.url("/a"), ports=()), resolve=Rebound(names))
    assert (reason(stated), reason(unstated)) == ("", "bad-port")


class Rebound:
    """127.0.0.1 as it is, other names as `names` says."""

    def __init__(self, names):
        self._names = names

    async def __call__(self, host, port):
        if host == "127.0.0.1":
            return await Names(**{"127_0_0_1": ["127.0.0.1"]})(host, port)
        return await self._names(host, port)


def test_a_name_that_changes_its_address_gains_nothing(server):
    """DNS rebinding: a public address for the check, a private one for the connection."""
    names = Names(bao_example=["127.0.0.1", "127.0.0.2"])
    server.answers["/a"] = with_headers(PAGE, Connection="close")
    first, second, third = fetch(*[server.url("/a", "bao.example")] * 3, resolve=names)
    assert [reason(each) for each in (first, second, third)] == ["", "private-address", "private-address"]
    assert names.asked == ["bao.example"] * 3
    assert len(server.times("/a")) == 1


@pytest.mark.parametrize(
    "address", ["::ffff:127.0.0.2", "::1", "127.0.0.2", "169.254.169.254", "64:ff9b::a00:1", "2002:7f00:1::"]
)
def test_a_name_that_leads_inside(server, address):
    (found,) = fetch(server.url("/a", "bao.example"), resolve=Names(bao_example=[address]))
    assert (reason(found), server.connections) == ("private-address", 0)


def test_proxies_of_the_environment_are_ignored(server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    server.answers["/a"] = PAGE
    (found,) = fetch(server.url("/a"))
    assert found.body == PAGE


def test_a_name_server_that_hangs_delays_nobody_else(server):
    class Hanging(Names):
        async def __call__(self, host, port):
            if host.startswith("hang"):
                await asyncio.sleep(30)
            return await super().__call__(host, port)

    server.answers["/a"] = after(0, PAGE)
    slow = [server.url("/a", f"hang{n}.example") for n in range(100)]
    *hung, quick = fetch(
        *slow, server.url("/a", "bao.example"), at_once=True, resolve=Hanging(bao_example=["127.0.0.1"])
    )
    assert {reason(each) for each in hung} == {"dns-temporary"}
    assert (reason(quick), quick.seconds < 1) == ("", True)
