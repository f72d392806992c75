"""Decompression that stops at a limit: a few bytes of gzip may stand for gigabytes."""

import zlib

from config.errors import FetchError

AUTOMATIC = zlib.MAX_WBITS | 32  # gzip or zlib, by the header
RAW = -zlib.MAX_WBITS  # what some servers call deflate


class Body:
    """Collects what is fed to it, decompressed. `encoding` is the Content-Encoding; `limit` is in bytes."""

    def __init__(self, encoding: str, limit: int) -> None:
        names = {name.strip().lower() for name in encoding.split(",")} - {"", "identity"}
        if names - {"gzip", "x-gzip", "deflate"} or len(names) > 1:
            raise FetchError("unknown-encoding", f"Content-Encoding {encoding!r} was not asked for")
        self._compressed = bool(names)
        self._inflater: zlib._Decompress | None = None
        self._limit = limit
        self._content = bytearray()

    def feed(self, data: bytes) -> None:
        """Raises FetchError `too-large` or `bad-compression`."""
        if not self._compressed:
            self._add(data)
        while self._compressed and data:
            data = self._inflate(data)

    def finish(self) -> bytes:
        """Raises FetchError `truncated`."""
        if self._inflater and not self._inflater.eof:
            raise FetchError("truncated", "the compressed answer ends in the middle")
        return bytes(self._content)

    def _inflate(self, data: bytes) -> bytes:
        """What follows the end of one member: gzip files may be joined."""
        if self._inflater is None or self._inflater.eof:
            if self._inflater and not data.strip(b"\0"):
                return b""  # padding
            self._inflater = zlib.decompressobj(_window(data))
        try:
            self._add(self._inflater.decompress(data, self._limit - len(self._content) + 1))
        except zlib.error as error:
            raise FetchError("bad-compression", f"the answer cannot be decompressed: {error}") from error
        return self._inflater.unused_data

    def _add(self, data: bytes) -> None:
        if len(self._content) + len(data) > self._limit:
            raise FetchError("too-large", f"more than {self._limit >> 20} MiB")
        self._content += data


def _window(data: bytes) -> int:
    """By the two bytes of the header: gzip's magic, or zlib's method and checksum (RFC 1950)."""
    gzip = data[0] == 0x1F
    framed = data[0] & 0x0F == 8 and (len(data) == 1 or int.from_bytes(data[:2]) % 31 == 0)
    return AUTOMATIC if gzip or framed else RAW
