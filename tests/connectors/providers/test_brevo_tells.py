"""What Brevo calls what became of a mail."""

from typing import Any

import pytest

from connectors.providers.brevo import Brevo
from connectors.providers.hook import Report
from tests.connectors.providers import posted
from tests.connectors.providers.posted import ANNA, DELIVERY, MESSAGE_ID
from tests.connectors.providers.told import AT, MARK, means, only


def brevo(**event: Any) -> Report:
    bounce = {
        "event": "hard_bounce",
        "email": ANNA,
        "id": 26224,
        "date": "2026-11-20 17:33:54",
        "ts": 1795192434,
        "message-id": MESSAGE_ID,
        "ts_event": 1795192434,
        "subject": "Willkommen",
        "X-Mailin-custom": MARK,
        "sending_ip": "203.0.113.9",
        "ts_epoch": int(AT.timestamp()) * 1000,
        "reason": " RecipientError: 550 5.5.0 Requested action not taken: mailbox unavailable.",
    }
    return Brevo([posted.LOGIN]).read(posted.logged_in("brevo", bounce | event))


def test_a_bounce_of_brevo() -> None:
    notice = only(brevo())
    assert (notice.source, notice.trouble, notice.delivery, notice.recipient) == (
        "brevo",
        "hard",
        DELIVERY,
        ANNA,
    )
    assert (notice.at, notice.status) == (AT, "5.5.0")
    assert only(brevo()).key == notice.key
    assert only(brevo(**{"message-id": "<201804.2728@smtp-relay.example.com>"})).delivery == DELIVERY


@pytest.mark.parametrize(
    ("event", "trouble"),
    [
        ({"event": "hardBounce"}, "hard"),
        ({"event": "invalid_email", "reason": ""}, "hard"),
        ({"event": "soft_bounce", "reason": "Unable to find MX of domain"}, "soft"),
        ({"event": "hard_bounce", "reason": "550 5.7.1 Service unavailable, client host blocked"}, "ours"),
        ({"event": "blocked", "reason": "blocked : due to blacklist user"}, "ours"),
        ({"event": "error"}, "ours"),
        ({"event": "spam"}, "complaint"),
        ({"event": "complaint"}, "complaint"),
        ({"event": "unsubscribed"}, "unsubscribed"),
        ({"event": "deferred"}, None),
        ({"event": "request"}, None),
        ({"event": "delivered"}, None),
        ({"event": "unique_opened"}, None),
        ({"event": "click"}, None),
    ],
)
def test_the_types_of_brevo(event: dict[str, Any], trouble: str | None) -> None:
    assert means(brevo(**event)) == trouble
