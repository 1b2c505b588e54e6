"""A mailbox at an IMAP server (RFC 9051, and what came before it)."""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from connectors.deadline import Deadline
from connectors.mailbox.address import ImapAccount

MOST_OCTETS = 1_048_576
AT_ONCE = 1000
"""So many UIDs stand in one line, of which imaplib reads a million bytes at most."""

_PREFIX = re.compile(rb'^\(\("([^"]*)"')


@contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """One that passes after so many seconds, unless the block ends before. Raises TimeoutError once it has passed."""
    made = Deadline(seconds)
    try:
        yield made
    except (OSError, imaplib.IMAP4.error) as error:
        if made.is_over:
            raise TimeoutError(f"it took more than {seconds:g} seconds") from error
        raise
    finally:
        made.close()


def log_in(account: ImapAccount, context: ssl.SSLContext, until: Deadline) -> imaplib.IMAP4:
    """A session that is encrypted, as far as the account says so, and logged in. Raises OSError, IMAP4.error."""
    session = _dial(account, context, until)
    try:
        if account.tls == "require":
            session.starttls(context)
        session.login(account.user, account.password)
    except BaseException:
        log_out(session)
        raise
    return session


def log_out(session: imaplib.IMAP4) -> None:
    """Say goodbye; whoever does not hear it will notice."""
    with suppress(OSError, imaplib.IMAP4.error):
        session.logout()


def _dial(account: ImapAccount, context: ssl.SSLContext, until: Deadline) -> imaplib.IMAP4:
    """Connect by hand, so that the deadline holds from the first byte on."""

    class Session(imaplib.IMAP4):
        def _create_socket(self, timeout: float | None) -> socket.socket:
            connection = socket.create_connection((account.host, account.port), timeout)
            until.watch(connection)
            implicit = account.tls == "implicit"
            return context.wrap_socket(connection, server_hostname=account.host) if implicit else connection

    return Session(account.host, account.port, timeout=account.timeout)


class ImapMailbox:
    """One folder of a session. Messages are known by their UIDs. Everything raises OSError, IMAP4.error."""

    def __init__(self, session: imaplib.IMAP4, folder: str) -> None:
        self._session = session
        self._able = b" ".join(_told(session.capability())).upper().split()
        (count, *_) = _told(session.select(_quoted(folder)))
        self._count = int(count)
        self._folders: dict[str, str] = {}

    def waiting(self, limit: int) -> list[str]:
        """UIDs of what is not deleted, in the order of arrival; asked for before anything is taken out."""
        found: list[str] = []
        for first in range(1, self._count + 1, AT_ONCE):
            found += self._among(first, min(first + AT_ONCE - 1, self._count))
            if len(found) >= limit:
                break
        return found[:limit]

    def _among(self, first: int, last: int) -> list[str]:
        found = _told(self._session.uid("SEARCH", f"{first}:{last}", "UNDELETED"))
        return b" ".join(found).decode("ascii").split()

    def read(self, name: str) -> bytes:
        """The first mebibyte of a message; b"" when somebody else took it meanwhile."""
        found = self._session.uid("FETCH", name, f"(BODY.PEEK[]<0.{MOST_OCTETS}>)")
        return next((one[1] for one in _told(found) if isinstance(one, tuple)), b"")

    def remove(self, name: str) -> None:
        """Delete a message for good."""
        _told(self._session.uid("STORE", name, "+FLAGS.SILENT", r"(\Deleted)"))
        if b"UIDPLUS" in self._able:
            _told(self._session.uid("EXPUNGE", name))
        else:
            _told(self._session.expunge())

    def set_aside(self, name: str, folder: str) -> None:
        """Move a message into a folder of the account; by copying, where the server cannot move (RFC 6851)."""
        place = _quoted(self._folder(folder))
        if b"MOVE" in self._able:
            _told(self._session.uid("MOVE", name, place))
        else:
            _told(self._session.uid("COPY", name, place))
            self.remove(name)

    def _folder(self, name: str) -> str:
        """The whole name of a folder, which exists from now on."""
        if name not in self._folders:
            self._folders[name] = self._prefix() + name
            self._session.create(_quoted(self._folders[name]))  # it answers NO when there is one
        return self._folders[name]

    def _prefix(self) -> str:
        """What the names of this account's folders begin with (RFC 2342): “INBOX.” at some servers."""
        if b"NAMESPACE" not in self._able:
            return ""
        found = _PREFIX.match(b" ".join(_told(self._session.namespace())))
        return found[1].decode("ascii", "replace") if found else ""


def _told(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server sent along with its OK. Raises IMAP4.error for every other answer."""
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(f"the server answered {kind}: {data[:1]}")
    return [one for one in data if one is not None]


def _quoted(name: str) -> str:
    return f'"{name}"'
