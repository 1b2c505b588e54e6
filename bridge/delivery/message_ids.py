"""The Message-ID of a mail names its delivery and proves it: whoever brings it back has seen that mail.

The id of a delivery alone proves nothing, since it can be computed from what our answers tell.
"""

import base64
import re
from collections.abc import Sequence
from uuid import UUID

from bridge.delivery.macs import Macs

_MAC_OCTETS = 10
"""80 bits, which base32 writes in one way only: each guess costs a mail to us."""

_LEFT = re.compile(r"<?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?:\.([a-z2-7]{16}))?@[^@<>\s]+>?")


class MessageIds:
    """Writes with the newest key and reads with all of them.

    secret_keys: newest first, as in LEADBRIDGE_SECRET_KEYS.
    """

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._macs = Macs(secret_keys, "message-id")

    def write(self, mail: UUID, sender: str) -> str:
        """`<id.mac@domain>`, the same at every attempt with the same key. sender: an address, or name and address."""
        domain = sender.rpartition("@")[2].strip("> ") or "localhost"
        return f"<{mail}.{_written(self._macs.of(mail.bytes)).decode('ascii')}@{domain}>"

    def read(self, message: str) -> UUID | None:
        """The delivery that a Message-ID was made for, with or without angle brackets; None when we did not make it.

        Large and small letters are the same.
        """
        found = _LEFT.fullmatch(message.strip().lower())
        if found is None or found[2] is None:
            return None
        mail = UUID(found[1])
        return mail if self._macs.prove(mail.bytes, found[2].encode(), _written) else None


def named_in(message: str) -> UUID | None:
    """The delivery that a Message-ID names, proven or not: for mails of our own, never for what comes back."""
    found = _LEFT.fullmatch(message.strip().lower())
    return UUID(found[1]) if found else None


def _written(mac: bytes) -> bytes:
    return base64.b32encode(mac[:_MAC_OCTETS]).lower()
