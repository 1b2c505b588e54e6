"""Mailgun: https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks

The body proves itself: HMAC-SHA256 of a time and a token that is used once. The event beside them is not signed, so
a token makes one notice, whatever stands beside it the second time. Mailgun retries everything but 200 and 406, for
about eight hours, and nothing says that it signs anew: hence the long span.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from connectors.contract import Notice, Trouble, one_line
from connectors.providers.events import (
    Event,
    Strange,
    json_of,
    key_of,
    message_id_in,
    recipient,
    report,
    status_in,
    unix_moment,
)
from connectors.providers.hook import HookRequest, NotProven, Report
from connectors.providers.judgement import trouble
from connectors.providers.proof import is_one_of, prove_recent

OLDEST = timedelta(hours=9)
REASONS: Mapping[str, Trouble] = {
    "bounce": "hard",
    "suppress-bounce": "hard",
    "suppress-complaint": "complaint",
    "suppress-unsubscribe": "unsubscribed",
    "old": "soft",
    "espblock": "ours",
}
"""Why Mailgun gave up; "generic" and others blame nobody."""


class Mailgun:
    """Reads what Mailgun posts. keys: HTTP webhook signing keys, any of which proves it."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys

    def read(self, request: HookRequest) -> Report:
        """What is told. Raises NotProven."""
        try:
            content = Event.of(json_of(request.body))
        except Strange as error:
            raise NotProven(f"the body holds no signature: {error}") from error
        token = self._proven(content.part("signature"), request.at)
        event = content.values.get("event-data")
        return report([event], lambda event: _notice(event, key_of("token", token), request.at))

    def _proven(self, signature: Event, now: datetime) -> str:
        """The token. Raises NotProven."""
        time, token = signature.text("timestamp"), signature.text("token")
        if not (re.fullmatch("[0-9]{10}", time) and re.fullmatch("[0-9a-f]{50}", token)):
            raise NotProven("time and token have another shape than Mailgun's")
        signed = f"{time}{token}".encode(errors="replace")
        expected = (hmac.new(key.encode(), signed, "sha256").hexdigest().encode() for key in self._keys)
        if not is_one_of(signature.text("signature").encode(errors="replace"), expected):
            raise NotProven("the signature is missing or wrong")
        prove_recent(unix_moment(time, now), now, OLDEST)
        return token


def _notice(event: Event, key: str, now: datetime) -> Notice | None:
    kind, status, words = event.needed("event"), _status(event), _words(event)
    said = _trouble(event, kind)
    if said is None:
        return None
    return Notice(
        source="mailgun",
        key=key,
        trouble=trouble(said, status, words) if kind == "failed" and said in {"hard", "soft"} else said,
        message_id=message_id_in(event.text("message", "headers", "message-id")),
        recipient=recipient(event.text("recipient") or event.needed("message", "headers", "to")),
        at=unix_moment(event.text("timestamp"), now),
        status=status,
        words=one_line(" ".join(filter(None, (kind, event.text("reason"), words)))),
    )


def _trouble(event: Event, kind: str) -> Trouble | None:
    match kind:
        case "failed" if event.text("severity") != "temporary":
            return REASONS.get(event.text("reason"), "soft")
        case "rejected":
            return "ours"
        case "complained":
            return "complaint"
        case "unsubscribed":
            return "unsubscribed"
    return None


def _status(event: Event) -> str:
    said = event.part("delivery-status")
    return status_in(said.text("enhanced-code")) or status_in(said.text("message"))


def _words(event: Event) -> str:
    said = event.part("delivery-status")
    return said.text("message") or said.text("description") or event.text("reject", "reason")
