"""A return path for every mail (VERP): whatever comes back to it says which delivery it is about, and proves it."""

import base64
import re
from collections.abc import Sequence
from uuid import UUID

from bridge.delivery.macs import Macs

_ID_OCTETS = 16
_MAC_OCTETS = 9
"""72 bits: each guess costs a mail to us, and with the id they are 25 octets, which base32 writes in one way only."""

_LONGEST_LOCAL_PART = 64  # RFC 5321 4.5.3.1.1
_TOKEN_LENGTH = 40
_TOKEN = re.compile(rf"[+=-]([a-z2-7]{{{_TOKEN_LENGTH}}})(?=@|$)")

LONGEST_LOCAL_PART = _LONGEST_LOCAL_PART - _TOKEN_LENGTH - 1
"""Octets that the local part of LEADBRIDGE_RETURN_PATH may have: the token and a plus stand beside it."""


class ReturnPaths:
    """Writes with the newest key and reads with all of them.

    secret_keys: newest first, as in LEADBRIDGE_SECRET_KEYS. base: the address below which return paths are made,
    as in LEADBRIDGE_RETURN_PATH; without one nothing is written, but what was written earlier is still read.
    """

    def __init__(self, secret_keys: Sequence[str], base: str | None = None) -> None:
        self._macs = Macs(secret_keys, "return-path")
        self._base = base

    def write(self, delivery: UUID) -> str | None:
        """The return path of a delivery, `local+<token>@domain`; None when there is no address to make it from."""
        if self._base is None:
            return None
        local, _, domain = self._base.rpartition("@")
        signed = delivery.bytes + _shortened(self._macs.of(delivery.bytes))
        return f"{local}+{base64.b32encode(signed).decode('ascii').lower()}@{domain}"

    def read(self, address: str) -> UUID | None:
        """The delivery that a return path, or its local part, was made for; None when we did not make it.

        Large and small letters are the same, since servers change them. What stands before the token is not
        looked at: forwarders put marks of their own there (SRS, BATV), and the signature is what proves it.
        """
        found = _TOKEN.search(address.strip().strip("<>").lower())
        if found is None:
            return None
        signed = base64.b32decode(found[1].upper())
        delivery = UUID(bytes=signed[:_ID_OCTETS])
        return delivery if self._macs.prove(delivery.bytes, signed[_ID_OCTETS:], _shortened) else None


def _shortened(mac: bytes) -> bytes:
    return mac[:_MAC_OCTETS]
