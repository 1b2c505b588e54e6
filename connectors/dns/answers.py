"""What can be asked of the DNS, whoever answers."""

from typing import Protocol


class Silent(Exception):
    """No name server answered in time, or none could: what is asked for may exist or not."""


class Resolver(Protocol):
    """Each answer is empty when there is no such name or record; each question raises Silent."""

    def txt(self, name: str) -> list[str]:
        """The TXT records of a name, each joined from its strings (RFC 7208 3.3)."""

    def mx(self, name: str) -> list[str]:
        """The mail servers of a domain, the preferred one first; "" alone says that it takes no mail (RFC 7505)."""

    def addresses(self, name: str) -> list[str]:
        """IPv4 and IPv6 addresses of a name."""

    def names(self, address: str) -> list[str]:
        """The names that an address says it has (PTR)."""
