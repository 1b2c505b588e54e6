"""What only our secret keys can make of some octets: written with the newest of them, known by all of them.

A code is made by two hashes that have seen their key already, as RFC 2104 suggests in its section 4: each click waits
for it, and OpenSSL's own HMAC takes two to three times as long for so little.
"""

import hmac
from collections.abc import Callable, Sequence
from hashlib import sha256

_BLOCK = 64
"""Octets that SHA-256 takes at a time."""


class Macs:
    """Message authentication codes (HMAC-SHA256) for one purpose, which has keys of its own.

    secret_keys: newest first, as in LEADBRIDGE_SECRET_KEYS.
    """

    def __init__(self, secret_keys: Sequence[str], purpose: str) -> None:
        salt = f"leadbridge.{purpose}".encode()
        self._codes = [_code_with(hmac.digest(key.encode(), salt, "sha256")) for key in secret_keys]

    def of(self, subject: bytes) -> bytes:
        """32 octets."""
        return self._codes[0](subject)

    def prove(self, subject: bytes, said: bytes, written: Callable[[bytes], bytes]) -> bool:
        """Whether this is how `written` shows the code of a subject. Takes as long for what is wrong."""
        fitting = [hmac.compare_digest(written(code(subject)), said) for code in self._codes]
        return any(fitting)


def _code_with(key: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA256 (RFC 2104). key: at most 64 octets."""
    block = key.ljust(_BLOCK, b"\0")
    inner, outer = (sha256(bytes(octet ^ pad for octet in block)) for pad in (0x36, 0x5C))

    def code(subject: bytes) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update(subject)
        second.update(first.digest())
        return second.digest()

    return code
