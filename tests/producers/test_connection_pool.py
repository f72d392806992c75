"""Connections that are kept: each host has its own, and those of idle hosts are closed."""

import asyncio

import httpx
import psutil
import pytest
from feed_server import after
from fetching import Names, web_settings

from producers.http.connection_pool import ConnectionPool

HOSTS = [f"bao{n}.example" for n in range(5)]


def through(server, *hosts, at_once=False, **kept):
    """How many connections to the server are open after one request to each of the hosts."""
    names = Names(**{host.replace(".", "_"): ["127.0.0.1"] for host in HOSTS})

    async def ask(pool, host):
        url = httpx.URL(f"http://{host}:{server.port}/a")
        async with pool.get(url, {}, silent) as answer:
            assert await answer.aread() == b"<p>a</p>"

    async def run():
        async with ConnectionPool(web_settings(), (), names, **kept) as pool:
            if at_once:
                await asyncio.gather(*(ask(pool, host) for host in hosts))
            else:
                for host in hosts:
                    await ask(pool, host)
            return open_to(server.port)

    found = asyncio.run(run())
    assert open_to(server.port) == 0
    return found


async def silent(_event, _details):
    pass


def open_to(port):
    connections = psutil.Process().net_connections("tcp")
    return sum(bool(c.raddr) and c.raddr.port == port and c.status == "ESTABLISHED" for c in connections)


@pytest.mark.parametrize(
    ("hosts", "kept", "connections"),
    [
        ([HOSTS[0]] * 4, {}, 1),
        (HOSTS, {}, 5),
        (HOSTS, {"kept_hosts": 2}, 2),
        ([*HOSTS, HOSTS[0]], {"kept_hosts": 2}, 2),
        (HOSTS, {"kept_seconds": 0}, 0),
    ],
    ids=["one host", "several hosts", "only as many hosts", "a host that comes again", "for no time"],
)
def test_connections_of_idle_hosts_are_kept_for_a_while(server, hosts, kept, connections):
    server.answers["/a"] = b"<p>a</p>"
    assert through(server, *hosts, **kept) == connections


def test_hosts_that_come_in_turn_find_their_connections(server):
    """Also where there are more of them than may be kept."""
    server.answers["/a"] = b"<p>a</p>"
    before = server.connections
    assert through(server, *HOSTS, *HOSTS, *HOSTS, kept_hosts=3) == 3
    assert server.connections - before == 3 + 3 * 2


def test_a_host_that_is_being_asked_is_never_closed(server):
    """Neither by other hosts nor by its own other requests."""
    server.answers["/a"] = after(0.3, b"<p>a</p>")
    assert through(server, *HOSTS, *HOSTS, at_once=True, kept_hosts=1) >= 1
