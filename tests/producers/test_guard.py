"""Which addresses fetching may reach."""

import asyncio
from ipaddress import ip_address, ip_network

import pytest

from config.errors import FetchError
from producers.guard import GuardedNetwork, may_reach


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
