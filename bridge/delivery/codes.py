"""Six-digit codes for devices of sales: made from the id of a row and our secret, so that nobody can look one up."""

import re
from collections.abc import Sequence
from uuid import UUID

from bridge.delivery.macs import Macs

DIGITS = 6
_BLANKS = re.compile(r"[\s-]")
_CODE = re.compile(f"[0-9]{{{DIGITS}}}")


class Codes:
    """Makes codes with the newest key and knows those of all keys.

    secret_keys: newest first, as in LEADBRIDGE_SECRET_KEYS.
    """

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._macs = Macs(secret_keys, "code")

    def write(self, code_id: UUID) -> str:
        """The code that belongs to an id: always the same, so that a mail that is sent twice says the same."""
        return _digits(self._macs.of(code_id.bytes)).decode("ascii")

    def fits(self, code_id: UUID, typed: str) -> bool:
        """Whether somebody typed that code, however they group its digits. Takes as long for a wrong one."""
        return self._macs.prove(code_id.bytes, _ungrouped(typed).encode(), _digits)


def could_be_code(typed: str) -> bool:
    """Whether somebody typed six digits, however they group them. Anything else is no guess: it fits no code."""
    return _CODE.fullmatch(_ungrouped(typed)) is not None


def _ungrouped(typed: str) -> str:
    return _BLANKS.sub("", typed[:40])


def _digits(mac: bytes) -> bytes:
    """The last digits of a MAC. Of 2**64 numbers each remainder is as likely as another, but for one in 10**13."""
    number = int.from_bytes(mac[:8], "big")
    return b"%0*d" % (DIGITS, number % 10**DIGITS)
