"""Amazon SES, through SNS: https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html

Both its ways are understood: notifications of an identity, and events of a configuration set. SNS gives up at once on
4xx other than 429 and retries 5xx for about an hour, so whatever may pass is answered 503. The whole message is
signed and every feedback has an id: a replay has no effect for as long as that is remembered, and a message that SNS
signed more than a week ago is refused.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from connectors.contract import Notice, Trouble, one_line
from connectors.providers.events import (
    Event,
    Strange,
    json_of,
    key_of,
    message_id_in,
    moment,
    recipient,
    status_in,
    unreadable,
)
from connectors.providers.familiar import Familiar
from connectors.providers.hook import HookRequest, Report
from connectors.providers.judgement import trouble
from connectors.providers.proof import prove_recent
from connectors.providers.sns import Fetch, Topics

log = logging.getLogger(__name__)

TYPES: Mapping[str, Trouble] = {"Permanent": "hard", "Transient": "soft", "Undetermined": "soft"}
OURS = frozenset({"MessageTooLarge", "ContentRejected", "AttachmentRejected"})
"""https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types"""
OLDEST = timedelta(days=7)
"""Much longer than SNS goes on telling, and shorter than what was told is remembered."""


class Ses:
    """Reads what SES posts through SNS. arns: of the topics that are listened to."""

    def __init__(self, arns: Sequence[str], fetch: Fetch, familiar: Familiar | None = None) -> None:
        self._topics = Topics.by(arns, fetch, familiar)

    def read(self, request: HookRequest) -> Report:
        """What is told; a subscription is confirmed on the way. Raises NotProven, Unreachable."""
        message = self._topics.proven(request)
        prove_recent(moment(message.text("Timestamp"), request.at), request.at, OLDEST)
        match message.text("Type"):
            case "SubscriptionConfirmation":
                self._topics.confirm(message)
                log.info("the subscription is confirmed", extra={"topic": message.text("TopicArn")})
            case "UnsubscribeConfirmation":
                log.error("events will not come any more", extra={"topic": message.text("TopicArn")})
            case _:
                return _report(message, request.at)
        return Report(ignored=1)


def _report(message: Event, now: datetime) -> Report:
    text = message.text("Message")
    if text.startswith("Successfully validated SNS topic"):
        return Report(ignored=1)
    try:
        notices = _notices(Event.of(json_of(text)), message.text("MessageId"), now)
    except Strange as error:
        return unreadable(text, error)
    return Report(tuple(notices), ignored=0 if notices else 1)


def _notices(event: Event, message_id: str, now: datetime) -> list[Notice]:
    match event.text("eventType") or event.needed("notificationType"):
        case "Bounce":
            return _bounces(event, message_id, now)
        case "Complaint":
            return _complaints(event, message_id, now)
        case "Reject":
            return [_rejected(event, message_id, now)]
    return []


def _bounces(event: Event, message_id: str, now: datetime) -> list[Notice]:
    bounce = event.part("bounce")
    said: Trouble = TYPES.get(bounce.needed("bounceType"), "soft")
    kind = bounce.text("bounceSubType")
    found = []
    for one in _people(bounce, "bouncedRecipients"):
        words = one.text("diagnosticCode")
        status = status_in(one.text("status")) or status_in(words)
        found.append(
            Notice(
                source="ses",
                key=key_of(bounce.text("feedbackId") or message_id, one.needed("emailAddress")),
                trouble="ours" if kind in OURS else trouble(said, status, words),
                message_id=_message_id(event),
                recipient=recipient(one.needed("emailAddress")),
                at=moment(bounce.text("timestamp"), now),
                status=status,
                words=one_line(f"{bounce.text('bounceType')}, {kind}: {words}"),
            )
        )
    return found


def _complaints(event: Event, message_id: str, now: datetime) -> list[Notice]:
    complaint = event.part("complaint")
    if complaint.text("complaintFeedbackType") == "not-spam":
        return []
    words = complaint.text("complaintFeedbackType") or complaint.text("complaintSubType")
    return [
        Notice(
            source="ses",
            key=key_of(complaint.text("feedbackId") or message_id, one.needed("emailAddress")),
            trouble="complaint",
            message_id=_message_id(event),
            recipient=recipient(one.needed("emailAddress")),
            at=moment(complaint.text("timestamp"), now),
            words=one_line(f"complaint: {words}"),
        )
        for one in _people(complaint, "complainedRecipients")
    ]


def _rejected(event: Event, message_id: str, now: datetime) -> Notice:
    """SES found a virus in it."""
    return Notice(
        source="ses",
        key=key_of("Reject", event.text("mail", "messageId") or message_id),
        trouble="ours",
        message_id=_message_id(event),
        at=moment(event.text("mail", "timestamp"), now),
        words=one_line(f"rejected by SES: {event.text('reject', 'reason')}"),
    )


def _people(part: Event, name: str) -> list[Event]:
    found = part.parts(name)
    if not found:
        raise Strange(f"no {name}")
    return found


def _message_id(event: Event) -> str | None:
    """Our own, which SES replaces and tells with the original headers."""
    mail = event.part("mail")
    headers = {one.text("name").lower(): one.text("value") for one in mail.parts("headers")}
    return message_id_in(headers.get("message-id") or mail.text("commonHeaders", "messageId"))
