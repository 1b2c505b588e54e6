"""The Message-ID of a mail holds the id of its delivery: whatever comes back with it says which mail it was."""

import re
from uuid import UUID

_OURS = re.compile(r"<?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})@[^@<>\s]+>?", re.IGNORECASE)


def message_id(mail: UUID, sender: str) -> str:
    """The Message-ID of a mail: the same at every attempt. sender: an address, with or without a name."""
    domain = sender.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{mail}@{domain}>"


def delivery_of(message: str) -> UUID | None:
    """The delivery that a Message-ID was made for, with or without angle brackets; None when it is not ours.

    Nobody can guess such an id, but whoever got the mail knows it.
    """
    found = _OURS.fullmatch(message.strip())
    return UUID(found[1]) if found else None
