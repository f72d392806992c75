"""https: certificates count always, old TLS is put up with where an outlet states it, HTTP/2 in good and ill health."""

import ssl
import time
from datetime import UTC, datetime
from socket import create_server
from threading import Thread

import pytest
import trustme
from certificates import serving
from feed_server import FeedServer, redirect
from fetching import Names, fetch, reason, request, web_settings
from h2_server import OK, page
from small_programme import outlet_of, programme_of

from producers.http.connection_pool import LEGACY, tls_context

PAGE = "<p>Báo Ấp Bắc</p>".encode()
NAMES = Names(bao_example=["127.0.0.1"])


@pytest.fixture
def h2(h2):
    h2.answers["/a"] = page(PAGE)
    return h2


def test_a_good_certificate(authority, trusted):
    with FeedServer(tls=serving(authority, "bao.example")) as server:
        server.answers["/a"] = PAGE
        found = fetch(*[server.url("/a", "bao.example")] * 2, resolve=NAMES)
        assert [(each.body, each.http_version) for each in found] == [(PAGE, "HTTP/1.1")] * 2
        assert server.connections == 1


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [("khac.example", {}, "Hostname mismatch"), ("bao.example", {"not_after": datetime(2020, 1, 1, tzinfo=UTC)}, "expired"),
     ("bao.example", {"not_before": datetime(2050, 1, 1, tzinfo=UTC)}, "not yet valid")],
)  # fmt: skip
@pytest.mark.parametrize("legacy", [(), ("bao.example",)])
def test_a_bad_certificate_is_refused_with_clear_words(authority, trusted, name, more, words, legacy):
    with FeedServer(tls=serving(authority, name, **more)) as server:
        (found,) = fetch(server.url("/a", "bao.example"), resolve=NAMES, legacy_tls=legacy)
    assert (reason(found), words in str(found.error), server.asked) == ("certificate", True, [])


def test_an_unknown_authority_is_refused(trusted):
    with FeedServer(tls=serving(trustme.CA(), "bao.example")) as server:
        (found,) = fetch(server.url("/a", "bao.example"), resolve=NAMES)
    assert reason(found) == "certificate"
    assert "unable to get local issuer certificate" in str(found.error)


@pytest.mark.parametrize(
    ("legacy", "name"), [((), "tls-legacy"), (("bao.example",), "tls"), (("khac.vn",), "tls-legacy")]
)
def test_old_tls_is_put_up_with_where_it_is_stated(legacy, name):
    """A server of before 2010, as far as its first message: stated, the handshake goes on until it hangs up."""
    hello = bytes.fromhex("0303") + b"r" * 32 + b"\0" + bytes.fromhex("c02f00")
    message = b"\x02" + len(hello).to_bytes(3, "big") + hello
    record = b"\x16\x03\x03" + len(message).to_bytes(2, "big") + message

    def serve():
        wire, _ = listening.accept()
        with wire:
            wire.recv(65_536)
            wire.sendall(record + b"\x15\x03\x03\x00\x02\x02\x28")  # and a fatal alert: handshake failure

    with create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=serve)
        thread.start()
        url = f"https://bao.example:{listening.getsockname()[1]}/a"
        (found,) = fetch(url, resolve=NAMES, legacy_tls=legacy)
        thread.join()
    assert reason(found) == name


def test_old_tls_is_verified_all_the_same():
    usual, legacy = tls_context(), tls_context(legacy=True)
    assert (bool(usual.options & LEGACY), bool(legacy.options & LEGACY)) == (False, True)
    assert legacy.verify_mode == ssl.CERT_REQUIRED
    assert legacy.check_hostname


def test_an_outlet_states_it(tmp_path):
    old = outlet_of("apbac", "https://www.baoapbac.vn/rss", legacy_tls=True, hosts=["baoapbac.vn"])
    programme = programme_of(tmp_path, old, outlet_of("vov", "https://vov.vn/rss", hosts=["vov.vn"]))
    assert programme.legacy_tls_hosts == {"www.baoapbac.vn", "baoapbac.vn"}


def test_http2_on_one_connection(h2):
    found = fetch(*[h2.url("/a")] * 3, resolve=NAMES, at_once=True)
    assert [(each.body, each.http_version) for each in found] == [(PAGE, "HTTP/2")] * 3
    assert h2.connections == 1


def nonsense(stream):
    stream.wire.sendall(b"\0" * 4096)


def half_a_page(stream):
    stream.headers([*OK, ("content-length", "1000")])
    stream.data(PAGE, end=False)
    stream.reset()


def dripping(stream):
    stream.headers(OK)
    while not stream.closing.wait(0.05):
        stream.data(b" ", end=False)


@pytest.mark.parametrize(
    ("answer", "name"),
    [(lambda stream: stream.reset(), "disconnected"), (half_a_page, "disconnected"), (nonsense, "bad-http"),
     (lambda stream: stream.go_away(), "disconnected"), (lambda stream: stream.wire.close(), "disconnected"),
     (page(PAGE, ("content-length", "1000")), "bad-http"), (page(b"\0" * (15 << 20 | 1)), "too-large"),
     (lambda stream: stream.headers([*OK, *((f"x-{n}", "y" * 4000) for n in range(50))]), "too-many-headers"),
     (lambda stream: stream.headers([*OK, *((f"x-{n}", "y") for n in range(300))]), "too-many-headers"),
     (lambda stream: stream.headers([(":status", "hai")], end=True), "bad-http"), (dripping, "timeout"),
     (lambda _stream: None, "timeout"), (lambda stream: stream.headers([(":status", "503")], end=True), "http-503")],
)  # fmt: skip
def test_http2_in_ill_health(h2, answer, name):
    h2.answers["/evil"] = answer
    began = time.monotonic()
    settings = web_settings(fetch_timeout=1 if name == "timeout" else 20)
    evil, good = fetch(h2.url("/evil"), h2.url("/a"), resolve=NAMES, settings=settings)
    assert (reason(evil), good.body) == (name, PAGE)
    assert h2.asked.count("/evil") <= 2
    assert time.monotonic() - began < 30


def test_answers_that_nobody_reads_do_not_choke_a_connection(h2):
    """HTTP/2 lets a server send so much that nobody has read, and no more."""

    def long_way_to_say_no(stream):
        stream.headers([(":status", "404")])
        stream.data(b"x" * (1 << 20))

    h2.answers |= {"/no": long_way_to_say_no, "/long": page(PAGE * 5000)}
    *refused, good = fetch(*[h2.url("/no")] * 25, request(h2.url("/long")), resolve=NAMES)
    assert {reason(each) for each in refused} == {"http-404"}
    assert (reason(good), good.body) == ("", PAGE * 5000)


def test_a_redirect_to_http_is_noted(authority, trusted):
    with FeedServer(tls=serving(authority, "bao.example")) as safe, FeedServer() as plain:
        safe.answers["/a"] = redirect(plain.url("/b", "bao.example"))
        plain.answers["/b"] = PAGE
        (found,) = fetch(request(safe.url("/a", "bao.example"), ports=(safe.port, plain.port)), resolve=NAMES)
    assert (found.body, found.downgraded) == (PAGE, True)
