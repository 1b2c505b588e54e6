"""Which addresses belong to the public internet.

After IANA's registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890 and what followed it). The standard
library knows them too, but not the same ones in each of its versions.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOT_PUBLIC_V4 = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8",  # this host and this network, RFC 1122
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # behind a carrier's NAT, RFC 6598; Alibaba's metadata at 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own services, reached only from inside a machine there
        "169.254.0.0/16",  # link-local, RFC 3927; metadata of most clouds at 169.254.169.254
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments, RFC 6890; Oracle's metadata at 192.0.0.192
        "192.0.2.0/24",  # documentation, RFC 5737
        "192.88.99.0/24",  # relays for 6to4, given up by RFC 7526
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks, RFC 2544
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast at its end
    )
)

PUBLIC_V6 = IPv6Network("2000::/3")
"""All that is given out as global unicast: loopback, link-local, unique local and multicast lie outside of it."""

NOT_PUBLIC_V6 = tuple(
    IPv6Network(one)
    for one in (
        "2001::/23",  # IETF protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4: an IPv4 address in disguise, given up by RFC 7526
        "3fff::/20",  # documentation, RFC 9637
    )
)

TRANSLATED = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
"""IPv6 addresses that lead to an IPv4 address, their last 32 bits: mapped, and NAT64 (RFC 6052)."""


def reached(address: Address) -> Address:
    """The address that a connection ends at: an IPv4 address in place of an IPv6 address that stands for it."""
    if isinstance(address, IPv6Address) and any(address in network for network in TRANSLATED):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    """Whether an address, as `reached` gives it, belongs to the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_V4)
    return address in PUBLIC_V6 and not any(address in network for network in NOT_PUBLIC_V6)
