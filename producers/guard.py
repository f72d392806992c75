"""Where fetching may go: the address is checked after DNS, at connect, so that no redirect or rebinding gets past."""

import ipaddress
import socket
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import httpcore

from config.errors import FetchError

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


class GuardedBackend(httpcore.SyncBackend):
    """Connects to public addresses and to the networks that the settings allow."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = resolve(host, port)
        for address in addresses:
            if not may_reach(address, self._allowed):
                raise FetchError(
                    "private-address", f"{host} is {address}, a private address; see LANTOA_ALLOW_NETWORKS"
                )
        return super().connect_tcp(str(addresses[0]), port, timeout, local_address, socket_options)


def resolve(host: str, port: int) -> list[Address]:
    """Raises FetchError when the name has no address."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError("dns", f"{host} has no address: {error}") from error
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def may_reach(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether an address is public, or in a network that the office allows."""
    inner = getattr(address, "ipv4_mapped", None) or address
    if any(inner in network for network in allowed):
        return True
    tunnel = isinstance(inner, IPv6Address) and (inner.sixtofour or inner.teredo)
    return inner.is_global and not inner.is_multicast and not tunnel
