"""How fast mails may go to one domain, and how many at a time: big mailbox providers turn away whoever hurries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

ANY = "*"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the operator set.

    pace: recipient's domain → mails a second. concurrency: the same → mails under way at a time. "*" is any other
    domain; without it a domain that is not named has no limit.
    """

    pace: Mapping[str, float] = field(default_factory=dict)
    concurrency: Mapping[str, int] = field(default_factory=dict)

    def interval(self, domain: str) -> timedelta:
        """The time between two mails to a domain; zero without a limit."""
        rate = self.pace.get(domain, self.pace.get(ANY))
        return timedelta(seconds=1 / rate) if rate else timedelta(0)

    def at_once(self, domain: str) -> int | None:
        """How many mails to a domain may be under way at a time; None without a limit."""
        return self.concurrency.get(domain, self.concurrency.get(ANY))

    def touch(self, domain: str) -> bool:
        """Whether a domain has any limit."""
        return bool(self.interval(domain)) or self.at_once(domain) is not None


def domain_of(address: str) -> str:
    """The domain of an address, as limits name it."""
    return address.rpartition("@")[2].lower()
