"""Tokens in links: signed with HMAC-SHA256, one salt per purpose, the least payload that works.

itsdangerous signs them: payload, full stop, signature, both in base64url without padding. They are verified here in
the same way, but with keys that are derived once, since each click waits for it.
"""

import hashlib
from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import Signer

from bridge.delivery.codes import Codes
from bridge.delivery.macs import Macs
from bridge.delivery.message_ids import MessageIds
from bridge.delivery.seals import Seals
from bridge.errors import ExpiredToken, InvalidToken

_MOMENT = 5
_TO_URL, _FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")


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
ASK = Purpose("ask", timedelta(days=30))
STAMP = Purpose("stamp", timedelta(days=1))
ARRIVAL = Purpose("arrival", timedelta(minutes=10))
REPORTS = Purpose("reports", timedelta(days=7))
ACCOUNT_LINKS_LAST = timedelta(days=2)
ACCOUNT = Purpose("account", ACCOUNT_LINKS_LAST)
KNOWN_FOR = timedelta(days=180)
KNOWN = Purpose("known", KNOWN_FOR)
PURPOSES = (
    OPEN,
    CLICK,
    DOWNLOAD,
    PREFERENCES,
    UNSUBSCRIBE,
    ME,
    ERASE,
    CONFIRM,
    LEAD,
    ASK,
    STAMP,
    ARRIVAL,
    REPORTS,
    ACCOUNT,
    KNOWN,
)


class Tokens:
    """Signs with the newest key and verifies with all of them.

    codes: what the same keys make for devices. message_ids: and for mails. second_factors, ways_back, asked: what
    they seal, the secrets of second factors, what a browser keeps while somebody proves elsewhere who they are, and
    for which address somebody asked for a link.

    secret_keys: newest first, as in LEADBRIDGE_SECRET_KEYS. speed: of the clock; age limits are the world's time.
    """

    def __init__(self, secret_keys: Sequence[str], speed: int = 1) -> None:
        self._speed = speed
        self.codes = Codes(secret_keys)
        self.message_ids = MessageIds(secret_keys)
        self.second_factors = Seals(secret_keys, "second-factor")
        self.ways_back = Seals(secret_keys, "way-back")
        self.asked = Seals(secret_keys, "asked")
        self._signers = {purpose.name: _signer(secret_keys[0], purpose) for purpose in PURPOSES}
        self._macs = {purpose.name: Macs(secret_keys, purpose.name) for purpose in PURPOSES}

    def sign(self, purpose: Purpose, payload: bytes, now: datetime | None = None) -> str:
        """A token for a URL. now: needed for purposes with an age limit."""
        if purpose.max_age is not None:
            if now is None:
                raise ValueError(f"a token for {purpose.name} needs the time")
            payload = int(now.timestamp()).to_bytes(_MOMENT, "big") + payload
        return self._signers[purpose.name].sign(_written(payload)).decode("ascii")

    def open(self, purpose: Purpose, token: str, now: datetime | None = None) -> bytes:
        """The payload of a token. Raises InvalidToken, or ExpiredToken when it is too old."""
        encoded, _, signature = token.encode(errors="replace").rpartition(b".")
        if not self._macs[purpose.name].prove(encoded, signature, _written):
            raise InvalidToken
        payload = a2b_base64(encoded.translate(_FROM_URL) + b"=" * (-len(encoded) % 4))
        if purpose.max_age is None:
            return payload
        return _fresh(payload, purpose.max_age * self._speed, now)


def _signer(secret_key: str, purpose: Purpose) -> Signer:
    salt = f"leadbridge.{purpose.name}".encode()
    return Signer(secret_key.encode(), salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)


def _written(octets: bytes) -> bytes:
    """The one way in which we write octets: base64 has several, and whoever compares sees only this one."""
    return b2a_base64(octets, newline=False).translate(_TO_URL).rstrip(b"=")


def _fresh(payload: bytes, max_age: timedelta, now: datetime | None) -> bytes:
    if now is None:
        raise ValueError("a token with an age limit needs the time")
    signed_at = datetime.fromtimestamp(int.from_bytes(payload[:_MOMENT], "big"), UTC)
    if now - signed_at > max_age:
        raise ExpiredToken
    return payload[_MOMENT:]
