"""Servers that break HTTP/1.1: each fault has its reason, and delays or spoils nothing else."""

import gzip
import time
from socket import create_server

import brotli
import pytest
import zstandard
from fetching import fetch, reason, web_settings
from hostile_answers import (
    CHUNKED,
    HEAD,
    HOST,
    WELL,
    chunks,
    endless,
    half_closed,
    names,
    outlived,
    raw,
    raw_open,
    reset,
)

BLANK = b" " * (40 << 20)
PACKED_BLANK = gzip.compress(BLANK, 1)
LENGTH = HEAD + b"Content-Length: %d\r\n\r\n"
ZSTD = zstandard.ZstdCompressor().compress


def packed(encoding, data):
    head = HEAD + b"Content-Encoding: " + encoding.encode() + b"\r\n"
    return raw(head + b"Content-Length: %d\r\n\r\n" % len(data), data)


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (raw(LENGTH % 5000, WELL), "truncated"),
        (raw_open(LENGTH % 5000 + WELL), "timeout"),
        (raw(LENGTH % (1 << 60), WELL), "truncated"),
        (raw_open(LENGTH % (1 << 60) + WELL), "timeout"),
        (raw(HEAD + b"Content-Length: 9999999999999999999999\r\n\r\n" + WELL), "bad-http"),
        (raw(HEAD + b"Content-Length: -5\r\n\r\n"), "bad-http"),
        (raw(HEAD + b"Content-Length: +5\r\n\r\nabcde"), "bad-http"),
        (raw(HEAD + b"Content-Length: 0x5\r\n\r\nabcde"), "bad-http"),
        (raw(HEAD + b"Content-Length: nam\r\n\r\nabcde"), "bad-http"),
        (raw(HEAD + b"Content-Length:\r\n\r\nabcde"), "bad-http"),
        (raw(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx"), "bad-http"),
        (raw(HEAD + b"Content-Length: 1, 2\r\n\r\nx"), "bad-http"),
        (half_closed(b""), "disconnected"),
        (half_closed(HEAD), "disconnected"),
        (half_closed(LENGTH % 5000 + WELL), "truncated"),
        (half_closed(CHUNKED + b"20\r\nQuan tri"), "truncated"),
        (reset(b""), "disconnected"),
        (reset(LENGTH % 5000 + WELL), "disconnected"),
        (raw_open(b""), "timeout"),
        (raw_open(HEAD), "timeout"),
        (raw_open(HEAD + b"\r\n" + WELL), "timeout"),
    ],
)
def test_lengths_and_ends_that_lie(server, answer, name):
    found = outlived(server, answer)
    assert (reason(found), found.body) == (name, b"")


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (raw(CHUNKED + b"zz\r\n"), "bad-http"),
        (raw(CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n"), "bad-http"),
        (raw(CHUNKED + b"\r\n\r\n"), "bad-http"),
        (raw(CHUNKED + b"5\r\nab"), "truncated"),
        (raw(CHUNKED + b"5\r\nabcdefgh\r\n0\r\n\r\n"), "bad-http"),
        (raw(CHUNKED + chunks(WELL)), "truncated"),
        (raw(CHUNKED + b"f" * 30 + b"\r\nabc"), "bad-http"),
        (raw_open(CHUNKED + b"ffffffff\r\nabc"), "timeout"),
        (raw_open(CHUNKED + b"5;" + b"x" * 200_000 + b"\r\nabcde\r\n0\r\n\r\n"), "too-many-headers"),
        (raw_open(CHUNKED + chunks(WELL) + b"0\r\n" + b"X-Sau: y\r\n" * 20_000), "too-many-headers"),
        (endless(CHUNKED, chunks(b" " * 65_536)), "too-large"),
        (endless(CHUNKED, chunks(b" ") * 10_000), "timeout"),
        (raw(HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunks(WELL)), "bad-http"),
        (raw(HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"), "bad-http"),
    ],
)
def test_chunks_that_lie(server, answer, name):
    found = outlived(server, answer)
    assert (reason(found), found.body) == (name, b"")


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (packed("gzip", PACKED_BLANK), "too-large"),
        (packed("br", brotli.compress(BLANK, quality=5)), "too-large"),
        (packed("zstd", ZSTD(BLANK)), "too-large"),
        (packed("gzip, gzip", gzip.compress(PACKED_BLANK)), "unknown-encoding"),
        (packed("gzip, br", brotli.compress(PACKED_BLANK)), "unknown-encoding"),
        (packed("zstd,zstd,zstd", ZSTD(ZSTD(ZSTD(BLANK)))), "unknown-encoding"),
        (packed("gzip", gzip.compress(WELL)[:-9]), "truncated"),
        (packed("br", gzip.compress(WELL, mtime=0)), "bad-compression"),
        (packed("gzip", gzip.compress(b"") * 2000), "bad-compression"),
        (packed("aes128gcm", WELL), "unknown-encoding"),
        (endless(HEAD + b"\r\n", b"tin " * 16_384), "too-large"),
        (endless(HEAD + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"")), "bad-compression"),
    ],
)
def test_bombs_and_bodies_without_end(server, answer, name):
    found = outlived(server, answer, fetch_timeout=4)
    assert (reason(found), found.body) == (name, b"")


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (raw(HEAD + b"".join(b"X-%d: y\r\n" % n for n in range(500)) + b"\r\n"), "too-many-headers"),
        (raw(HEAD + b"X: " + b"y" * 90_000 + b"\r\n\r\n"), "too-many-headers"),
        (raw(HEAD + b"Set-Cookie: a=b; Max-Age=9\r\n" * 300 + b"\r\n"), "too-many-headers"),
        (endless(HEAD, b"X-Rac: y\r\n" * 1000), "too-many-headers"),
        (endless(HEAD + b"X: ", b"y" * 1000), "too-many-headers"),
        (endless(HEAD, b"X-Cham: y\r\n", pause=0.1), "timeout"),
        (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "timeout"),
        (endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", pause=0.02), "timeout"),
        (raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"), "bad-http"),
        (raw(HEAD + b"Khong co hai cham\r\n\r\n"), "bad-http"),
        (raw(HEAD + b"X : y\r\n\r\n"), "bad-http"),
        (raw(HEAD + b"X: a\0b\r\n\r\n"), "bad-http"),
        (raw(b"HTTP/1.1 99 It\r\n\r\n"), "bad-http"),
        (raw(b"HTTP/1.1 1000 Nhieu\r\n\r\n"), "bad-http"),
        (raw(b"\r\n\r\n\r\n" + LENGTH % 1 + b"x"), "bad-http"),
        (raw(b"220 mail.bao.example ESMTP\r\n"), "disconnected"),
        (raw(b"\x15\x03\x01\x00\x02\x02\x50" * 20), "bad-http"),
        (raw(WELL + b"\n"), "disconnected"),
    ],
)
def test_heads_that_are_none(server, answer, name):
    found = outlived(server, answer)
    assert (reason(found), found.body) == (name, b"")


def test_a_byte_a_second_lasts_as_long_as_a_fetch_may_and_no_longer(server):
    """Each byte comes soon enough to look alive."""
    began = time.monotonic()
    found = outlived(server, endless(HEAD + b"\r\n", b"t", pause=1), fetch_timeout=3)
    assert (reason(found), 2.9 < found.seconds < 20) == ("timeout", True)
    assert time.monotonic() - began < 30
    hanging, beside = (next(a for a in server.asked if a.path == path) for path in ("/xau", "/tot"))
    assert beside.until < hanging.until


def test_a_host_that_takes_the_connection_and_does_not_speak_tls():
    with create_server(("127.0.0.1", 0)) as listening:
        url = f"https://{HOST}:{listening.getsockname()[1]}/a"
        (found,) = fetch(url, resolve=names(), settings=web_settings(fetch_timeout=1))
    assert (reason(found), found.seconds < 3) == ("timeout", True)
