"""The DNS as this machine is set up to ask it, by dnspython."""

from functools import cached_property
from typing import Any

from dns import exception, rdatatype, resolver, reversename

from connectors.dns.answers import Silent

PATIENCE = 3.0
"""Seconds that all tries of one question may take."""


class DnsResolver:
    """Asks the name servers of this machine, or those that are given. patience: seconds for each question."""

    def __init__(self, servers: list[str] | None = None, port: int = 53, patience: float = PATIENCE) -> None:
        self._servers = servers
        self._port = port
        self._patience = patience

    @cached_property
    def _resolver(self) -> resolver.Resolver:
        made = resolver.Resolver(configure=self._servers is None)
        if self._servers is not None:
            made.nameservers = list(self._servers)
            made.port = self._port
        made.lifetime = made.timeout = self._patience
        return made

    def txt(self, name: str) -> list[str]:
        """See Resolver."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT")]

    def mx(self, name: str) -> list[str]:
        """See Resolver."""
        records = sorted(self._ask(name, "MX"), key=lambda record: int(record.preference))
        return [_plain(record.exchange) for record in records]

    def addresses(self, name: str) -> list[str]:
        """See Resolver."""
        return [str(record.address) for kind in ("A", "AAAA") for record in self._ask(name, kind)]

    def names(self, address: str) -> list[str]:
        """See Resolver."""
        return [_plain(record.target) for record in self._ask(str(reversename.from_address(address)), "PTR")]

    def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            return list(self._resolver.resolve(name, rdatatype.from_text(kind), search=False))
        except (resolver.NXDOMAIN, resolver.NoAnswer):
            return []
        except (exception.DNSException, UnicodeError) as error:
            raise Silent(f"the DNS says nothing about {name} ({kind}): {_why(error)}") from error


def _plain(name: object) -> str:
    return str(name).rstrip(".").lower()


def _why(error: Exception) -> str:
    if isinstance(error, exception.Timeout):
        return "no answer in time"
    if isinstance(error, resolver.NoNameservers):
        return "no name server could answer"
    if isinstance(error, resolver.NoResolverConfiguration):
        return "this machine knows no name server"
    return type(error).__name__
