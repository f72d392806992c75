"""Answers that no server should give, byte by byte, and what must stand after each of them."""

import asyncio
import select
import socket
import struct
from typing import Any

from feed_server import FeedServer, Handler, Misbehave
from fetching import Names, now, request, web_settings

from producers.http.fetch import Fetched, Fetcher

WELL = "<p>Đài Truyền thanh huyện Châu Thành A</p>".encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
HOST, BESIDE = "bao-xau.example", "bao-tot.example"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def names(**more: str) -> Names:
    known = {HOST: "127.0.0.1", BESIDE: "127.0.0.1"} | more
    return Names(**{name.replace(".", "_"): [address] for name, address in known.items()})


def outlived(server: FeedServer, answer: bytes | Misbehave, **stated: Any) -> Fetched:
    """What became of the fault. Meanwhile another host was served, and afterwards the same one."""
    server.answers |= {"/xau": answer, "/tot": WELL}
    asked = (("/xau", HOST), ("/tot", BESIDE), ("/tot", HOST))
    return asyncio.run(outlive(*(server.url(path, host) for path, host in asked), **stated))


async def outlive(fault: str, beside: str, after: str, **stated: Any) -> Fetched:
    resolve = stated.pop("resolve", None) or names()
    async with Fetcher(web_settings(**{"fetch_timeout": 1} | stated), now, resolve=resolve) as fetcher:
        found, meanwhile = await asyncio.gather(*(fetcher.fetch(request(url)) for url in (fault, beside)))
        afterwards = await fetcher.fetch(request(after))
    for good in (meanwhile, afterwards):
        assert (good.error, good.body) == (None, WELL)
    return found


def raw(*parts: bytes) -> Misbehave:
    """These bytes, then the end of the connection."""

    def answer(handler: Handler) -> None:
        _close_after(handler)
        for part in parts:
            handler.wfile.write(part)

    return answer


def raw_open(data: bytes) -> Misbehave:
    """These bytes, then nothing more, until the other side has had enough."""

    def answer(handler: Handler) -> None:
        _close_after(handler)
        handler.wfile.write(data)
        _until_left(handler)

    return answer


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Misbehave:
    """`piece` again and again; a `pause` in seconds makes it slow."""

    def answer(handler: Handler) -> None:
        _close_after(handler)
        handler.wfile.write(head)
        while not handler.server.feeds.closing.wait(pause):
            handler.wfile.write(piece)

    return answer


def half_closed(data: bytes) -> Misbehave:
    """These bytes, then the end of its own half; it goes on listening."""

    def answer(handler: Handler) -> None:
        _close_after(handler)
        handler.wfile.write(data)
        handler.connection.shutdown(socket.SHUT_WR)
        _until_left(handler)

    return answer


def reset(data: bytes) -> Misbehave:
    """These bytes, then a reset in the place of an end."""

    def answer(handler: Handler) -> None:
        _close_after(handler)
        handler.wfile.write(data)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)

    return answer


def chunks(*pieces: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


def _close_after(handler: Handler) -> None:
    handler.close_connection = True


def _until_left(handler: Handler) -> None:
    while not handler.server.feeds.closing.is_set():
        if select.select([handler.connection], [], [], 0.02)[0]:
            return
