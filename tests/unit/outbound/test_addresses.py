"""What a tenant names is asked on the public internet alone."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.outbound.addresses import may_be_asked

OURS = (
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1"),
    *("192.0.2.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.255", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "2001:db8::1"),
    *("2001::1", "2001:10::1", "3fff::1", "5f00::1", "100::1", "100:0:0:1::1", "64:ff9b:1::a00:1", "4000::1"),
)
PUBLIC = ("8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450:4001::200e")


@pytest.mark.parametrize("address", OURS)
def test_an_address_that_is_ours_or_nobodys_is_not_asked(address: str) -> None:
    assert not may_be_asked(address, ())


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_asked(address: str) -> None:
    assert may_be_asked(address, ())


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_is_asked_in_the_clothes_of_ipv6(address: ipaddress.IPv4Address) -> None:
    bits = int(address)
    mapped, compatible = (0xFFFF << 32) | bits, bits
    nat64, six_to_four = (0x0064FF9B << 96) | bits, (0x2002 << 112) | (bits << 80)
    teredo = (0x20010000 << 96) | (~bits & 0xFFFFFFFF)
    for each in (mapped, compatible, nat64, six_to_four, teredo):
        assert not may_be_asked(str(ipaddress.IPv6Address(each)), ())


@given(st.ip_addresses())
def test_what_the_standard_library_takes_for_private_is_never_asked(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    unusual = (address.is_private, address.is_loopback, address.is_link_local, address.is_multicast)
    if any(unusual) or address.is_reserved or address.is_unspecified:
        assert not may_be_asked(str(address), ())


@given(st.ip_addresses(network="10.1.0.0/16"))
def test_an_allowed_network_is_asked_in_its_own_form_alone(address: ipaddress.IPv4Address) -> None:
    allowed = (ipaddress.ip_network("10.1.0.0/16"),)
    assert may_be_asked(str(address), allowed)
    assert not may_be_asked(f"::ffff:{address}", allowed)
    assert not may_be_asked("10.2.0.1", allowed)
