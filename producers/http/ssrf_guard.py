"""The SSRF guard: checks the addresses of a host when a connection is made, after DNS and again after every
redirect."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv6Address, ip_address

import httpcore

from config.errors import FetchError
from config.settings import Network
from producers.http.global_unicast import Address, is_global_unicast, perhaps_carried

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]
LOOKUPS_AT_ONCE = 64
LATER = {socket.EAI_AGAIN, socket.EAI_SYSTEM, socket.EAI_MEMORY}


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Connects only to an address that was checked, so that a name server that changes its answer (DNS rebinding)
    gains nothing. Raises FetchError `dns`, `dns-temporary` or `private-address`."""

    def __init__(self, allowed: Sequence[Network], resolve: Resolve | None = None) -> None:
        self._allowed = allowed
        self._resolve = resolve or Lookup()
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._addresses(host, port, timeout)
        each = timeout / len(addresses) if timeout else None
        for address in addresses[:-1]:
            try:
                return await self._network.connect_tcp(
                    str(address), port, each, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(str(addresses[-1]), port, each, local_address, socket_options)

    async def connect_unix_socket(self, path: str, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
        raise FetchError("private-address", f"{path} is a socket of this machine")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _addresses(self, host: str, port: int, timeout: float | None) -> list[Address]:
        """Returns at least one address; all of them were checked."""
        try:
            async with asyncio.timeout(timeout):
                found = await self._resolve(host, port)
        except TimeoutError as error:
            raise FetchError("dns-temporary", f"no name server answers for {host}") from error
        open_to_us = [address for address in found if may_reach(address, self._allowed)]
        if not open_to_us:
            raise FetchError("private-address", f"{host} is {found[0]}, which LANTOA_ALLOW_NETWORKS excludes")
        return open_to_us


def may_reach(address: Address, allowed: Sequence[Network]) -> bool:
    """Allows global unicast and the networks of the settings, also where IPv6 spells them as ::ffff:. An inner
    address that a translator or a tunnel would lead to is refused, unless the IPv6 network itself is allowed."""
    if _is_allowed(address, allowed):
        return True
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped and _is_allowed(address.ipv4_mapped, allowed):
            return True
        if not all(map(is_global_unicast, perhaps_carried(address))):
            return False
    return is_global_unicast(address)


def _is_allowed(address: Address, allowed: Sequence[Network]) -> bool:
    return any(address in network for network in allowed if network.version == address.version)


class Lookup:
    """The system's resolver, in threads of its own: asyncio has few threads, which serve others too, and an
    unresponsive name server may block one for half a minute. Raises FetchError."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOKUPS_AT_ONCE, "dns")

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        except (OSError, UnicodeError) as error:
            later = isinstance(error, socket.gaierror) and error.errno in LATER
            reason = "dns-temporary" if later else "dns"
            raise FetchError(reason, f"{host} has no address: {error}") from error
        texts = dict.fromkeys(str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found)
        return [ip_address(text) for text in texts]
