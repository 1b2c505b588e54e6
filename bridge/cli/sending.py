"""What commands know about who sends: the domains in question and the server's addresses."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from connectors.dns import Resolver
from connectors.smtp import SmtpServer
from connectors.smtp.mailbox import mailbox

_INNER = [
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::/128",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
]
"""No mail reaches the world from these."""


@dataclass(frozen=True, slots=True)
class Sending:
    """domain: of the From field. envelope: of the return path, which SPF is about. host: the SMTP server, or None."""

    domain: str
    envelope: str
    host: str | None

    @classmethod
    def of(cls, sender: str, return_path: str | None, server: SmtpServer | None) -> "Sending":
        """As the settings say."""
        domain = mailbox(sender).domain.lower()
        envelope = return_path.rpartition("@")[2].lower() if return_path else domain
        return cls(domain, envelope, server.host if server else None)

    def addresses(self, resolver: Resolver) -> list[str]:
        """The public addresses of the SMTP server; none when it stands on this machine or in a private network."""
        if self.host is None:
            return []
        found = [self.host] if is_address(self.host) else resolver.addresses(self.host)
        return [one for one in found if not any(ip_address(one) in network for network in _INNER)]


def is_address(host: str) -> bool:
    """Whether a host is given as an address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_local(host: str) -> bool:
    """Whether a host is this machine."""
    return host == "localhost" or (is_address(host) and ip_address(host).is_loopback)
