"""What Mailgun calls what became of a mail."""

from typing import Any

import pytest

from connectors.providers.hook import Report
from connectors.providers.mailgun import Mailgun
from tests.connectors.providers import posted
from tests.connectors.providers.posted import ANNA, MESSAGE_ID
from tests.connectors.providers.told import AT, means, only


def mailgun(**event: Any) -> Report:
    failed = {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "timestamp": AT.timestamp(),
        "recipient": ANNA,
        "message": {
            "headers": {"to": ANNA, "message-id": MESSAGE_ID.strip("<>"), "from": "hello@example.com"}
        },
        "delivery-status": {
            "attempt-no": 1,
            "code": 550,
            "enhanced-code": "5.1.1",
            "message": "5.1.1 The email account that you tried to reach\ndoes not exist.",
            "description": "",
        },
    }
    return Mailgun([posted.SIGNING_KEY]).read(posted.mailgun(failed | event))


def test_a_bounce_of_mailgun() -> None:
    notice = only(mailgun())
    assert (notice.source, notice.trouble, notice.message_id, notice.recipient) == (
        "mailgun",
        "hard",
        MESSAGE_ID.strip("<>"),
        ANNA,
    )
    assert (notice.at, notice.status) == (AT, "5.1.1")
    assert notice.words.endswith("5.1.1 The email account that you tried to reach does not exist.")


@pytest.mark.parametrize(
    ("event", "trouble"),
    [
        ({"severity": "temporary"}, None),
        ({"reason": "suppress-bounce", "delivery-status": {"code": 605}}, "hard"),
        ({"reason": "suppress-complaint", "delivery-status": {"code": 607}}, "complaint"),
        ({"reason": "suppress-unsubscribe", "delivery-status": {"code": 606}}, "unsubscribed"),
        ({"reason": "old", "delivery-status": {"code": 602, "message": "Too old"}}, "soft"),
        ({"reason": "generic", "delivery-status": None}, "soft"),
        ({"reason": "espblock", "delivery-status": {"message": "blocked"}}, "ours"),
        ({"delivery-status": {"message": "5.7.26 Unauthenticated mail"}}, "ours"),
        ({"delivery-status": {"message": "552 5.2.2 mailbox full"}}, "soft"),
        (
            {"event": "rejected", "reject": {"reason": "Sandbox subdomains are for test purposes only"}},
            "ours",
        ),
        ({"event": "complained"}, "complaint"),
        ({"event": "unsubscribed"}, "unsubscribed"),
        ({"event": "delivered"}, None),
        ({"event": "opened"}, None),
        ({"event": "clicked"}, None),
    ],
)
def test_the_types_of_mailgun(event: dict[str, Any], trouble: str | None) -> None:
    assert means(mailgun(**event)) == trouble
