"""A real Postfix returns what cannot be delivered, and the bridge draws the conclusion."""

import smtplib
import time
from collections.abc import Callable

import pytest

from bridge.flow.accept_submission import accept_submission
from bridge.flow.sending.read_bounces import Seen
from bridge.flow.show_profile import show_profile
from bridge.profiles.address import parse_address
from bridge.profiles.overview import Profile360
from bridge.store import outbox, profiles
from bridge.store.outbox import Delivery
from bridge.wiring import Services
from tests import make
from tests.mailservers.postfix import Postfix

pytestmark = pytest.mark.xdist_group("mail servers")

WITHIN = 30.0


def submit(bridge: Services, email: str) -> float:
    """Somebody sends a form, and the mail leaves. Returns when it did, in seconds of a clock that only grows."""
    sent = make.submission(email=email, at=bridge.clock())
    with bridge.unit() as unit:
        accept_submission(unit, sent, bridge.clock())
    deliver(bridge)
    return time.monotonic()


def deliver(bridge: Services) -> None:
    """Send everything that is due."""
    with bridge.engine.connect() as connection:
        for one in outbox.due(connection, bridge.clock()):
            bridge.sender.deliver(one)


def returned(bridge: Services, since: float) -> tuple[list[Seen], float]:
    """Read the mailbox until something was in it; returns that, and how many seconds after `since`."""
    while time.monotonic() < since + WITHIN:
        seen = list(bridge.bounces.read())
        if seen:
            return seen, time.monotonic() - since
        time.sleep(0.05)
    raise AssertionError("nothing came back")


def lead(bridge: Services, email: str) -> Profile360:
    with bridge.engine.connect() as connection:
        profile = profiles.by_address(connection, parse_address(email))
        return show_profile(connection, bridge.world, profile)


def kept(bridge: Services, *states: str) -> list[Delivery]:
    with bridge.engine.connect() as connection:
        return outbox.listing(connection, states or outbox.STATES)


@pytest.mark.promise("R12", "SMTP trouble: a real bounce suppresses the address within a minute")
def test_an_unknown_user_is_suppressed_within_a_minute(bridge: Services, saw: Callable[..., None]) -> None:
    since = submit(bridge, "gone@kunde.example")
    assert [row.state for row in kept(bridge)] == ["sent"], "our own server takes it, the other one does not"
    (seen,), seconds = returned(bridge, since)
    assert (seen.kind, seen.fate, seen.notices[0].status) == ("bounce", "taken", "5.1.1")
    assert lead(bridge, "gone@kunde.example").suppressed == "bounced"
    saw(seconds_to_suppression=round(seconds, 2))
    assert seconds < 30


def test_whoever_bounced_gets_no_further_mail(bridge: Services) -> None:
    returned(bridge, submit(bridge, "gone@kunde.example"))
    submit(bridge, "gone@kunde.example")
    assert [row.state for row in kept(bridge)] == ["sent"]


def test_a_full_mailbox_is_a_soft_bounce(bridge: Services) -> None:
    (seen,), _ = returned(bridge, submit(bridge, "anna@voll.example"))
    assert [(notice.trouble, notice.status) for notice in seen.notices] == [("soft", "5.2.2")]
    found = lead(bridge, "anna@voll.example")
    assert found.suppressed is None
    assert "mail.bounced" in {line.kind for line in found.timeline}


def test_refused_content_blames_nobody_and_tells_the_operator(bridge: Services) -> None:
    (seen,), _ = returned(bridge, submit(bridge, "streng@kunde.example"))
    assert [(notice.trouble, notice.status) for notice in seen.notices] == [("ours", "5.7.1")]
    found = lead(bridge, "streng@kunde.example")
    assert found.suppressed is None
    deliver(bridge)
    (told,) = [row for row in kept(bridge) if row.kind == "operator"]
    assert (told.state, told.payload["status"]) == ("sent", "5.7.1")


def test_a_mail_that_arrives_brings_nothing_back(bridge: Services, postfix: Postfix) -> None:
    submit(bridge, "anna@kunde.example")
    since = submit(bridge, "gone@kunde.example")
    seen, _ = returned(bridge, since)
    assert [notice.recipient for one in seen for notice in one.notices] == ["gone@kunde.example"]
    assert lead(bridge, "anna@kunde.example").suppressed is None
    assert not list((postfix.bounces / "new").iterdir())


def test_a_forged_bounce_is_kept_aside_and_suppresses_nobody(bridge: Services, postfix: Postfix) -> None:
    submit(bridge, "anna@kunde.example")
    report = (
        "From: MAILER-DAEMON@mx.kunde.example\r\nTo: bounces@example.com\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n\r\n"
        "<anna@kunde.example>: 550 5.1.1 user unknown\r\n"
    )
    with smtplib.SMTP("127.0.0.1", postfix.port, "localhost", timeout=10) as session:
        session.sendmail("", ["bounces@example.com"], report)
    (seen,), _ = returned(bridge, time.monotonic())
    assert (seen.kind, seen.fate) == ("bounce", "Unattributed")
    assert lead(bridge, "anna@kunde.example").suppressed is None
    assert len(list((postfix.bounces / ".Unattributed" / "cur").iterdir())) == 1
