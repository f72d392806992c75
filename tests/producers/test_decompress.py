"""Decompression with a limit."""

import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard

from config.errors import FetchError
from producers.http.decompress import MOST_MEMBERS, ZSTD_WINDOW, Body

TEXT = b"Ngh" * 1000
RAW = zlib.compressobj(wbits=-zlib.MAX_WBITS)
RAW_DEFLATE = RAW.compress(TEXT) + RAW.flush()
ZSTD = zstandard.compress(TEXT)
BLANK = b" " * (64 << 20)
FAR_BACK = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
BOMBS = {
    "gzip": gzip.compress(BLANK),
    "br": brotli.compress(BLANK, quality=5),
    "zstd": zstandard.compress(BLANK),
}


@pytest.mark.parametrize(
    ("encoding", "data"),
    [("", TEXT), ("identity", TEXT), ("gzip", gzip.compress(TEXT)), ("x-gzip", gzip.compress(TEXT)),
     ("deflate", zlib.compress(TEXT)), ("deflate", RAW_DEFLATE), ("GZIP", gzip.compress(TEXT) + b"\0\0"),
     ("gzip", gzip.compress(TEXT[:1500]) + gzip.compress(TEXT[1500:])), ("br", brotli.compress(TEXT)),
     ("zstd", ZSTD), ("zstd", zstandard.compress(TEXT[:1500]) + zstandard.compress(TEXT[1500:]))],
)  # fmt: skip
@pytest.mark.parametrize("piece", [1, 7, 100_000])
def test_every_encoding_in_pieces(encoding, data, piece):
    body = Body(encoding, len(TEXT))
    for start in range(0, len(data), piece):
        body.feed(data[start : start + piece])
    assert body.finish() == TEXT


NO_CODINGS = (
    "aws-chunked", "UTF-8", "utf8", "none", "None", "identity", "text/html", "text/html; charset=utf-8", "binary", "8bit", "plain",
    "null", "undefined", "*", " ", ",", '"identity"', "application/rss+xml", "iso-8859-1", "chunked", "không",
)  # fmt: skip


@pytest.mark.parametrize("stated", NO_CODINGS)
def test_what_names_no_coding_is_passed_over(stated):
    """Browsers and other readers of feeds take the body as it is; beside a coding, what it is packed by still counts."""
    assert inflate(stated, TEXT) == TEXT
    for listed in (f"gzip, {stated}", f"{stated},gzip", f"{stated}, GZIP ;q=1, {stated}"):
        assert inflate(listed, gzip.compress(TEXT)) == TEXT, listed


@pytest.mark.parametrize("encoding", ["", "gzip", "br", "zstd", "aws-chunked", "compress", "gzip, gzip"])
def test_an_empty_answer(encoding):
    assert Body(encoding, 10).finish() == b""


@pytest.mark.parametrize(
    ("encoding", "data"),
    [("", TEXT), ("gzip", gzip.compress(TEXT)), ("br", brotli.compress(TEXT)), ("zstd", ZSTD)],
)
def test_the_limit_counts_what_comes_out(encoding, data):
    body = Body(encoding, len(TEXT) - 1)
    with pytest.raises(FetchError) as caught:
        body.feed(data)
    assert caught.value.reason == "too-large"
    cut = Body(encoding, len(TEXT) - 1, cut=True)
    cut.feed(data)
    assert (cut.finish(), cut.full) == (TEXT[:-1], True)


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_takes_little_more_memory_than_the_limit(encoding):
    tracemalloc.start()
    with pytest.raises(FetchError, match="more than 2 MiB"):
        Body(encoding, 2 << 20).feed(BOMBS[encoding])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 24 << 20


def test_an_endless_answer_of_nothing():
    body, nothing = Body("gzip", 10_000), gzip.compress(b"")
    for _ in range(10_000 // len(nothing)):
        body.feed(nothing)
    with pytest.raises(FetchError) as caught:
        body.feed(nothing)
    assert caught.value.reason == "too-large"


@pytest.mark.parametrize(
    ("encoding", "data", "reason"),
    [("gzip", gzip.compress(TEXT)[:-9], "truncated"), ("br", brotli.compress(TEXT)[:-1], "truncated"),
     ("zstd", ZSTD[:-1], "truncated"), ("gzip", TEXT, "bad-compression"), ("br", TEXT, "bad-compression"),
     ("zstd", TEXT, "bad-compression"), ("gzip", gzip.compress(b"") * (MOST_MEMBERS + 1), "bad-compression"),
     ("zstd", zstandard.ZstdCompressor(compression_params=FAR_BACK).compressobj().compress(BLANK), "bad-compression"),
     ("zstd", zstandard.compress(b"") * (MOST_MEMBERS + 1), "bad-compression"),
     ("compress", TEXT, "unknown-encoding"), ("gzip, deflate", TEXT, "unknown-encoding"),
     ("gzip, gzip", gzip.compress(gzip.compress(TEXT)), "unknown-encoding"), ("zstd, identity, zstd", ZSTD, "unknown-encoding"),
     ("dcb", TEXT, "unknown-encoding"), ("X-Compress", TEXT, "unknown-encoding"), ("compress, aws-chunked", TEXT, "unknown-encoding"),
     ("gzip, compress", gzip.compress(TEXT), "unknown-encoding")],
)  # fmt: skip
def test_what_goes_wrong(encoding, data, reason):
    with pytest.raises(FetchError) as caught:
        inflate(encoding, data)
    assert caught.value.reason == reason


def test_the_window_of_rfc_9659_is_enough_for_what_servers_send():
    long = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    data = long.compress(TEXT * 3000) + long.flush()
    assert inflate("zstd", data, 15 << 20) == TEXT * 3000
    assert ZSTD_WINDOW == 8 << 20


def inflate(encoding, data, limit=1 << 20):
    body = Body(encoding, limit)
    body.feed(data)
    return body.finish()
