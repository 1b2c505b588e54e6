"""What only our secret keys can make of an id: written with the newest of them, known by all of them."""

import hmac
from collections.abc import Callable, Sequence
from uuid import UUID


class Macs:
    """Message authentication codes (HMAC-SHA256) for one purpose, which has keys of its own.

    secret_keys: newest first, as in LEADBRIDGE_SECRET_KEYS.
    """

    def __init__(self, secret_keys: Sequence[str], purpose: str) -> None:
        salt = f"leadbridge.{purpose}".encode()
        self._keys = [hmac.digest(key.encode(), salt, "sha256") for key in secret_keys]

    def of(self, subject: UUID) -> bytes:
        """32 octets."""
        return _mac(self._keys[0], subject)

    def prove(self, subject: UUID, said: bytes, written: Callable[[bytes], bytes]) -> bool:
        """Whether this is how `written` shows the code of a subject. Takes as long for what is wrong."""
        fitting = [hmac.compare_digest(written(_mac(key, subject)), said) for key in self._keys]
        return any(fitting)


def _mac(key: bytes, subject: UUID) -> bytes:
    return hmac.digest(key, subject.bytes, "sha256")
