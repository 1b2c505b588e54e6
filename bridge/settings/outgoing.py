"""Settings about what leaves: how mails are signed, how fast they go, where they bounce, what may be reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING

from bridge.settings import parsing
from bridge.settings.reading import Reader
from connectors.mailbox import MailboxAddress, mailbox_address

if TYPE_CHECKING:
    from connectors.smtp.dkim_keys import DkimKey

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What leaves, and how.

    dkim_keys: what mails are signed with. return_path: the address below which every mail gets one of its own,
    or None. bounce_mailbox: where bounces and complaints arrive, or None.
    pace: recipient's domain → mails a second; "*" is any other. concurrency: the same → mails at once.
    operator: who is told when something needs a hand, or None. private_targets: networks that are not public and
    may be reached by webhooks all the same.
    """

    dkim_keys: "tuple[DkimKey, ...]"
    return_path: str | None
    bounce_mailbox: MailboxAddress | None
    pace: Mapping[str, float]
    concurrency: Mapping[str, int]
    operator: str | None
    private_targets: tuple[Network, ...]

    @classmethod
    def read(cls, read: Reader) -> "Outgoing":
        """Read them. Raises InvalidSetting."""
        return cls(
            dkim_keys=read.parsed("DKIM_KEYS", "", parsing.dkim_keys),
            return_path=read.optional("RETURN_PATH", parsing.return_path),
            bounce_mailbox=read.optional("BOUNCE_MAILBOX", mailbox_address),
            pace=read.parsed("MAIL_PACE", "10/second", parsing.pace),
            concurrency=read.parsed("MAIL_CONCURRENCY", "2", parsing.concurrency),
            operator=read.optional("OPERATOR", parsing.plain_address),
            private_targets=read.parsed("PRIVATE_TARGETS", "", parsing.networks),
        )
