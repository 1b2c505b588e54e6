"""Tokens in links: signed with HMAC-SHA256 (itsdangerous), one salt per purpose, the least payload that works."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from bridge.delivery.codes import Codes
from bridge.delivery.message_ids import MessageIds
from bridge.errors import ExpiredToken, InvalidToken

_MOMENT = 5


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a token is good for. max_age: None for tokens that never age; only the others carry their time."""

    name: str
    max_age: timedelta | None = None


OPEN = Purpose("open")
CLICK = Purpose("click")
DOWNLOAD = Purpose("download")
PREFERENCES = Purpose("preferences")
UNSUBSCRIBE = Purpose("unsubscribe")
ME = Purpose("me")
ERASE = Purpose("erase", timedelta(days=2))
CONFIRM = Purpose("confirm", timedelta(days=14))
LEAD = Purpose("lead", timedelta(days=180))
STAMP = Purpose("stamp", timedelta(days=1))
ARRIVAL = Purpose("arrival", timedelta(minutes=10))
PURPOSES = (OPEN, CLICK, DOWNLOAD, PREFERENCES, UNSUBSCRIBE, ME, ERASE, CONFIRM, LEAD, STAMP, ARRIVAL)


class Tokens:
    """Signs with the newest key and verifies with all of them.

    codes: what the same keys make for devices. message_ids: and for mails.

    secret_keys: newest first, as in LEADBRIDGE_SECRET_KEYS.
    """

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self.codes = Codes(secret_keys)
        self.message_ids = MessageIds(secret_keys)
        oldest_first = [key.encode() for key in reversed(secret_keys)]
        self._signers = {
            purpose.name: Signer(
                oldest_first,
                salt=f"leadbridge.{purpose.name}".encode(),
                key_derivation="hmac",
                digest_method=hashlib.sha256,
            )
            for purpose in PURPOSES
        }

    def sign(self, purpose: Purpose, payload: bytes, now: datetime | None = None) -> str:
        """A token for a URL. now: needed for purposes with an age limit."""
        if purpose.max_age is not None:
            if now is None:
                raise ValueError(f"a token for {purpose.name} needs the time")
            payload = int(now.timestamp()).to_bytes(_MOMENT, "big") + payload
        encoded = base64.urlsafe_b64encode(payload).rstrip(b"=")
        return self._signers[purpose.name].sign(encoded).decode("ascii")

    def open(self, purpose: Purpose, token: str, now: datetime | None = None) -> bytes:
        """The payload of a token. Raises InvalidToken, or ExpiredToken when it is too old."""
        try:
            text = token.encode("ascii")
            encoded = self._signers[purpose.name].unsign(text)
            _as_written(text.rpartition(b".")[2])
            payload = base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4))
        except (BadData, UnicodeEncodeError, binascii.Error) as error:
            raise InvalidToken from error
        if purpose.max_age is None:
            return payload
        return _fresh(payload, purpose.max_age, now)


def _as_written(signature: bytes) -> None:
    """Base64 has several spellings of the same bytes; only ours is good, so that a token has one form."""
    if base64_encode(base64_decode(signature)) != signature:
        raise BadSignature("another spelling of the signature")


def _fresh(payload: bytes, max_age: timedelta, now: datetime | None) -> bytes:
    if now is None:
        raise ValueError("a token with an age limit needs the time")
    signed_at = datetime.fromtimestamp(int.from_bytes(payload[:_MOMENT], "big"), UTC)
    if now - signed_at > max_age:
        raise ExpiredToken
    return payload[_MOMENT:]
