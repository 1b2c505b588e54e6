"""What SMTPeter calls what became of a mail."""

import pytest

from connectors.providers.hook import Report
from connectors.providers.smtpeter import SmtPeter
from tests.connectors.providers import posted
from tests.connectors.providers.posted import ANNA, DELIVERY, MESSAGE_ID
from tests.connectors.providers.told import AT, MARK, means, only


def smtpeter(**fields: str) -> Report:
    failure = {
        "id": "58fa0f45-1",
        "type": "failure",
        "timestamp": "2026-11-20 17:33:54",
        "time": str(int(AT.timestamp())),
        "recipient": ANNA,
        "action": "failed",
        "state": "rcpt",
        "code": "550",
        "extended": "5.1.1",
        "description": f"<{ANNA}>: Recipient address rejected: User unknown",
        "tags": MARK,
    }
    reader = SmtPeter([posted.ACCOUNT], posted.PUBLIC_URL, posted.copernica())
    return reader.read(posted.smtpeter(failure | fields))


def test_a_failure_of_smtpeter() -> None:
    notice = only(smtpeter())
    assert (notice.source, notice.trouble, notice.delivery, notice.recipient) == (
        "smtpeter",
        "hard",
        DELIVERY,
        ANNA,
    )
    assert (notice.at, notice.status) == (AT, "5.1.1")
    assert only(smtpeter(tags="")).delivery is None
    assert only(smtpeter(tags=f"spring;{MARK}")).delivery == DELIVERY
    assert only(smtpeter(**{"tags": "", "tags[1]": MARK})).delivery == DELIVERY


@pytest.mark.parametrize(
    ("fields", "trouble"),
    [
        ({"code": "550", "extended": "", "description": "User unknown"}, "hard"),
        ({"code": "554", "extended": "5.7.1", "description": "spam"}, "ours"),
        ({"code": "", "extended": "", "description": "connection lost"}, "ours"),
        ({"code": "552", "extended": "5.2.2", "description": "full"}, "soft"),
        ({"code": "451", "extended": "4.4.1", "description": ""}, "soft"),
        ({"type": "delivery"}, None),
        ({"type": "open"}, None),
        ({"type": "click"}, None),
        ({"type": "bounce", "mime": "Subject: Out of office"}, None),
    ],
)
def test_the_types_of_smtpeter(fields: dict[str, str], trouble: str | None) -> None:
    assert means(smtpeter(**fields)) == trouble


def test_a_complaint_through_smtpeter_counts_only_with_the_mail_that_it_is_about() -> None:
    """Anybody can write such a report, and name anybody as the one who complains."""
    report = f"Content-Type: message/feedback-report\r\n\r\nFrom: hello@example.com\r\nMessage-ID: {MESSAGE_ID}\r\n"
    notice = only(smtpeter(type="abuse", emailfrom=ANNA, mime=report, tags=""))
    found = (notice.trouble, notice.delivery, notice.message_id, notice.recipient)
    assert found == ("complaint", None, MESSAGE_ID, None)
    told = smtpeter(type="abuse", emailfrom=ANNA, mime="From: hello@example.com", tags="")
    assert (told.notices, len(told.unreadable)) == ((), 1)
