"""Brevo: https://developers.brevo.com/docs/transactional-webhooks

It signs nothing; it proves itself by the login in the hook's address, or by a token
(https://developers.brevo.com/docs/username-and-password-authentication). Its events have no ids.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from connectors.contract import Notice, Trouble, one_line
from connectors.providers.events import (
    Event,
    delivery_marked,
    key_of,
    message_id_in,
    recipient,
    status_in,
    told,
    unix_moment,
)
from connectors.providers.hook import HookRequest, Report
from connectors.providers.judgement import trouble
from connectors.providers.proof import prove_login

EVENTS: Mapping[str, Trouble] = {
    "hardbounce": "hard",
    "invalid": "hard",
    "invalidemail": "hard",
    "softbounce": "soft",
    "blocked": "ours",
    "error": "ours",
    "spam": "complaint",
    "complaint": "complaint",
    "unsubscribe": "unsubscribed",
    "unsubscribed": "unsubscribed",
}
"""By Brevo's name without underlines and in small letters, since its pages write them in several ways."""


class Brevo:
    """Reads what Brevo posts. logins: `user:password` or a bearer token, any of which proves it."""

    def __init__(self, logins: Sequence[str]) -> None:
        self._logins = logins

    def read(self, request: HookRequest) -> Report:
        """What is told. Raises NotProven."""
        prove_login(request, self._logins)
        return told(request, _notice)


def _notice(event: Event, now: datetime) -> Notice | None:
    kind = event.needed("event")
    said = EVENTS.get(kind.replace("_", "").lower())
    if said is None:
        return None
    words, address, message = event.text("reason"), event.needed("email"), event.text("message-id")
    status = status_in(words)
    return Notice(
        source="brevo",
        key=key_of(kind, message, address, event.text("ts_epoch") or event.text("ts_event")),
        trouble=trouble(said, status, words) if said in {"hard", "soft"} else said,
        delivery=delivery_marked(event.text("X-Mailin-custom")),
        message_id=message_id_in(message),
        recipient=recipient(address),
        # its other times follow the account's time zone
        at=unix_moment(event.text("ts_epoch"), now, milliseconds=True),
        status=status,
        words=one_line(f"{kind}: {words}"),
    )
