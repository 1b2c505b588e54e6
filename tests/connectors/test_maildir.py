"""A Maildir as mail servers fill it."""

import os
from pathlib import Path

import pytest

from connectors.mailbox import ImapAccount, MailboxUnavailable, MaildirFolder, mailbox_address, open_mailbox


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty one."""
    for part in ("new", "cur", "tmp"):
        (tmp_path / part).mkdir()
    return tmp_path


def deliver(folder: Path, name: str, content: bytes = b"Subject: x\n\n", age: int = 0) -> None:
    file = folder / name
    file.write_bytes(content)
    os.utime(file, (1_800_000_000 - age, 1_800_000_000 - age))


def test_the_oldest_comes_first_read_or_not(folder: Path) -> None:
    deliver(folder, "new/1.host", age=10)
    deliver(folder, "cur/2.host:2,S", age=20)
    deliver(folder, "tmp/3.host", age=30)
    with open_mailbox(MaildirFolder(folder)) as mailbox:
        assert mailbox.waiting(10) == ["cur/2.host:2,S", "new/1.host"]
        assert mailbox.waiting(1) == ["cur/2.host:2,S"]


def test_a_message_is_taken_out_or_set_aside(folder: Path) -> None:
    deliver(folder, "new/1.host")
    deliver(folder, "cur/2.host:2,")
    with open_mailbox(MaildirFolder(folder)) as mailbox:
        mailbox.remove("new/1.host")
        mailbox.set_aside("cur/2.host:2,", "Unattributed")
        assert mailbox.waiting(10) == []
    assert [file.name for file in (folder / ".Unattributed" / "cur").iterdir()] == ["2.host:2,S"]


def test_what_somebody_else_took_meanwhile_does_no_harm(folder: Path) -> None:
    with open_mailbox(MaildirFolder(folder)) as mailbox:
        assert mailbox.read("new/1.host") == b""
        mailbox.remove("new/1.host")
        mailbox.set_aside("new/1.host", "Failed")


def test_a_huge_message_is_read_in_part(folder: Path) -> None:
    deliver(folder, "new/1.host", b"x" * 3_000_000)
    with open_mailbox(MaildirFolder(folder)) as mailbox:
        assert len(mailbox.read("new/1.host")) == 1_048_576


def test_a_folder_that_is_no_maildir_is_called_so_with_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "not-yet"
    words = f"the mailbox {folder} cannot be read: it is no Maildir, .* run maildirmake, or let .* a first message"
    with pytest.raises(MailboxUnavailable, match=words), open_mailbox(MaildirFolder(folder)):
        pass


def test_addresses_of_mailboxes_are_read() -> None:
    assert mailbox_address("maildir:/var/mail/bounces") == MaildirFolder(Path("/var/mail/bounces"))
    account = mailbox_address("imaps://bounces%40example.com:p%40ss@mail.example.com/INBOX")
    assert account == ImapAccount("mail.example.com", 993, "bounces@example.com", "p@ss")
    assert "p@ss" not in repr(account)
    other = mailbox_address("imap://b:c@127.0.0.1:1143/Bounces?starttls=never")
    assert other == ImapAccount("127.0.0.1", 1143, "b", "c", "Bounces", "never")


@pytest.mark.parametrize(
    "text",
    [
        "imaps://mail.example.com/INBOX",
        "imaps://user@mail.example.com",
        "imaps://u:p@host:port/INBOX",
        "imaps://u:p@host/INBOX?starttls=never",
        "imap://u:p@host/INBOX?starttls=offered",
        'imaps://u:p@host/IN"BOX',
        "imaps://u:secret%C3%A4@host/INBOX",
        "imaps://us%C3%A4r:secret@host/INBOX",
        "imaps://u:secret%0A@host/INBOX",
        "maildir:relative",
        "pop3://u:secret@host",
        "",
    ],
)
def test_a_wrong_address_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(ValueError) as error:
        mailbox_address(text)
    assert "secret" not in str(error.value)
