"""Whether two hits may come from one browser."""

from functools import lru_cache
from ipaddress import ip_address, ip_network

from bridge.judgement.sightings import Proof, Sighting

Seen = Sighting | Proof


@lru_cache(maxsize=4096)
def network_of(ip: str | None) -> str:
    """The network that an address counts for: the first 24 bits of IPv4, 64 of IPv6; "" when there is none."""
    try:
        address = ip_address(ip or "")
    except ValueError:
        return ""
    plain = getattr(address, "ipv4_mapped", None) or address
    return str(ip_network((plain, 24 if plain.version == 4 else 64), strict=False))


def same_agent(one: Seen, other: Seen) -> bool:
    """Whether both say the same of themselves."""
    return (one.user_agent or "") == (other.user_agent or "")


def same_network(one: Seen, other: Seen) -> bool:
    """Whether both come from one network; unknown addresses are no network."""
    network = network_of(one.ip)
    return bool(network) and network == network_of(other.ip)
