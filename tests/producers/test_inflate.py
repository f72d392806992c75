"""Decompression with a limit."""

import gzip
import zlib

import pytest

from config.errors import FetchError
from producers.inflate import Body

TEXT = b"Ngh" * 1000
RAW = zlib.compressobj(wbits=-zlib.MAX_WBITS)
RAW_DEFLATE = RAW.compress(TEXT) + RAW.flush()


@pytest.mark.parametrize(
    ("encoding", "data"),
    [("", TEXT), ("identity", TEXT), ("gzip", gzip.compress(TEXT)), ("x-gzip", gzip.compress(TEXT)),
     ("deflate", zlib.compress(TEXT)), ("deflate", RAW_DEFLATE), ("GZIP", gzip.compress(TEXT) + b"\0\0"),
     ("gzip", gzip.compress(TEXT[:1500]) + gzip.compress(TEXT[1500:]))],
)  # fmt: skip
@pytest.mark.parametrize("piece", [1, 7, 100_000])
def test_every_encoding_in_pieces(encoding, data, piece):
    body = Body(encoding, len(TEXT))
    for start in range(0, len(data), piece):
        body.feed(data[start : start + piece])
    assert body.finish() == TEXT


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_the_limit_counts_what_comes_out(encoding):
    body = Body(encoding, len(TEXT) - 1)
    with pytest.raises(FetchError) as caught:
        body.feed(gzip.compress(TEXT) if encoding else TEXT)
    assert caught.value.reason == "too-large"


@pytest.mark.parametrize(
    ("encoding", "data", "reason"),
    [("gzip", gzip.compress(TEXT)[:-9], "truncated"), ("gzip", TEXT, "bad-compression"),
     ("br", TEXT, "unknown-encoding"), ("gzip, deflate", TEXT, "unknown-encoding")],
)  # fmt: skip
def test_what_goes_wrong(encoding, data, reason):
    with pytest.raises(FetchError) as caught:
        inflate(encoding, data)
    assert caught.value.reason == reason


def inflate(encoding, data):
    body = Body(encoding, 1 << 20)
    body.feed(data)
    return body.finish()
