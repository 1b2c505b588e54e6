"""The demo's mail: caught by a real SMTP server, read from its folder."""

import smtplib
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge import inbox
from bridge.catcher import MailCatcher
from bridge.flow.erase_profile import Traces
from bridge.inbox import forget_mails, list_mails, read_mail, store_mail
from bridge.profiles.address import parse_address
from connectors.contract import Receipt
from connectors.smtp import OutgoingMail, SmtpMailer, SmtpServer

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def mail(number: int) -> OutgoingMail:
    return OutgoingMail(
        sender="Müller, Heinz <heinz@firma.example>",
        recipient=f"anna{number}@kunde.example",
        subject=f"Grüße {number}",
        text="Grüße\n.\n",
        html="<p>Grüße</p>",
        message_id=f"{number}@firma.example",
        date=NOON,
        language="de",
        envelope_from="bounce@firma.example",
    )


def test_a_mail_sent_to_the_catcher_can_be_read(tmp_path: Path) -> None:
    with MailCatcher(tmp_path / "mail", clock=lambda: NOON) as catcher:
        mailer = SmtpMailer(SmtpServer.from_url(catcher.url))
        assert isinstance(mailer.send(mail(1)), Receipt)
        mailer.close()
    [caught] = list_mails(tmp_path / "mail")
    assert caught.received_at == NOON
    assert caught.sender in ("Müller, Heinz <heinz@firma.example>", '"Müller, Heinz" <heinz@firma.example>')
    assert (caught.recipient, caught.subject) == ("anna1@kunde.example", "Grüße 1")
    assert (caught.text, caught.html) == ("Grüße\n.\n", "<p>Grüße</p>\n")
    assert ("X-Envelope-From", "bounce@firma.example") in caught.headers
    assert ("X-Envelope-To", "anna1@kunde.example") in caught.headers
    assert ("Message-ID", "<1@firma.example>") in caught.headers
    assert read_mail(tmp_path / "mail", caught.key) == caught


def test_many_mails_over_one_kept_connection_come_newest_first(tmp_path: Path) -> None:
    with MailCatcher(tmp_path, clock=lambda: NOON) as catcher:
        mailer = SmtpMailer(SmtpServer.from_url(catcher.url), mails_per_connection=1000)
        assert all(isinstance(mailer.send(mail(number)), Receipt) for number in range(60))
        mailer.close()
    assert [caught.subject for caught in list_mails(tmp_path)] == [f"Grüße {n}" for n in range(59, -1, -1)]
    assert [caught.subject for caught in list_mails(tmp_path, limit=2)] == ["Grüße 59", "Grüße 58"]
    assert list_mails(tmp_path, limit=0) == []


def test_stopping_hangs_up_on_kept_connections_and_frees_the_port(tmp_path: Path) -> None:
    catcher = MailCatcher(tmp_path)
    catcher.start()
    catcher.start()
    port = int(catcher.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=2) as kept:
        assert kept.recv(4) == b"220 "
        catcher.stop()
        catcher.stop()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1)


def test_the_catcher_starts_again_where_it_was(tmp_path: Path) -> None:
    catcher = MailCatcher(tmp_path)
    with catcher:
        url = catcher.url
    with catcher:
        assert catcher.url == url


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        catcher = MailCatcher(tmp_path, port=taken.getsockname()[1])
        with pytest.raises(OSError, match="address already in use"):
            catcher.start()


def test_a_missing_aiosmtpd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiosmtpd.smtp", None)
    with pytest.raises(RuntimeError, match=r"leadbridge\[embedded\]"):
        MailCatcher(tmp_path).start()


def test_mails_to_and_about_an_erased_person_are_deleted(tmp_path: Path) -> None:
    anna, sales = "anna@kunde.example", "vertrieb@firma.example"
    for to, text in (
        (anna, "Guten Tag"),
        (sales, f"Rückruf gewünscht: {anna}"),
        (sales, "Kollegen: Anna Berg (IT-Leiterin)"),
        (sales, "Rückruf gewünscht: joanna@kunde.example, Anna Bergmoser"),
        ("ben@kunde.example", "Guten Tag"),
    ):
        store_mail(tmp_path, "a@b.example", [to], f"Subject: x\r\n\r\n{text}\r\n".encode(), NOON)
    gone = Traces(parse_address("Anna@kunde.example"), NOON, name="Anna Berg")
    assert forget_mails(tmp_path, gone) == 3
    assert {caught.recipient for caught in list_mails(tmp_path)} == {sales, "ben@kunde.example"}
    assert forget_mails(tmp_path / "nowhere", gone) == 0


def test_several_recipients_stand_in_one_mail(tmp_path: Path) -> None:
    with (
        MailCatcher(tmp_path) as catcher,
        smtplib.SMTP("127.0.0.1", int(catcher.url.rpartition(":")[2]), "test", timeout=2) as session,
    ):
        session.sendmail("a@b.example", ["c@d.example", "e@f.example"], "Subject: x\r\n\r\ntext\r\n")
    [caught] = list_mails(tmp_path)
    assert (caught.recipient, caught.sender) == ("c@d.example, e@f.example", "a@b.example")
    assert (caught.text, caught.html) == ("text\n", None)


@pytest.mark.parametrize("key", ["", "..", "../new/x", "/etc/passwd", "0" * 16, "0" * 16 + "-0000000g", "\0"])
def test_a_key_leads_nowhere_else(tmp_path: Path, key: str) -> None:
    store_mail(tmp_path, "a@b.example", ["c@d.example"], b"\r\n", NOON)
    assert read_mail(tmp_path, key) is None


def test_an_unknown_key_and_a_missing_folder_hold_no_mail(tmp_path: Path) -> None:
    assert read_mail(tmp_path, "0" * 16 + "-00000000") is None
    assert list_mails(tmp_path / "nowhere") == []


def test_the_oldest_mails_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MOST_MAILS", 3)
    for second in range(5):
        at = NOON + timedelta(seconds=second)
        store_mail(tmp_path, "a@b.example", ["c@d.example"], b"Subject: %d\r\n\r\n" % second, at)
    assert [caught.subject for caught in list_mails(tmp_path)] == ["4", "3", "2"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no header at all",
        b"Content-Type: text/plain; charset=klingon\r\n\r\nnuqneH",
        b"Content-Type: multipart/mixed\r\n\r\nbroken",
        b"Subject: =?utf-8?q?=FF?=\r\nFrom: \xff\xfe\r\n\r\n\xff",
    ],
)
def test_a_broken_mail_is_shown_as_well_as_can_be(tmp_path: Path, content: bytes) -> None:
    store_mail(tmp_path, "a@b.example", ["c@d.example"], content, NOON)
    [caught] = list_mails(tmp_path)
    assert caught.recipient == "c@d.example"
