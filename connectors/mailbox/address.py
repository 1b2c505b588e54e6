"""Where a mailbox is, read from one line."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote

from connectors.logins import decoded, split_address

Tls = Literal["implicit", "require", "never"]

EXPECTED = "imaps://user:password@host/INBOX or maildir:/path"
IMAPS_PORT, IMAP_PORT = 993, 143


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """A folder of an IMAP account.

    tls: "implicit" speaks TLS from the first byte, "require" uses STARTTLS, "never" stays in the clear (a server on
    this machine). The certificate must be trusted and name the host. timeout: seconds for each step.
    longest: seconds for everything together, since a server may take its time for each single byte.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: Tls = "implicit"
    timeout: float = 5.0
    longest: float = 300.0


@dataclass(frozen=True, slots=True)
class MaildirFolder:
    """A folder as https://cr.yp.to/proto/maildir.html describes it."""

    path: Path


MailboxAddress = ImapAccount | MaildirFolder


def mailbox_address(text: str) -> MailboxAddress:
    """Read `imaps://`, `imap://` (with STARTTLS, or `?starttls=never`) or `maildir:`.

    User and password are percent-decoded. Raises ValueError with a sentence that quotes nothing, since the address
    may hold a password.
    """
    if text.startswith("maildir:/"):
        return MaildirFolder(Path(text.removeprefix("maildir:")))
    parts, port = split_address(text)
    if parts.scheme not in ("imap", "imaps") or not (parts.hostname and parts.username and parts.password):
        raise ValueError(f"expected {EXPECTED}")
    return ImapAccount(
        host=parts.hostname,
        port=port or (IMAPS_PORT if parts.scheme == "imaps" else IMAP_PORT),
        user=decoded(parts.username),
        password=decoded(parts.password),
        folder=_folder(unquote(parts.path.strip("/"))),
        tls=_tls(parts.scheme, dict(parse_qsl(parts.query))),
    )


def _folder(name: str) -> str:
    if not (name.isascii() and name.isprintable()) or '"' in name or "\\" in name:
        raise ValueError("a folder's name is ASCII without quotation marks")
    return name or "INBOX"


def _tls(scheme: str, options: dict[str, str]) -> Tls:
    if options not in ({}, {"starttls": "require"}, {"starttls": "never"}) or (scheme == "imaps" and options):
        raise ValueError("the only option is starttls=require or never, and only with imap://")
    if scheme == "imaps":
        return "implicit"
    return "never" if options.get("starttls") == "never" else "require"
