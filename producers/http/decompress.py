"""Decompresses a response up to a limit: a few bytes may expand to gigabytes."""

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli
import zstandard

from config.errors import FetchError

ENCODINGS = "gzip, deflate, br, zstd"
ASKED_FOR = {*ENCODINGS.split(", "), "x-gzip"}
NOT_ASKED_FOR = {  # codings that exist, by IANA's registry and by what servers send besides
    "aes128gcm", "bzip", "bzip2", "compress", "dcb", "dcz", "exi", "lz4", "lzma", "pack200-gzip", "peerdist", "sdch", "snappy",
    "x-bzip2", "x-compress", "x-lzma", "x-snappy-framed", "x-xz", "xpress", "xz",
}  # fmt: skip
AUTOMATIC = zlib.MAX_WBITS | 32  # gzip or zlib, by the header
RAW = -zlib.MAX_WBITS  # raw deflate, which some servers call deflate
ZSTD_WINDOW = 8 << 20  # bytes: the largest window that RFC 9659 lets a server require
ZSTD_PIECE = 256  # bytes of input a step; four of them may expand to 128 KiB
MOST_MEMBERS = 1000  # members of a joined gzip or zstd response


class Body:
    """Collects the decompressed body. `encoding` is the Content-Encoding; `limit` is in bytes. With `cut`, what lies
    beyond the limit is dropped and `full` is set."""

    def __init__(self, encoding: str, limit: int, *, cut: bool = False) -> None:
        self._decoder = _decoder(encoding)
        self._limit = limit
        self._cut = cut
        self._received = 0
        self._content = bytearray()
        self.full = False

    def feed(self, data: bytes) -> None:
        """Raises FetchError `too-large`, `bad-compression` or `unknown-encoding`."""
        self._received += len(data)
        if self._received > self._limit and not self._cut:  # also where almost nothing comes out of it
            raise self._too_large()
        try:
            for piece in self._decoder.pieces(data, self._room):
                self._add(piece)
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise FetchError("bad-compression", f"the answer cannot be decompressed: {error}") from error

    def finish(self) -> bytes:
        """Raises FetchError `truncated`."""
        if not self._decoder.complete and not self.full:
            raise FetchError("truncated", "the compressed answer ends in the middle")
        return bytes(self._content)

    def _room(self) -> int:
        """Returns one byte more than may come, so that a body that is too large shows."""
        return self._limit - len(self._content) + 1

    def _add(self, data: bytes) -> None:
        self._content += data
        self.full = len(self._content) > self._limit
        if self.full and not self._cut:
            raise self._too_large()
        del self._content[self._limit :]

    def _too_large(self) -> FetchError:
        return FetchError("too-large", f"more than {self._limit >> 20} MiB")


class _Room(Protocol):
    def __call__(self) -> int: ...


class _Decoder(Protocol):
    """`complete` is also true before any data: an empty response is not a broken one."""

    @property
    def complete(self) -> bool: ...

    def pieces(self, data: bytes, room: _Room) -> Iterator[bytes]: ...


class _Plain:
    complete = True

    def pieces(self, data: bytes, room: _Room) -> Iterator[bytes]:  # noqa: ARG002
        yield data


class _Refused:
    """A coding that is not supported. An empty body is accepted whatever coding is declared."""

    complete = True

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding

    def pieces(self, data: bytes, room: _Room) -> Iterator[bytes]:  # noqa: ARG002
        if data:
            raise FetchError("unknown-encoding", f"Content-Encoding {self._encoding!r} was not asked for")
        yield data


class _Zlib:
    def __init__(self) -> None:
        self._inflater: zlib._Decompress | None = None
        self._members = 0

    @property
    def complete(self) -> bool:
        return self._inflater is None or self._inflater.eof

    def pieces(self, data: bytes, room: _Room) -> Iterator[bytes]:
        """gzip files may be joined: after the end of one follows the next, or padding."""
        while data:
            if self._inflater is None or self._inflater.eof:
                if self._inflater and not data.strip(b"\0"):
                    return
                self._members = _count(self._members)
                self._inflater = zlib.decompressobj(_window(data))
            yield self._inflater.decompress(data, room())
            data = self._inflater.unused_data


class _Brotli:
    def __init__(self) -> None:
        self._inflater = brotli.Decompressor()
        self._begun = False

    @property
    def complete(self) -> bool:
        return not self._begun or self._inflater.is_finished()

    def pieces(self, data: bytes, room: _Room) -> Iterator[bytes]:
        self._begun = self._begun or bool(data)
        yield self._inflater.process(data, output_buffer_limit=room())


class _Zstd:
    """The library cannot limit the output of one call, so each call gets little input."""

    def __init__(self) -> None:
        self._inflater: zstandard.ZstdDecompressionObj | None = None
        self._members = 0

    @property
    def complete(self) -> bool:
        return self._inflater is None or self._inflater.eof

    def pieces(self, data: bytes, room: _Room) -> Iterator[bytes]:  # noqa: ARG002
        for start in range(0, len(data), ZSTD_PIECE):
            piece = data[start : start + ZSTD_PIECE]
            while piece:
                if self._inflater is None or self._inflater.eof:
                    self._members = _count(self._members)
                    self._inflater = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
                yield self._inflater.decompress(piece)
                piece = self._inflater.unused_data if self._inflater.eof else b""


def _decoder(encoding: str) -> _Decoder:
    """Supports one coding; a server that declares a second one is not believed. A name that is no coding
    (`aws-chunked`, `UTF-8`, `none`) is ignored, as browsers do."""
    match [name for name in _named(encoding) if name in ASKED_FOR or name in NOT_ASKED_FOR]:
        case []:
            return _Plain()
        case ["gzip" | "x-gzip" | "deflate"]:
            return _Zlib()
        case ["br"]:
            return _Brotli()
        case ["zstd"]:
            return _Zstd()
    return _Refused(encoding)


def _named(encoding: str) -> list[str]:
    """Returns the names of a header: `GZIP;q=1, "utf-8"` → gzip, utf-8."""
    return [each.partition(";")[0].strip().strip("\"'").strip().lower() for each in encoding.split(",")]


def _count(members: int) -> int:
    if members >= MOST_MEMBERS:
        raise FetchError("bad-compression", f"more than {MOST_MEMBERS} compressed files in one answer")
    return members + 1


def _window(data: bytes) -> int:
    """Chooses by the first two bytes: gzip's magic, or zlib's method and checksum (RFC 1950)."""
    gzip = data[0] == 0x1F
    framed = data[0] & 0x0F == 8 and (len(data) == 1 or int.from_bytes(data[:2]) % 31 == 0)
    return AUTOMATIC if gzip or framed else RAW
