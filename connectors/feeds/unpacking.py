"""Unpacks what a web server packed, and never more of it than was asked for."""

import zlib
from enum import Enum

_GZIP = zlib.MAX_WBITS | 16


class Unpacked(Enum):
    """Why something could not be unpacked."""

    TOO_MUCH = "too much"
    BROKEN = "broken"


def unpack(body: bytes, encoding: str, size: int) -> bytes | Unpacked:
    """What was sent, of at most `size` bytes. encoding: as a Content-Encoding names it; gzip and none are known."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body
    if name not in ("gzip", "x-gzip"):
        return Unpacked.BROKEN
    unpacker = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacker.decompress(body, size + 1)
    except zlib.error:
        return Unpacked.BROKEN
    if len(unpacked) > size:
        return Unpacked.TOO_MUCH
    return unpacked if unpacker.eof else Unpacked.BROKEN
