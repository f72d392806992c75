"""Which addresses fetching may reach, decided at the connection itself: after DNS, and again after every redirect."""

import asyncio
import socket
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpcore

from config.errors import FetchError
from config.settings import Network

Address = IPv4Address | IPv6Address
NAT64 = ip_network("64:ff9b::/96")  # carries an IPv4 address in its last four bytes


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Raises FetchError `dns` or `private-address`; connects only to an address that was checked."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await _resolve(host, port)
        open_to_us = [a for a in addresses if may_reach(a, self._allowed)]
        if not open_to_us:
            raise FetchError(
                "private-address", f"{host} is {addresses[0]}, which LANTOA_ALLOW_NETWORKS excludes"
            )
        each = timeout / len(open_to_us) if timeout else None
        for address in open_to_us[:-1]:
            try:
                return await self._network.connect_tcp(
                    str(address), port, each, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(str(open_to_us[-1]), port, each, local_address, socket_options)

    async def connect_unix_socket(self, path: str, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
        raise FetchError("private-address", f"{path} is a socket of this machine")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def may_reach(address: Address, allowed: Iterable[Network]) -> bool:
    """Public addresses, and the networks that the settings allow; an IPv4 address inside of an IPv6 one counts."""
    inner = _inner(address)
    if any(a in network for a in {address, inner} for network in allowed if network.version == a.version):
        return True
    if isinstance(address, IPv6Address) and (address.sixtofour or address.teredo):
        return False  # tunnels lead where their relay wants
    return inner.is_global and not inner.is_multicast


def _inner(address: Address) -> Address:
    if isinstance(address, IPv6Address):
        if address in NAT64:
            return IPv4Address(address.packed[12:])
        return address.ipv4_mapped or address
    return address


async def _resolve(host: str, port: int) -> list[Address]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError("dns", f"{host} has no address: {error}") from error
    texts = dict.fromkeys(str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found)
    return [ip_address(text) for text in texts]
