"""Which addresses a crawl may connect to."""

from __future__ import annotations

import pytest

from spiders.resolver import Guard, refusal

# Each registry entry of RFC 6890 that is not globally reachable, and the ways to write an IPv4 address as an IPv6 one.
SPEC = {
    "0.0.0.0": "0.0.0.0 is an unspecified address",
    "0.1.2.3": "0.1.2.3 is a private address",
    "10.1.2.3": "10.1.2.3 is a private address",
    "100.64.0.1": "100.64.0.1 is no public address",
    "127.0.0.1": "127.0.0.1 is a loopback address",
    "127.255.255.254": "127.255.255.254 is a loopback address",
    "169.254.169.254": "169.254.169.254 is a link-local address",
    "172.16.0.1": "172.16.0.1 is a private address",
    "192.0.2.1": "192.0.2.1 is a private address",
    "192.168.1.1": "192.168.1.1 is a private address",
    "198.18.0.1": "198.18.0.1 is a private address",
    "224.0.0.1": "224.0.0.1 is a multicast address",
    "240.0.0.1": "240.0.0.1 is a reserved address",
    "255.255.255.255": "255.255.255.255 is a reserved address",
    "::": ":: is an unspecified address",
    "::1": "::1 is a loopback address",
    "fe80::1": "fe80::1 is a link-local address",
    "fe80::1%eth0": "fe80::1%eth0 is a link-local address",
    "fc00::1": "fc00::1 is a private address",
    "ff02::1": "ff02::1 is a multicast address",
    "2001:db8::1": "2001:db8::1 is a private address",
    "::ffff:127.0.0.1": "stands for 127.0.0.1, which is a loopback address",
    "::ffff:7f00:1": "stands for 127.0.0.1, which is a loopback address",
    "::127.0.0.1": "stands for 127.0.0.1, which is a loopback address",
    "64:ff9b::a00:1": "stands for 10.0.0.1, which is a private address",
    "64:ff9b::169.254.169.254": "stands for 169.254.169.254, which is a link-local address",
    "2002:7f00:1::": "stands for 127.0.0.1, which is a loopback address",
    "2001:0:4136:e378:8000:63bf:80ff:fffe": "stands for 127.0.0.1, which is a loopback address",
}
PUBLIC = ["93.184.215.14", "1.1.1.1", "192.0.0.9", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"]


@pytest.mark.parametrize("address", SPEC)
def test_an_address_that_is_not_of_the_public_internet_is_refused(address: str) -> None:
    assert SPEC[address] in refusal(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_admitted(address: str) -> None:
    assert refusal(address) == ""


def test_a_name_with_a_private_and_a_public_address_keeps_the_public_one() -> None:
    guard = Guard(allow_private=False)
    assert guard.admit("mixed.example", ["10.0.0.1", "1.1.1.1"]) == ["1.1.1.1"]
    assert not guard.refused


def test_a_name_with_private_addresses_only_is_refused_and_the_reason_is_kept() -> None:
    guard = Guard(allow_private=False)
    assert guard.admit("Rebound.example", ["10.0.0.1", "::1"]) == []
    assert guard.refused == {"rebound.example": "10.0.0.1 is a private address"}


def test_a_name_without_addresses_is_not_called_refused() -> None:
    guard = Guard(allow_private=False)
    assert guard.admit("gone.example", []) == []
    assert not guard.refused


def test_a_rehearsal_may_reach_everything() -> None:
    assert Guard(allow_private=True).admit("demo", ["127.0.0.1"]) == ["127.0.0.1"]
