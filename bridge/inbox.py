"""A folder of caught mails, one file each, as the demo's inbox page shows them.

The layout is a Maildir's: a mail is written in `tmp` and moved to `new`, so a reader sees whole mails
only. Names grow with time: sorted by name is sorted by arrival.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.profiles.address import mentions

if TYPE_CHECKING:
    from bridge.flow.erase_profile import Traces  # `up` catches mails and needs no database

MOST_MAILS = 2000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)

_KEY = re.compile(r"[0-9]{16}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class CaughtMail:
    """One mail as it arrived.

    key: names it in its folder. received_at: aware, UTC. sender: the From field, or the envelope's.
    recipient: the envelope's, several joined by ", ". html: None when the mail has no HTML.
    headers: every field, decoded, in the order of the mail; the envelope stands in X-Envelope-… fields.
    """

    key: str
    received_at: datetime
    sender: str
    recipient: str
    subject: str
    text: str
    html: str | None
    headers: tuple[tuple[str, str], ...]


def store_mail(folder: Path, sender: str, recipients: list[str], content: bytes, at: datetime) -> str:
    """Keep a mail with its envelope, drop the oldest beyond `MOST_MAILS`, and return its key.

    at: when it came, aware; mails of one folder should come with growing times.
    """
    key = f"{(at - _EPOCH) // _TICK:016d}-{secrets.token_hex(4)}"
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = folder / "tmp" / key
    fresh.write_bytes(_envelope(sender, recipients, at) + content)
    fresh.rename(folder / "new" / key)
    _forget_oldest(folder)
    return key


def list_mails(folder: Path, limit: int = 100) -> list[CaughtMail]:
    """The newest mails first; none when the folder does not exist yet."""
    mails = (read_mail(folder, key) for key in reversed(_keys(folder)[-limit:] if limit > 0 else []))
    return [mail for mail in mails if mail is not None]


def read_mail(folder: Path, key: str) -> CaughtMail | None:
    """The mail of that key; None when there is none, or when the key is no key at all."""
    if not _KEY.fullmatch(key):
        return None
    try:
        content = (folder / "new" / key).read_bytes()
    except FileNotFoundError:
        return None
    return _caught(key, message_from_bytes(content, policy=policy.default))


def forget_mails(folder: Path, traces: "Traces") -> int:
    """Delete mails to an erased person, and what others were written about them; returns how many."""
    about = [key for key in _keys(folder) if (mail := read_mail(folder, key)) and _is_about(mail, traces)]
    for key in about:
        (folder / "new" / key).unlink(missing_ok=True)
    return len(about)


def _is_about(mail: CaughtMail, traces: "Traces") -> bool:
    """Whether a mail names the address, or first and last name."""
    words = " ".join([mail.text, mail.html or "", *(value for _, value in mail.headers)])
    named = " " in traces.name and re.search(rf"\b{re.escape(traces.name)}\b", words)
    return mentions(words, traces.address) or bool(named)


def _keys(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in (folder / "new").iterdir() if _KEY.fullmatch(path.name))
    except FileNotFoundError:
        return []


def _forget_oldest(folder: Path) -> None:
    for key in _keys(folder)[:-MOST_MAILS]:
        (folder / "new" / key).unlink(missing_ok=True)


def _envelope(sender: str, recipients: list[str], received_at: datetime) -> bytes:
    fields = {
        "X-Envelope-From": sender,
        "X-Envelope-To": ", ".join(recipients),
        "X-Received-At": received_at.astimezone(UTC).isoformat(),
    }
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode("utf-8", "replace")


def _caught(key: str, message: EmailMessage) -> CaughtMail:
    headers = tuple((name, str(value)) for name, value in message.items())
    html = message.get_body(("html",))
    return CaughtMail(
        key=key,
        received_at=_EPOCH + int(key.partition("-")[0]) * _TICK,
        sender=str(message.get("From") or message.get("X-Envelope-From") or ""),
        recipient=str(message.get("X-Envelope-To") or ""),
        subject=str(message.get("Subject") or ""),
        text=_content(message.get_body(("plain",))),
        html=_content(html) if html else None,
        headers=headers,
    )


def _content(part: MIMEPart | None) -> str:
    if part is None:
        return ""
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except (LookupError, ValueError):  # a charset nobody knows: show what can be shown
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else str(payload)
