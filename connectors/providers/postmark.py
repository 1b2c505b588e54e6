"""Postmark: https://postmarkapp.com/developer/webhooks/webhooks-overview

It proves itself by the login in the hook's address. It stops retrying on 403 only; everything else that is not 200
is tried again, about ten times within half a day.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from connectors.contract import Notice, Trouble, one_line
from connectors.providers.events import (
    Event,
    delivery_marked,
    key_of,
    moment,
    own_key,
    recipient,
    status_in,
    told,
)
from connectors.providers.hook import HookRequest, Report
from connectors.providers.judgement import trouble
from connectors.providers.proof import prove_login

BOUNCES: Mapping[str, Trouble] = {
    "HardBounce": "hard",
    "BadEmailAddress": "hard",
    "SoftBounce": "soft",
    "DnsError": "soft",
    "Unknown": "soft",
    "Blocked": "ours",
    "SpamNotification": "ours",
    "VirusNotification": "ours",
    "DMARCPolicy": "ours",
    "SMTPApiError": "ours",
    "ManuallyDeactivated": "ours",
    "SpamComplaint": "complaint",
    "Unsubscribe": "unsubscribed",
}
"""https://postmarkapp.com/developer/api/bounce-api#bounce-types; others, such as Transient, tell of no end."""


class Postmark:
    """Reads what Postmark posts. logins: `user:password`, any of which proves it."""

    def __init__(self, logins: Sequence[str]) -> None:
        self._logins = logins

    def read(self, request: HookRequest) -> Report:
        """What is told. Raises NotProven."""
        prove_login(request, self._logins)
        return told(request, _notice)


def _notice(event: Event, now: datetime) -> Notice | None:
    match event.needed("RecordType"):
        case "Bounce" | "SpamComplaint":
            return _bounce(event, now)
        case "SubscriptionChange":
            return _unsubscribed(event, now)
    return None


def _bounce(event: Event, now: datetime) -> Notice | None:
    said = BOUNCES.get(event.text("Type"))
    if said is None:
        return None
    words = event.text("Details") or event.text("Description")
    status = status_in(words)
    return Notice(
        source="postmark",
        key=own_key(event.needed("ID")),
        trouble=trouble(said, status, words) if said in {"hard", "soft"} else said,
        delivery=delivery_marked(event.text("Metadata", "leadbridge")),
        recipient=recipient(event.needed("Email")),
        at=moment(event.text("BouncedAt"), now),
        status=status,
        words=one_line(f"{event.text('Type')}: {words}"),
    )


def _unsubscribed(event: Event, now: datetime) -> Notice | None:
    """By the recipient's own hand; that a bounce or a complaint led to it is told as bounce and complaint, too."""
    by_hand = event.text("SuppressionReason") == "ManualSuppression" and event.text("Origin") == "Recipient"
    if not by_hand or event.values.get("SuppressSending") is not True:
        return None
    address, at = event.needed("Recipient"), event.text("ChangedAt")
    return Notice(
        source="postmark",
        key=key_of("SubscriptionChange", address, at),
        trouble="unsubscribed",
        delivery=delivery_marked(event.text("Metadata", "leadbridge")),
        recipient=recipient(address),
        at=moment(at, now),
        words="unsubscribed at Postmark",
    )
