"""Ask the DNS: TXT, MX, addresses and names of addresses. The real resolver is in `resolver`, which loads slowly."""

from connectors.dns.answers import Resolver, Silent

__all__ = ["Resolver", "Silent"]
