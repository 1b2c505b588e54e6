"""SMTPeter by Copernica: https://www.smtpeter.com/en/documentation/webhook-security

Every request is signed with a key that lies in the DNS below copernica.com, like a DKIM key (RFC 6376 3.6.1). Its
events have no ids, and a mail is told by the tag that it carried.
"""

import base64
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from connectors.contract import Notice, one_line
from connectors.dates import moment_in
from connectors.providers.cavage import TARGET, Signature, prove_digest, prove_signature, signature_of
from connectors.providers.events import (
    Event,
    Strange,
    delivery_marked,
    json_of,
    key_of,
    message_id_quoted,
    recipient,
    report,
    status_in,
    unix_moment,
    unreadable,
)
from connectors.providers.familiar import Familiar
from connectors.providers.hook import HookRequest, NotProven, Report
from connectors.providers.proof import prove_recent
from connectors.providers.remembering import Remembering
from connectors.smtp.verdicts import blame

LookUp = Callable[[str], Sequence[str]]
"""The TXT records of a name; none when there is no such name. Raises Unreachable."""

COVERED = frozenset({TARGET, "host", "date", "x-copernica-id", "digest"})
KEY_NAME = re.compile(r"([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.){1,8}copernica\.com", re.IGNORECASE)
SMALLEST_KEY = 1024
MOST_FIELDS = 200
ACCOUNT = "x-copernica-id"


class SmtPeter:
    """Reads what SMTPeter posts. accounts: of ours, as `X-Copernica-ID` names them. public_url: where we are."""

    def __init__(
        self, accounts: Sequence[str], public_url: str, look_up: LookUp, familiar: Familiar | None = None
    ) -> None:
        self._accounts = accounts
        self._host, self._prefix = urlsplit(public_url).netloc.lower(), urlsplit(public_url).path
        self._keys = Remembering(lambda name: _key(look_up(name)), familiar=familiar)

    def read(self, request: HookRequest) -> Report:
        """What is told. Raises NotProven, Unreachable."""
        self._prove(request)
        try:
            return report([_content(request)], lambda event: _notice(event, request.at))
        except Strange as error:
            return unreadable(request.body, error)

    def _prove(self, request: HookRequest) -> None:
        """The cheap checks first, since for the last one the DNS may have to be asked."""
        prove_recent(moment_in(request.headers.get("date", "")), request.at)
        if request.headers.get("host", "").lower() != self._host:
            raise NotProven("the request was signed for another host")
        if request.headers.get(ACCOUNT, "").strip() not in self._accounts:
            raise NotProven("the request is of another account")
        prove_digest(request)
        signature = signature_of(request)
        prove_signature(request, signature, self._prefix + request.target, self._key_of(signature))

    def _key_of(self, signature: Signature) -> RSAPublicKey:
        if missing := COVERED - set(signature.covers):
            raise NotProven(f"the signature does not cover {', '.join(sorted(missing))}")
        if not KEY_NAME.fullmatch(signature.key_id):
            raise NotProven("the key is not one of copernica.com")
        return self._keys(signature.key_id.lower())


def _key(records: Sequence[str]) -> RSAPublicKey:
    """The key in DKIM records. Raises NotProven."""
    for record in records:
        tags = dict(part.strip().partition("=")[::2] for part in record.split(";"))
        try:
            key = load_der_public_key(base64.b64decode("".join(tags.get("p", "").split())))
        except (ValueError, UnsupportedAlgorithm):
            continue
        if isinstance(key, RSAPublicKey) and key.key_size >= SMALLEST_KEY:
            return key
    raise NotProven("the DNS has no key of that name")


def _content(request: HookRequest) -> dict[str, Any]:
    """The fields of a form, or an object of JSON. Raises Strange."""
    if "json" in request.headers.get("content-type", ""):
        return Event.of(json_of(request.body)).values
    try:
        return dict(parse_qsl(request.body.decode(), strict_parsing=True, max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise Strange("neither a form nor JSON") from error


def _notice(event: Event, now: datetime) -> Notice | None:
    match event.needed("type"):
        case "failure":
            return _failure(event, now)
        case "abuse":
            return _complaint(event, now)
    return None


def _failure(event: Event, now: datetime) -> Notice:
    words, code = event.text("description"), event.text("code")
    status = status_in(event.text("extended")) or status_in(words)
    return Notice(
        source="smtpeter",
        key=key_of("failure", event.needed("id"), event.needed("recipient"), event.text("time")),
        trouble=blame(status, words, int(code) if re.fullmatch("[0-9]{3}", code) else None),
        delivery=_marked(event),
        recipient=recipient(event.needed("recipient")),
        at=unix_moment(event.text("time"), now),
        status=status,
        words=one_line(f"{code} {event.text('extended')} {words}"),
    )


def _complaint(event: Event, now: datetime) -> Notice:
    """Who complains is whoever wrote the report, so only the mail that is quoted in it counts. Raises Strange."""
    delivery, quoted = _marked(event), message_id_quoted(event.text("mime"))
    if not (delivery or quoted):
        raise Strange("a complaint that quotes no mail of ours")
    return Notice(
        source="smtpeter",
        key=key_of("abuse", event.needed("id"), str(delivery or quoted)),
        trouble="complaint",
        delivery=delivery,
        message_id=quoted,
        at=unix_moment(event.text("time"), now),
        words="complaint",
    )


def _marked(event: Event) -> UUID | None:
    """Tags come as one text, or as several fields whose names begin alike."""
    tags = [event.text(name) for name in event.values if name.startswith("tags")]
    marks = (delivery_marked(tag) for text in tags for tag in re.split("[;,]", text))
    return next(filter(None, marks), None)
