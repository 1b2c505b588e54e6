"""Open a mailbox of either kind."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from connectors.mailbox.address import ImapAccount, MailboxAddress
from connectors.mailbox.imap import ImapMailbox, deadline, log_in, log_out
from connectors.mailbox.maildir import MaildirMailbox


class MailboxUnavailable(Exception):
    """The mailbox cannot be used now; the message says why, in words for an operator and without the password."""


class Mailbox(Protocol):
    """A mailbox that is open. Messages are known by names that hold until it is closed."""

    def waiting(self, limit: int) -> list[str]:
        """The messages that lie there, the oldest first."""

    def read(self, name: str) -> bytes:
        """The first mebibyte of a message."""

    def remove(self, name: str) -> None:
        """Delete a message for good."""

    def set_aside(self, name: str, folder: str) -> None:
        """Move a message into a folder beside, which is made when it is missing."""


@contextmanager
def open_mailbox(address: MailboxAddress, context: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """The mailbox, for as long as the block runs. context: another choice of trusted certificates.

    Raises MailboxUnavailable, also for what goes wrong with the mailbox inside the block.
    """
    try:
        if not isinstance(address, ImapAccount):
            yield MaildirMailbox(address.path)
            return
        with deadline(address.longest) as until:
            session = log_in(address, context or ssl.create_default_context(), until)
            try:
                yield ImapMailbox(session, address.folder)
            finally:
                log_out(session)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxUnavailable(_words(address, error)) from error


def _words(address: MailboxAddress, error: Exception) -> str:
    where = f"{address.host}:{address.port}" if isinstance(address, ImapAccount) else str(address.path)
    first = error.args[0] if error.args else ""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error)
    said = " ".join(text.split())[:200] or type(error).__name__
    return f"the mailbox {where} cannot be read: {said}"
