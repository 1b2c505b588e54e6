"""What only our secret keys can read: sealed with the newest of them, opened by all of them.

Fernet seals (AES-128-CBC and HMAC-SHA256, with the time at which it was done). Each purpose has keys of its own, made
of the installation's by HKDF (RFC 5869).
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bridge.errors import InvalidToken

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_KEY = 32


class Seals:
    """Seals for one purpose. secret_keys: newest first, as in LEADBRIDGE_SECRET_KEYS."""

    def __init__(self, secret_keys: Sequence[str], purpose: str) -> None:
        self._keys, self._purpose = tuple(secret_keys), purpose

    def seal(self, words: str, now: datetime) -> str:
        """Sealed words, in ASCII."""
        return self._boxes()[0].encrypt_at_time(words.encode(), int(now.timestamp())).decode("ascii")

    def open(self, sealed: str, now: datetime | None = None, lasts: timedelta | None = None) -> str:
        """The words. lasts: how long after they were sealed. Raises InvalidToken, also when that is over."""
        from cryptography.fernet import InvalidToken as Unfit

        for box in self._boxes():
            try:
                if lasts is None or now is None:
                    return box.decrypt(sealed.encode()).decode()
                moment, span = int(now.timestamp()), int(lasts.total_seconds())
                return box.decrypt_at_time(sealed.encode(), span, moment).decode()
            except Unfit:
                continue
        raise InvalidToken

    def is_fresh(self, sealed: str) -> bool:
        """Whether the newest key sealed it; else it should be sealed anew, before the older key goes."""
        from cryptography.fernet import InvalidToken as Unfit

        try:
            self._boxes()[0].decrypt(sealed.encode())
        except Unfit:
            return False
        return True

    def _boxes(self) -> "list[Fernet]":
        return [_box(key, self._purpose) for key in self._keys]


def _box(secret_key: str, purpose: str) -> "Fernet":
    from cryptography.fernet import Fernet  # slow to load, and only the console needs it
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    made = HKDF(SHA256(), _KEY, salt=None, info=f"leadbridge.{purpose}".encode()).derive(secret_key.encode())
    return Fernet(urlsafe_b64encode(made))
