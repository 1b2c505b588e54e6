"""IMAP servers that no real one is: of endless folders, and of endless patience."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from connectors.mailbox import ImapAccount, MailboxUnavailable, open_mailbox


@contextmanager
def serving(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that says so to the first who connects."""

    def run() -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                talk(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
    thread.join(5)


def full_of(messages: int, deleted: int) -> Callable[[socket.socket], None]:
    """UIDs from 100,001 on; the first ones are deleted."""

    def found(numbers: str) -> str:
        first, last = map(int, numbers.split(":"))
        assert 1 <= first <= last <= messages
        return " ".join(str(100_000 + n) for n in range(first, last + 1) if n > deleted)

    def talk(connection: socket.socket) -> None:
        file = connection.makefile("rwb", buffering=0)
        file.write(b"* OK hello\r\n")
        for line in file:
            tag, command, *rest = line.decode().split()
            answers = {
                "CAPABILITY": "* CAPABILITY IMAP4rev1\r\n",
                "SELECT": f"* {messages} EXISTS\r\n",
                "UID": f"* SEARCH {found(rest[1])}\r\n" if command == "UID" else "",
            }
            file.write(f"{answers.get(command, '')}{tag} OK done\r\n".encode())

    return talk


def account(port: int, longest: float = 20) -> ImapAccount:
    return ImapAccount("127.0.0.1", port, "u", "p", tls="never", longest=longest)


@pytest.mark.parametrize(("deleted", "first"), [(0, "100001"), (149_900, "249901")])
def test_a_mailbox_of_very_many_messages_is_read_from_its_beginning(deleted: int, first: str) -> None:
    with serving(full_of(150_000, deleted)) as port, open_mailbox(account(port)) as mailbox:
        waiting = mailbox.waiting(200)
    assert (len(waiting), waiting[0]) == (min(200, 150_000 - deleted), first)


def test_an_empty_mailbox_is_not_searched() -> None:
    with serving(full_of(0, 0)) as port, open_mailbox(account(port)) as mailbox:
        assert mailbox.waiting(200) == []


@pytest.mark.parametrize("greeting", [b"* OK hello\r\n", b""])
@pytest.mark.parametrize("tls", ["never", "implicit"])
def test_a_server_that_says_a_byte_now_and_then_is_left(greeting: bytes, tls: str) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(greeting if tls == "never" else b"\x16\x03\x03\x40\x00")
        for _ in range(200):
            time.sleep(0.1)
            connection.sendall(b"*")

    begun = time.monotonic()
    with serving(drip) as port, pytest.raises(MailboxUnavailable, match=r"more than 0\.5 seconds"):
        open_mailbox(ImapAccount("127.0.0.1", port, "u", "p", tls=tls, longest=0.5)).__enter__()  # type: ignore[arg-type]
    assert time.monotonic() - begun < 5
