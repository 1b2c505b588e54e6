"""The mailbox for bounces at a real IMAP server."""

import ssl
from collections.abc import Iterator

import pytest

from bridge.delivery.return_paths import ReturnPaths
from bridge.errors import MailboxAway
from bridge.flow.sending.read_bounces import Seen, read_bounces
from bridge.wiring.bounces import Bounces
from connectors.mailbox import MailboxUnavailable, mailbox_address, open_mailbox
from tests.connectors.bounces.test_corpus import DELIVERY, raw
from tests.house import KEY, House
from tests.mailservers.dovecot import Dovecot, running_dovecot
from tests.mailservers.required import DOVECOT, need

pytestmark = pytest.mark.xdist_group("mail servers")

PATHS = ReturnPaths([KEY], "bounces@example.com")


def bounce_of(house: House) -> bytes:
    """Postfix returns the newest mail: the corpus's report, with this mail's return path in it."""
    delivery = house.sent[-1].delivery
    assert delivery
    path = PATHS.write(delivery)
    assert path
    known = PATHS.write(DELIVERY)
    return raw("postfix-unknown-user").replace(str(known).encode(), path.encode())


def emptied(dovecot: Dovecot, house: House, limit: int = 200) -> list[Seen]:
    bounces = Bounces(None, PATHS, house.tokens.message_ids, house.unit)
    with open_mailbox(mailbox_address(dovecot.url), dovecot.trusting) as mailbox:
        return list(read_bounces(mailbox, bounces.understand, house.unit, limit))


@pytest.fixture
def prefixed() -> Iterator[Dovecot]:
    """A server at which all folders lie below INBOX."""
    need(DOVECOT)
    with running_dovecot("INBOX.") as made:
        yield made


def test_what_is_taken_is_deleted_and_what_is_odd_is_kept_aside(dovecot: Dovecot, house: House) -> None:
    house.submit(email="anna.berg@beispiel.example")
    dovecot.deliver("1", bounce_of(house))
    dovecot.deliver("2", raw("out-of-office-exchange"))
    dovecot.deliver("3", raw("somebody-writes"))
    dovecot.deliver("4", raw("forged-return-path"))
    seen = emptied(dovecot, house)
    assert [(one.kind, one.fate) for one in seen] == [
        ("bounce", "taken"),
        ("automatic", "nothing to do"),
        ("other", "Unattributed"),
        ("bounce", "Unattributed"),
    ]
    assert dovecot.folders()["INBOX"] == 0
    assert dovecot.folders()["Unattributed"] == 2
    assert house.lead("anna.berg@beispiel.example").suppressed == "bounced"


def test_a_message_that_breaks_us_is_moved_aside_and_stops_nothing(dovecot: Dovecot, house: House) -> None:
    house.submit(email="anna.berg@beispiel.example")
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000))
    dovecot.deliver("1", b"From: mailer-daemon@beispiel.example\n" + b"".join(parts))
    dovecot.deliver("2", bounce_of(house))
    assert [one.fate for one in emptied(dovecot, house)] == ["Failed", "taken"]
    assert dovecot.folders()["Failed"] == 1


def test_a_flood_is_taken_in_portions(dovecot: Dovecot, house: House) -> None:
    for number in range(5):
        dovecot.deliver(str(number), raw("out-of-office-gmail"))
    assert len(emptied(dovecot, house, limit=3)) == 3
    assert dovecot.folders()["INBOX"] == 2
    assert len(emptied(dovecot, house)) == 2
    assert emptied(dovecot, house) == []


def test_folders_are_made_where_the_server_wants_them(prefixed: Dovecot, house: House) -> None:
    prefixed.deliver("1", raw("somebody-writes"))
    assert [one.fate for one in emptied(prefixed, house)] == ["Unattributed"]
    assert prefixed.folders() == {"INBOX": 0, "Unattributed": 1}


def test_every_way_in_leads_to_the_same_mailbox(dovecot: Dovecot) -> None:
    dovecot.deliver("1", raw("somebody-writes"))
    for url in (dovecot.url, dovecot.starttls_url, dovecot.plain_url):
        with open_mailbox(mailbox_address(url), dovecot.trusting) as mailbox:
            (name,) = mailbox.waiting(10)
            assert mailbox.read(name).splitlines() == raw("somebody-writes").splitlines()


def test_a_certificate_that_nobody_vouches_for_is_refused(dovecot: Dovecot) -> None:
    for url in (dovecot.url, dovecot.starttls_url):
        with pytest.raises(MailboxUnavailable, match="certificate"):
            open_mailbox(mailbox_address(url), ssl.create_default_context()).__enter__()


def test_a_wrong_password_is_said_without_the_password(dovecot: Dovecot, house: House) -> None:
    address = mailbox_address(dovecot.plain_url.replace("word1", "word2"))
    with pytest.raises(MailboxAway) as error:
        list(Bounces(address, PATHS, house.tokens.message_ids, house.unit).read())
    assert "uthentication failed" in str(error.value)
    assert "word" not in str(error.value).replace("password", "")
