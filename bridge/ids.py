"""Identifiers: new ones sort by time, derived ones are the same whenever their cause is the same."""

import os
import time
from uuid import UUID, uuid5

NAMESPACE = UUID("7d8f3c52-5c0e-5b5e-9a53-1f1d4a6f0c11")


def new_id(unix_ms: int | None = None) -> UUID:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, then randomness, so that ids sort by time."""
    milliseconds = time.time_ns() // 1_000_000 if unix_ms is None else unix_ms
    tail = int.from_bytes(os.urandom(10), "big")
    version, variant = 0x7 << 76, 0x2 << 62
    low = tail & ~(0xF << 76) & ~(0x3 << 62)
    return UUID(int=(milliseconds << 80) | version | variant | low)


def derived_id(*cause: object) -> UUID:
    """A UUID version 5 (RFC 9562) of its cause: the same words give the same id, on every machine."""
    return uuid5(NAMESPACE, "\x1f".join(str(part) for part in cause))
