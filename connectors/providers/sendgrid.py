"""SendGrid: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event

A list of events, signed as a whole together with a time: ECDSA over P-256 with SHA-256. Every event has an id, so a
replay has no effect. What is not answered with 2xx is tried again for a day, and nothing says that it is signed anew:
hence the long span.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from connectors.contract import Notice, Trouble, one_line
from connectors.providers.events import (
    Event,
    delivery_marked,
    message_id_in,
    own_key,
    recipient,
    status_in,
    told,
    unix_moment,
)
from connectors.providers.hook import HookRequest, NotProven, Report
from connectors.providers.judgement import trouble
from connectors.providers.proof import from_base64, prove_recent

SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
OLDEST = timedelta(hours=25)
DROPPED: Mapping[str, Trouble] = {
    "bounced address": "hard",
    "invalid": "hard",
    "spam reporting address": "complaint",
    "unsubscribed address": "unsubscribed",
}
"""Why SendGrid did not even try; everything else is ours to mend."""
OURS = frozenset({"content", "reputation", "frequency or volume too high", "technical failure"})
"""Classes of bounces (`bounce_classification`) that say something of the sender."""


class SendGrid:
    """Reads what SendGrid posts. keys: its verification keys as base64, any of which proves it."""

    def __init__(self, keys: Sequence[str]) -> None:
        loaded = (load_der_public_key(base64.b64decode(key)) for key in keys)
        self._keys = [cast(EllipticCurvePublicKey, key) for key in loaded]

    def read(self, request: HookRequest) -> Report:
        """What is told. Raises NotProven."""
        self._prove(request)
        return told(request, _notice)

    def _prove(self, request: HookRequest) -> None:
        time = request.headers.get(TIMESTAMP, "")
        signature = from_base64(request.headers.get(SIGNATURE, ""))
        if not any(_signed(key, signature, time.encode() + request.body) for key in self._keys):
            raise NotProven("the signature is missing or wrong")
        prove_recent(unix_moment(time, request.at), request.at, OLDEST)


def _signed(key: EllipticCurvePublicKey, signature: bytes, content: bytes) -> bool:
    try:
        key.verify(signature, content, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _notice(event: Event, now: datetime) -> Notice | None:
    kind, words = event.needed("event"), event.text("reason")
    status = status_in(event.text("status")) or status_in(words)
    said = _trouble(event, kind)
    if said is None:
        return None
    return Notice(
        source="sendgrid",
        key=own_key(event.needed("sg_event_id")),
        trouble=trouble(said, status, words) if kind == "bounce" else said,
        delivery=delivery_marked(event.text("leadbridge")),
        message_id=message_id_in(event.text("smtp-id")),
        recipient=recipient(event.needed("email")),
        at=unix_moment(event.text("timestamp"), now),
        status=status,
        words=one_line(" ".join(filter(None, (kind, event.text("bounce_classification"), words)))),
    )


def _trouble(event: Event, kind: str) -> Trouble | None:
    match kind:
        case "bounce":
            return _bounce(event)
        case "dropped":
            return DROPPED.get(event.text("reason").lower(), "ours")
        case "spamreport":
            return "complaint"
        case "unsubscribe" | "group_unsubscribe":
            return "unsubscribed"
    return None


def _bounce(event: Event) -> Trouble:
    """ "blocked" may go well another time, "bounce" never will, as SendGrid sees it."""
    if event.text("bounce_classification").lower() in OURS:
        return "ours"
    return "soft" if event.text("type") == "blocked" else "hard"
