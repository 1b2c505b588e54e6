"""What Postmark calls what became of a mail."""

from typing import Any

import pytest

from connectors.contract import Notice
from connectors.providers.hook import Report
from connectors.providers.postmark import Postmark
from tests.connectors.providers import posted
from tests.connectors.providers.posted import ANNA, DELIVERY
from tests.connectors.providers.told import AT, MARK, means, only


def postmark(**event: Any) -> Report:
    bounce: dict[str, Any] = {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {"leadbridge": MARK},
        "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
        "Details": f"smtp;550 5.1.1 <{ANNA}>: Recipient address rejected: User unknown",
        "Email": ANNA,
        "From": "hello@example.com",
        "BouncedAt": "2026-11-20T17:33:54.0000000+01:00",
        "Inactive": True,
    }
    return Postmark([posted.LOGIN]).read(posted.logged_in("postmark", bounce | event))


def test_a_bounce_of_postmark() -> None:
    assert only(postmark()) == Notice(
        source="postmark",
        key="4323372036854775807",
        trouble="hard",
        delivery=DELIVERY,
        recipient=ANNA,
        at=AT,
        status="5.1.1",
        words=f"HardBounce: smtp;550 5.1.1 <{ANNA}>: Recipient address rejected: User unknown",
    )


@pytest.mark.parametrize(
    ("event", "trouble"),
    [
        ({"Details": ""}, "hard"),
        ({"Type": "BadEmailAddress", "Details": ""}, "hard"),
        ({"Details": "smtp;550 5.7.1 Message rejected due to content restrictions"}, "ours"),
        ({"Details": "smtp;552 5.2.2 The email account that you tried to reach is over quota"}, "soft"),
        ({"Type": "SoftBounce", "Details": "smtp;451 4.3.2 Please try again later"}, "soft"),
        ({"Type": "DnsError", "Details": "Host or domain name not found"}, "soft"),
        ({"Type": "Blocked", "Details": "smtp;554 Your access to this mail system was rejected"}, "ours"),
        ({"Type": "SpamNotification", "Details": ""}, "ours"),
        ({"Type": "DMARCPolicy", "Details": ""}, "ours"),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint", "TypeCode": 512}, "complaint"),
        ({"Type": "Transient", "Details": "smtp;delayed"}, None),
        ({"Type": "AutoResponder"}, None),
        ({"Type": "SomethingNew"}, None),
        ({"RecordType": "Delivery", "Recipient": ANNA, "DeliveredAt": "2026-11-20T16:33:54Z"}, None),
        ({"RecordType": "Open", "Recipient": ANNA}, None),
        ({"RecordType": "Click", "Recipient": ANNA}, None),
    ],
)
def test_the_types_of_postmark(event: dict[str, Any], trouble: str | None) -> None:
    assert means(postmark(**event)) == trouble


def change(**event: Any) -> Report:
    said = {
        "RecordType": "SubscriptionChange",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "ChangedAt": "2026-11-20T16:33:54Z",
        "Recipient": ANNA,
        "Origin": "Recipient",
        "SuppressSending": True,
        "SuppressionReason": "ManualSuppression",
        "Metadata": {"leadbridge": MARK},
    }
    return Postmark([posted.LOGIN]).read(posted.logged_in("postmark", said | event))


def test_unsubscribing_at_postmark() -> None:
    notice = only(change())
    assert (notice.trouble, notice.delivery, notice.recipient, notice.at) == (
        "unsubscribed",
        DELIVERY,
        ANNA,
        AT,
    )
    assert only(change()).key == notice.key
    assert only(change(ChangedAt="2026-11-20T16:33:55Z")).key != notice.key


@pytest.mark.parametrize(
    "event",
    [
        {"SuppressionReason": "HardBounce"},
        {"SuppressionReason": "SpamComplaint"},
        {"Origin": "Customer", "MessageID": None},
        {"SuppressSending": False, "SuppressionReason": None},
    ],
)
def test_other_changes_at_postmark_are_told_elsewhere_or_not_by_the_recipient(event: dict[str, Any]) -> None:
    assert means(change(**event)) is None
