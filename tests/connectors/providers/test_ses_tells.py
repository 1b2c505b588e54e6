"""What Amazon SES calls what became of a mail."""

from typing import Any

import pytest

from connectors.providers.hook import Report
from connectors.providers.ses import Ses
from tests.connectors.providers import posted
from tests.connectors.providers.posted import ANNA, MESSAGE_ID
from tests.connectors.providers.told import AT, means, only


def ses(event: dict[str, Any]) -> Report:
    mail = {
        "timestamp": "2026-11-20T16:33:50.000Z",
        "source": "bounces@example.com",
        "messageId": "0107018b-0000",
        "destination": [ANNA],
        "headersTruncated": False,
        "headers": [
            {"name": "From", "value": "hello@example.com"},
            {"name": "Message-ID", "value": MESSAGE_ID},
        ],
        "commonHeaders": {"from": ["hello@example.com"], "messageId": MESSAGE_ID},
    }
    return Ses([posted.TOPIC], posted.amazon()).read(posted.sns({"mail": mail} | event))


def ses_bounce(kind: str = "Permanent", sub: str = "General", **person: Any) -> dict[str, Any]:
    told = {
        "emailAddress": ANNA,
        "status": "5.1.1",
        "action": "failed",
        "diagnosticCode": f"smtp; 550 5.1.1 <{ANNA}>... User unknown",
    }
    return {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": kind,
            "bounceSubType": sub,
            "bouncedRecipients": [told | person],
            "timestamp": "2026-11-20T16:33:54.000Z",
            "feedbackId": "0107018b-feed",
            "reportingMTA": "dns; mx.example.com",
        },
    }


def test_a_bounce_of_ses() -> None:
    notice = only(ses(ses_bounce()))
    assert (notice.source, notice.trouble, notice.message_id, notice.recipient) == (
        "ses",
        "hard",
        MESSAGE_ID,
        ANNA,
    )
    assert (notice.at, notice.status) == (AT, "5.1.1")
    assert notice.words == f"Permanent, General: smtp; 550 5.1.1 <{ANNA}>... User unknown"


@pytest.mark.parametrize(
    ("event", "trouble"),
    [
        (ses_bounce("Permanent", "NoEmail"), "hard"),
        (
            ses_bounce(
                "Permanent", "OnAccountSuppressionList", status="", diagnosticCode="Amazon SES did not"
            ),
            "hard",
        ),
        (ses_bounce("Permanent", "General", status="5.7.1", diagnosticCode="blocked"), "ours"),
        (ses_bounce("Transient", "General", status="4.4.7", diagnosticCode=""), "soft"),
        (ses_bounce("Transient", "MailboxFull", status="5.2.2", diagnosticCode=""), "soft"),
        (ses_bounce("Transient", "MessageTooLarge", status="", diagnosticCode=""), "ours"),
        (ses_bounce("Transient", "ContentRejected", status="", diagnosticCode=""), "ours"),
        (ses_bounce("Undetermined", "Undetermined", status="", diagnosticCode=""), "soft"),
        ({"notificationType": "Delivery", "delivery": {"recipients": [ANNA]}}, None),
        ({"eventType": "Open", "open": {}}, None),
        ({"eventType": "DeliveryDelay", "deliveryDelay": {"delayType": "MailboxFull"}}, None),
        ({"eventType": "Reject", "reject": {"reason": "Bad content"}}, "ours"),
    ],
)
def test_the_types_of_ses(event: dict[str, Any], trouble: str | None) -> None:
    assert means(ses(event)) == trouble


def complaint(**facts: Any) -> dict[str, Any]:
    told = {
        "complainedRecipients": [{"emailAddress": ANNA}],
        "timestamp": "2026-11-20T16:33:54.000Z",
        "feedbackId": "0107018b-abuse",
        "complaintSubType": None,
        "complaintFeedbackType": "abuse",
    }
    return {"eventType": "Complaint", "complaint": told | facts}


def test_a_complaint_through_ses() -> None:
    notice = only(ses(complaint()))
    told = (notice.trouble, notice.message_id, notice.recipient, notice.at)
    assert told == ("complaint", MESSAGE_ID, ANNA, AT)
    assert means(ses(complaint(complaintFeedbackType="not-spam"))) is None


def test_ses_tells_of_each_recipient_by_itself() -> None:
    event = ses_bounce()
    event["bounce"]["bouncedRecipients"].append({"emailAddress": "hugo@beispiel.example", "status": "4.2.2"})
    first, second = ses(event).notices
    assert (first.trouble, second.trouble) == ("hard", "soft")
    assert first.key != second.key


def test_ses_without_the_original_headers_is_told_by_the_recipient() -> None:
    notice = only(ses(ses_bounce() | {"mail": {"messageId": "0107018b-0000"}}))
    assert (notice.delivery, notice.message_id, notice.recipient) == (None, None, ANNA)


def test_the_first_word_of_an_event_destination_is_passed_over() -> None:
    text = "Successfully validated SNS topic for Amazon SES event publishing."
    assert means(Ses([posted.TOPIC], posted.amazon()).read(posted.sns(text))) is None
