"""A mail ready for the wire: envelope and bytes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.smtp.dkim import Key, signed
from connectors.smtp.mailbox import mailbox, needs_smtputf8
from connectors.smtp.message import OutgoingMail, written


@dataclass(frozen=True, slots=True)
class Letter:
    """Envelope and content, CRLF at every line end; international: only SMTPUTF8 can carry it."""

    sender: str
    recipient: str
    content: bytes
    international: bool


def letter_from(mail: OutgoingMail, keys: Sequence[Key] = ()) -> Letter:
    """The mail, signed with each of the keys for the domain of its From field, so that DMARC sees them as one.

    Raises ValueError when the mail cannot be written, see `written`.
    """
    sender = "" if mail.envelope_from == "" else mailbox(mail.envelope_from or mail.sender).addr_spec
    recipient = mailbox(mail.recipient)
    international = not sender.isascii() or needs_smtputf8(recipient) or _names_international(mail)
    content = signed(written(mail, utf8=international), mailbox(mail.sender).domain.lower(), keys, mail.date)
    return Letter(sender, recipient.addr_spec, content, international)


def dotted(content: bytes) -> bytes:
    """The content as DATA wants it (RFC 5321 4.5.2): a dot that begins a line doubled, one by itself at the end."""
    end = b"" if content.endswith(b"\r\n") else b"\r\n"
    begins = content.startswith(b".") or b"\n." in content
    return (re.sub(rb"(?m)^\.", b"..", content) if begins else content) + end + b".\r\n"


def _names_international(mail: OutgoingMail) -> bool:
    return any(needs_smtputf8(mailbox(text)) for text in (mail.sender, mail.reply_to) if text)
