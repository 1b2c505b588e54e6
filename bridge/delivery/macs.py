"""What only our secret keys can make of some octets: written with the newest of them, known by all of them."""

import hmac
from collections.abc import Callable, Sequence


class Macs:
    """Message authentication codes (HMAC-SHA256) for one purpose, which has keys of its own.

    secret_keys: newest first, as in LEADBRIDGE_SECRET_KEYS.
    """

    def __init__(self, secret_keys: Sequence[str], purpose: str) -> None:
        salt = f"leadbridge.{purpose}".encode()
        self._keys = [hmac.digest(key.encode(), salt, "sha256") for key in secret_keys]

    def of(self, subject: bytes) -> bytes:
        """32 octets."""
        return hmac.digest(self._keys[0], subject, "sha256")

    def prove(self, subject: bytes, said: bytes, written: Callable[[bytes], bytes]) -> bool:
        """Whether this is how `written` shows the code of a subject. Takes as long for what is wrong."""
        fitting = [
            hmac.compare_digest(written(hmac.digest(key, subject, "sha256")), said) for key in self._keys
        ]
        return any(fitting)
