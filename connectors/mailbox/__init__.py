"""Read a mailbox that programs write to: messages are taken out one by one, and what is odd is set aside."""

from connectors.mailbox.address import ImapAccount, MailboxAddress, MaildirFolder, mailbox_address
from connectors.mailbox.opening import MailboxUnavailable, open_mailbox

__all__ = [
    "ImapAccount",
    "MailboxAddress",
    "MailboxUnavailable",
    "MaildirFolder",
    "mailbox_address",
    "open_mailbox",
]
