"""What SendGrid calls what became of a mail."""

from typing import Any

import pytest

from connectors.providers.hook import Report
from connectors.providers.sendgrid import SendGrid
from tests.connectors.providers import posted
from tests.connectors.providers.posted import ANNA, DELIVERY, MESSAGE_ID
from tests.connectors.providers.told import AT, MARK, means, only


def sendgrid(*events: dict[str, Any]) -> Report:
    return SendGrid([posted.shown(posted.sendgrid_key())]).read(posted.sendgrid(list(events)))


def sendgrid_event(**facts: Any) -> dict[str, Any]:
    bounce = {
        "email": ANNA,
        "timestamp": int(AT.timestamp()),
        "smtp-id": MESSAGE_ID,
        "event": "bounce",
        "type": "bounce",
        "sg_event_id": "Ym91bmNlLTAtMTA5",
        "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
        "bounce_classification": "Invalid Address",
        "reason": "550 5.1.1 The email account that you tried to reach does not exist.",
        "status": "5.1.1",
    }
    return bounce | facts


def test_a_bounce_of_sendgrid() -> None:
    notice = only(sendgrid(sendgrid_event()))
    assert (notice.source, notice.key, notice.trouble) == ("sendgrid", "Ym91bmNlLTAtMTA5", "hard")
    assert (notice.message_id, notice.recipient, notice.at, notice.status) == (MESSAGE_ID, ANNA, AT, "5.1.1")


@pytest.mark.parametrize(
    ("facts", "trouble"),
    [
        (
            {"status": "5.0.0", "reason": "500 unknown recipient", "bounce_classification": "Unclassified"},
            "hard",
        ),
        (
            {"type": "blocked", "bounce_classification": "Reputation", "status": "", "reason": "blocked"},
            "ours",
        ),
        ({"type": "blocked", "bounce_classification": "Content", "status": "5.0.0", "reason": ""}, "ours"),
        ({"type": "blocked", "bounce_classification": "Mailbox Unavailable", "status": "5.2.2"}, "soft"),
        ({"type": "blocked", "bounce_classification": "Unclassified", "status": "", "reason": ""}, "soft"),
        ({"status": "5.7.1", "reason": "550 5.7.1 denied by policy"}, "ours"),
        ({"event": "dropped", "reason": "Bounced Address"}, "hard"),
        ({"event": "dropped", "reason": "Invalid"}, "hard"),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, "complaint"),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, "unsubscribed"),
        ({"event": "dropped", "reason": "Spam Content (if Spam Checker app enabled)"}, "ours"),
        ({"event": "spamreport"}, "complaint"),
        ({"event": "unsubscribe"}, "unsubscribed"),
        ({"event": "group_unsubscribe", "asm_group_id": 10}, "unsubscribed"),
        ({"event": "group_resubscribe"}, None),
        ({"event": "deferred", "response": "400 try again later"}, None),
        ({"event": "processed"}, None),
        ({"event": "delivered"}, None),
        ({"event": "open", "sg_machine_open": True}, None),
        ({"event": "click", "url": "https://www.example.com/"}, None),
    ],
)
def test_the_types_of_sendgrid(facts: dict[str, Any], trouble: str | None) -> None:
    assert means(sendgrid(sendgrid_event(**facts))) == trouble


def test_of_many_events_one_that_makes_no_sense_stops_no_other() -> None:
    strange: dict[str, Any] = {"event": "bounce", "email": ["?"]}
    told = sendgrid(sendgrid_event(), strange, {"event": "delivered"}, sendgrid_event(sg_event_id="2"))
    assert [notice.key for notice in told.notices] == ["Ym91bmNlLTAtMTA5", "2"]
    assert told.ignored == 1
    assert told.unreadable == ('no sg_event_id: {"event": "bounce", "email": ["?"]}',)


def test_sendgrids_own_smtp_id_is_nobody_of_ours_but_the_mark_is() -> None:
    other = sendgrid_event(**{"smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>"})
    assert only(sendgrid(other)).delivery is None
    assert only(sendgrid(other | {"leadbridge": MARK})).delivery == DELIVERY
