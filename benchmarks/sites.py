"""Synthetic outlets on the loopback, each at an address of its own, in a process of their own: `python -m
benchmarks.sites OUTLETS ENTRIES LATENCY`.

It prints its port, then, for every line that it reads, a report of what was requested since the last one.
"""

import asyncio
import gzip
import json
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any
from zlib import crc32

from benchmarks.pages import numbered_layouts

FIRST = 0x7F010001  # 127.1.0.1
MARK = "@@title@@"


def address(outlet: int) -> str:
    return ".".join(str(part) for part in (FIRST + outlet).to_bytes(4))


def title(host: str, number: int) -> str:
    return f"Tin số {number} của báo tại {host}"


def feed(outlet: int, port: int, entries: int) -> bytes:
    site, now = f"http://{address(outlet)}:{port}", format_datetime(datetime.now(UTC), usegmt=True)
    items = "".join(
        f"<item><title>{title(address(outlet), n)}</title><link>{site}/tin-{n}.html</link>"
        f"<pubDate>{now}</pubDate><description>Hai dòng của tin số {n}.</description></item>"
        for n in range(entries)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()
    )


class Log:
    """The requests to the sites: by site, when each response began and ended."""

    def __init__(self) -> None:
        self.times: dict[str, list[tuple[float, float]]] = {}
        self.kinds: Counter[str] = Counter()
        self.sent = 0

    def add(self, site: str, kind: str, began: float, until: float, size: int) -> None:
        self.times.setdefault(site, []).append((began, until))
        self.kinds[kind] += 1
        self.sent += size

    def report(self) -> dict[str, Any]:
        """`closest` is the seconds between two starts at one site; `at_once` the most at one site at the same
        time."""
        logs = [sorted(log) for log in self.times.values()]
        gaps = [b[0] - a[0] for log in logs for a, b in pairwise(log)]
        return {
            "kinds": self.kinds,
            "requests": self.kinds.total(),
            "megabytes": self.sent / 1e6,
            "closest": min(gaps, default=None),
            "at_once": max((_at_once(log) for log in logs), default=0),
        }


def _at_once(log: list[tuple[float, float]]) -> int:
    return max(sum(began <= start < until for began, until in log) for start, _ in log)


class Sites:
    def __init__(self, outlets: int, entries: int, latency: float) -> None:
        self.latency, self.log = latency, Log()
        self._outlets, self._entries = outlets, entries
        self._pages = numbered_layouts(MARK)
        self._feeds: dict[str, tuple[bytes, bytes]] = {}

    async def serve(self) -> None:
        loop = asyncio.get_running_loop()
        hosts = [address(outlet) for outlet in range(self._outlets)]
        first = await loop.create_server(lambda: Site(self), hosts[0], 0)
        port = first.sockets[0].getsockname()[1]
        if hosts[1:]:
            await loop.create_server(lambda: Site(self), hosts[1:], port, backlog=100)
        for outlet, host in enumerate(hosts):
            body = feed(outlet, port, self._entries)
            self._feeds[host] = body, b'"%s"' % sha256(body).hexdigest()[:16].encode()
        lines = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        print(port, flush=True)
        while await lines.readline():
            print(json.dumps(self.log.report()), flush=True)
            self.log = Log()

    def answer(self, host: str, head: bytes) -> tuple[str, bytes]:
        """Returns the kind and the bytes of the response."""
        path = head.split(b" ", 2)[1]
        if path == b"/rss":
            body, etag = self._feeds[host]
            if etag in head:
                return "304", b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % etag
            return "feed", _ok(b"application/rss+xml\r\nETag: " + etag, body)
        if path.startswith(b"/tin-"):
            number = int(path.removeprefix(b"/tin-").removesuffix(b".html"))
            page = self._pages[crc32(path) % len(self._pages)]
            page = page.replace(MARK.encode(), title(host, number).encode())
            return "page", _ok(b"text/html; charset=utf-8\r\nContent-Encoding: gzip", gzip.compress(page, 1))
        return "404", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Site(asyncio.Protocol):
    """A connection to one of the sites; each response comes after the latency."""

    def __init__(self, sites: Sites) -> None:
        self._sites, self._heard = sites, b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._host: str = transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            head, self._heard = self._heard.split(b"\r\n\r\n", 1)
            asyncio.get_running_loop().call_later(self._sites.latency, self._answer, head, time.monotonic())

    def _answer(self, head: bytes, began: float) -> None:
        kind, data = self._sites.answer(self._host, head)
        self._sites.log.add(self._host, kind, began, time.monotonic(), len(data))
        self._transport.write(data)


def _ok(kind: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (kind, len(body), body)


if __name__ == "__main__":
    asyncio.run(Sites(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])).serve())
