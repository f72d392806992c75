"""Recognises global unicast addresses, and the IPv4 address that an IPv6 one may carry. The tables are our own, since
Python's differ by version.

Sources: IANA's IPv4 and IPv6 Special-Purpose Address Registries
(https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry), in full, including
anycast entries that are reachable from everywhere: no outlet uses them.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

SPECIAL_IPV4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by a carrier's customers
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local, and the metadata of clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # relays of 6to4, deprecated
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarking
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, with broadcast
        ),
    )
)
GLOBAL_IPV6 = IPv6Network("2000::/3")  # an address outside of it is not global unicast (RFC 4291)
SPECIAL_IPV6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, benchmarking, AMT, AS112, ORCHID, drones …
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: leads where a relay wants
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)
OPEN_CARRIERS = (
    IPv6Network("::ffff:0:0/96"),  # IPv4-mapped
    IPv6Network("64:ff9b::/96"),  # NAT64
)  # these lead to the IPv4 address itself; other carriers lead to no public address
ISATAP = (0x0000_5EFE, 0x0200_5EFE)  # bits 64 to 95
SHORT_PREFIXES = (32, 40, 48, 56, 64)  # NAT64 prefixes (RFC 6052); the octet at bit 64 is skipped, and zero
U_OCTET = 0xFF << 56


def is_global_unicast(address: Address) -> bool:
    """An IPv6 address that carries an IPv4 address is judged by the latter."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in SPECIAL_IPV4)
    if any(address in network for network in OPEN_CARRIERS):
        return is_global_unicast(_last_bits(address))
    return address in GLOBAL_IPV6 and not any(address in network for network in SPECIAL_IPV6)


def perhaps_carried(address: IPv6Address) -> Iterator[IPv4Address]:
    """Yields the inner addresses that a global one might carry: a network's own NAT64 prefix cannot be known from
    outside.

    With a prefix shorter than 96 bits, the bits after the address must be zero, as RFC 6052 requires; else whole
    subnets of ordinary hosts would look like NAT64. Addresses that a translator or tunnel would not forward are left
    out: 0.0.0.0/8, which every short `::1` would otherwise match, and multicast.
    """
    number = int(address)
    found = []
    if (number >> 32) & 0xFFFF_FFFF in ISATAP or not number & U_OCTET:
        found.append(_last_bits(address))
    found += [
        _behind(address, length)
        for length in SHORT_PREFIXES
        if not number & U_OCTET and not number & _suffix(length)
    ]
    return (each for each in found if 0x0100_0000 <= int(each) < 0xE000_0000)


def _last_bits(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFF_FFFF)


def _behind(address: IPv6Address, length: int) -> IPv4Address:
    """Returns the IPv4 address after a prefix of this length, without the skipped octet."""
    octets = address.packed[:8] + address.packed[9:]
    start = length // 8
    return IPv4Address(octets[start : start + 4])


def _suffix(length: int) -> int:
    """Returns a mask of the bits after the IPv4 address."""
    return (1 << (128 - length - 32 - 8)) - 1 if length < 96 else 0
