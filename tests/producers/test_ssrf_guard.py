"""Which addresses fetching may reach."""

import asyncio
from ipaddress import ip_address, ip_network

import pytest

from config.errors import FetchError
from producers.http.ssrf_guard import GuardedNetwork, may_reach

# IANA's registries once more, written down for this test: (first, last) of every range that is not global unicast.
SPECIAL = (
    ("0.0.0.0", "0.255.255.255"), ("10.0.0.0", "10.255.255.255"), ("100.64.0.0", "100.127.255.255"),  # noqa: S104
    ("127.0.0.0", "127.255.255.255"), ("169.254.0.0", "169.254.255.255"), ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"), ("192.0.2.0", "192.0.2.255"), ("192.31.196.0", "192.31.196.255"),
    ("192.52.193.0", "192.52.193.255"), ("192.88.99.0", "192.88.99.255"), ("192.168.0.0", "192.168.255.255"),
    ("192.175.48.0", "192.175.48.255"), ("198.18.0.0", "198.19.255.255"), ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"), ("224.0.0.0", "255.255.255.255"),
    ("::", "::fffe:ffff:ffff"), ("::1:0:0:0", "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("64:ff9b::1:0:0", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"), ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ("2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff"),
    ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"), ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
)  # fmt: skip
INSIDE = (
    "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.254", "192.168.1.1",
    "198.18.0.1", "192.0.2.1",
)  # fmt: skip
WAYS = {
    "compatible": "::{0}", "mapped": "::ffff:{0}", "translated": "::ffff:0:{0}", "NAT64": "64:ff9b::{0}",
    "local NAT64": "64:ff9b:1::{0}", "local NAT64 at 48": "64:ff9b:1:{hi:04x}:{lo1:04x}:{lo0:02x}00::",
    "6to4": "2002:{hi:04x}:{lo:04x}::1", "ISATAP": "2606:4700:0:1:0:5efe:{0}", "ISATAP, global": "2606:4700:0:1:200:5efe:{0}",
    "own /96": "2606:4700:64:1::{0}", "own /96, within": "2606:4700:64:1:0:abcd:{0}",
    "own /32": "2606:4700:{hi:04x}:{lo:04x}::", "own /40": "2606:4700:ab{b0:02x}:{b1:02x}{b2:02x}:{b3:04x}::",
    "own /48": "2606:4700:1:{hi:04x}:{lo1:04x}:{lo0:02x}00::", "own /56": "2606:4700:1:ab{b0:02x}:{b1:04x}:{lo:04x}::",
    "own /64": "2606:4700:1:1:{b0:04x}:{b1:02x}{b2:02x}:{b3:02x}00:0",
    "unique local": "fd00::{0}", "site-local": "fec0::{0}",
}  # fmt: skip


def inside(way: str, inner: str):
    b = ip_address(inner).packed
    hi, lo = b[0] << 8 | b[1], b[2] << 8 | b[3]
    text = WAYS[way].format(inner, hi=hi, lo=lo, lo1=b[2], lo0=b[3], b0=b[0], b1=b[1], b2=b[2], b3=b[3])
    return ip_address(text)


@pytest.mark.parametrize(("first", "last"), SPECIAL)
def test_a_special_range_is_refused_from_its_first_address_to_its_last_and_no_further(first, last):
    first, last = ip_address(first), ip_address(last)
    assert not may_reach(first, ())
    assert not may_reach(last, ())
    ranges = [(ip_address(a), ip_address(b)) for a, b in SPECIAL]
    same = [(a, b) for a, b in ranges if a.version == first.version]
    for neighbour in (int(first) - 1, int(last) + 1):
        if 0 <= neighbour < 2**first.max_prefixlen:
            address = type(first)(neighbour)
            special = any(a <= address <= b for a, b in same) or int(address) >> 32 in (
                0xFFFF,
                0x64FF9B << 64,
            )
            assert may_reach(address, ()) is not special, address


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("inner", INSIDE)
def test_an_inner_address_inside_of_another(way, inner):
    address = inside(way, inner)
    assert not may_reach(address, ())
    allowed = [ip_network(f"{inner}/16", strict=False)]
    assert may_reach(address, allowed) is (getattr(address, "ipv4_mapped", None) is not None)
    assert not may_reach(address, [ip_network("11.0.0.0/8"), ip_network("fd01::/16")])


@pytest.mark.parametrize("way", ["mapped", "NAT64", "own /32", "own /48", "own /64", "own /96", "ISATAP"])
def test_a_public_address_inside_of_another(way):
    assert may_reach(inside(way, "203.162.0.1"), ())


@pytest.mark.parametrize(
    "address",  # of papers, portals and the networks that deliver them, as they answered
    ["2404:6800:4005:80f::200e", "2606:4700::6812:1a78", "2a04:4e42::347", "2600:9000:223e:c800:1:af78:4c0:93a1",
     "2001:ee0:0:1::1", "2405:4800::5", "2400:cb00:2048:1::c629:d7a2", "2a02:26f0:1700::17d2:5a31", "2620:0:861:ed1a::1",
     "2606:2800:220:1:248:1893:25c8:1946"],
)  # fmt: skip
def test_ordinary_hosts(address):
    assert may_reach(ip_address(address), ())


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "203.162.0.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public(address):
    assert may_reach(ip_address(address), ())


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",  # noqa: S104
     "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
     "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
)  # fmt: skip
def test_private(address):
    assert not may_reach(ip_address(address), ())


def test_networks_that_the_settings_allow():
    allowed = [ip_network("127.0.0.0/8"), ip_network("fd00::/8")]
    assert all(
        may_reach(ip_address(a), allowed) for a in ("127.0.0.1", "::ffff:127.0.0.1", "fd00::1", "1.1.1.1")
    )
    assert not may_reach(ip_address("10.0.0.1"), allowed)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "127.1"])
def test_a_name_is_judged_by_its_address(host):
    with pytest.raises(FetchError) as caught:
        asyncio.run(GuardedNetwork(()).connect_tcp(host, 80))
    assert caught.value.reason == "private-address"


def test_a_name_without_an_address():
    with pytest.raises(FetchError) as caught:
        asyncio.run(GuardedNetwork(()).connect_tcp("khong-co.invalid", 80))
    assert caught.value.reason == "dns"


def test_sockets_of_this_machine():
    with pytest.raises(FetchError):
        asyncio.run(GuardedNetwork(()).connect_unix_socket("/run/x"))
