"""Which addresses are anybody's on the internet, and so no way into a network of ours. Pure.

By IANA's registries of special-purpose addresses and not by `ipaddress.is_global`, which knows fewer of them
(CVE-2024-4032) and takes multicast for global. Of IPv6 nothing but 2000::/3 is given to hosts: what maps or embeds an
IPv4 address (::ffff:0:0/96, ::/96, 64:ff9b::/96), unique local, link-local and multicast ones lie outside of it.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Besides the special-purpose ones 192.88.99.0/24, which leads to relays of 6to4, and 168.63.129.16, behind which a
#: cloud keeps its own services for the machines in it.
NOT_PUBLIC_4 = tuple(
    IPv4Network(each)
    for each in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
UNICAST_6 = IPv6Network("2000::/3")
#: The IETF's own, with Teredo and ORCHID; documentation; and 6to4, which embeds any IPv4 address.
NOT_PUBLIC_6 = tuple(IPv6Network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))


def is_public(address: Address) -> bool:
    """Whether a host anywhere on the internet may have it."""
    if isinstance(address, IPv4Address):
        return not any(address in each for each in NOT_PUBLIC_4)
    return address.scope_id is None and address in UNICAST_6 and not any(address in each for each in NOT_PUBLIC_6)


def may_be_asked(written: str, allowed: Iterable[Network]) -> bool:
    """Of an address as the resolver wrote it: public, or in a network that the settings allow, in just that form."""
    address = ip_address(written)
    return is_public(address) or any(address in each for each in allowed)
