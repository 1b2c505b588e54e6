"""Six-digit codes for devices of sales: made from the id of a row and our secret, so that nobody can look one up."""

import hmac
import re
from collections.abc import Sequence
from uuid import UUID

DIGITS = 6
_BLANKS = re.compile(r"[\s-]")
_CODE = re.compile(f"[0-9]{{{DIGITS}}}")


class Codes:
    """Makes codes with the newest key and knows those of all keys.

    secret_keys: newest first, as in LEADBRIDGE_SECRET_KEYS.
    """

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._keys = [_derived(key) for key in secret_keys]

    def write(self, code_id: UUID) -> str:
        """The code that belongs to an id: always the same, so that a mail that is sent twice says the same."""
        return _digits(self._keys[0], code_id)

    def fits(self, code_id: UUID, typed: str) -> bool:
        """Whether somebody typed that code, however they group its digits. Takes as long for a wrong one."""
        candidate = _ungrouped(typed).encode()
        fitting = [hmac.compare_digest(_digits(key, code_id).encode(), candidate) for key in self._keys]
        return any(fitting)


def could_be_code(typed: str) -> bool:
    """Whether somebody typed six digits, however they group them. Anything else is no guess: it fits no code."""
    return _CODE.fullmatch(_ungrouped(typed)) is not None


def _ungrouped(typed: str) -> str:
    return _BLANKS.sub("", typed[:40])


def _derived(secret_key: str) -> bytes:
    """A key for this purpose alone."""
    return hmac.digest(secret_key.encode(), b"leadbridge.code", "sha256")


def _digits(key: bytes, code_id: UUID) -> str:
    """The last digits of a MAC. Of 2**64 numbers each remainder is as likely as another, but for one in 10**13."""
    number = int.from_bytes(hmac.digest(key, code_id.bytes, "sha256")[:8], "big")
    return f"{number % 10**DIGITS:0{DIGITS}d}"
