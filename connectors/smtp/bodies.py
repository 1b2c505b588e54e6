"""Bodies of mails as MIME wants them (RFC 2045, RFC 2046): ASCII in short lines, whatever the text."""

import base64
from binascii import b2a_qp

_BOUNDARY = "=_leadbridge"
"""No body contains it: neither of the two encodings writes "=_" (RFC 2045 6.7)."""

_STILL_READABLE = 1.5
"""Octets for each, beyond which quoted-printable shows nobody anything: then base64 is shorter by far."""


def body(text: str, html: str | None) -> bytes:
    """The last header fields of a mail, an empty line, and its text; with HTML as multipart/alternative.

    Raises ValueError for what cannot be written as UTF-8.
    """
    if html is None:
        return _part("plain", text)
    opening = f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n\r\n'
    between, end = f"--{_BOUNDARY}\r\n".encode(), f"--{_BOUNDARY}--\r\n".encode()
    plain, rich = _part("plain", text), _part("html", html)
    return b"".join((opening.encode(), between, plain, b"\r\n", between, rich, b"\r\n", end))


def _part(subtype: str, text: str) -> bytes:
    """Its header fields, an empty line and the text, which ends with a line break."""
    encoding, content = _encoded(b"\r\n".join((*text.encode("utf-8").splitlines(), b"")))
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode() + content


def _encoded(raw: bytes) -> tuple[str, bytes]:
    quoted: bytes = b2a_qp(raw)
    if len(quoted) <= len(raw) * _STILL_READABLE:
        return "quoted-printable", quoted
    return "base64", base64.encodebytes(raw).replace(b"\n", b"\r\n")
