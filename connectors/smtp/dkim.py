"""Sign mails as RFC 6376 says: relaxed canonicalization, RSA with SHA-256, and Ed25519 beside it (RFC 8463)."""

import base64
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Protocol

ONCE = (
    *("from", "sender", "to", "cc", "subject", "date", "reply-to", "message-id"),
    *("mime-version", "content-type", "content-transfer-encoding"),
    *("auto-submitted", "list-id", "list-unsubscribe", "list-unsubscribe-post"),
)
"""Signed once more than they occur: another one, put in front on the way, breaks the signature.

RFC 8058 asks for both of the last to be signed.
"""

SIGNED = (*ONCE, "content-language", "feedback-id")
"""The others are signed where they occur."""

_FIELD_END = re.compile(rb"\r\n(?![ \t])")
_LINE = 72


class Key(Protocol):
    """What signs, such as `DkimKey`. algorithm: `rsa` or `ed25519`."""

    @property
    def selector(self) -> str: ...
    @property
    def algorithm(self) -> str: ...
    def sign(self, data: bytes) -> bytes:
        """The signature of canonical headers."""


def signed(content: bytes, domain: str, keys: Sequence[Key], now: datetime) -> bytes:
    """The mail with one signature for each key in front of it.

    content: a whole message with CRLF at every line end. domain: of its From field, in ASCII. now: aware.
    """
    if not keys:
        return content
    head, _, body = content.partition(b"\r\n\r\n")
    fields = [_relaxed_field(text) for text in _FIELD_END.split(head)]
    names, lines = _to_sign(fields)
    body_hash = base64.b64encode(sha256(relaxed_body(body)).digest()).decode("ascii")
    signatures = (_signature(key, domain, names, lines, body_hash, now) for key in keys)
    return b"".join((*signatures, content))


def relaxed_body(body: bytes) -> bytes:
    """RFC 6376 3.4.4: runs of blanks are one, none at the end of a line, no empty lines at the end."""
    text = _single_blanks(body).replace(b" \r\n", b"\r\n").rstrip(b" \r\n")
    return text + b"\r\n" if text else b""


def _relaxed_field(text: bytes) -> tuple[str, bytes]:
    """Its name, and the field as RFC 6376 3.4.2 wants it: unfolded, runs of blanks are one."""
    name, _, value = text.partition(b":")
    name = name.strip().lower()
    return name.decode("ascii"), name + b":" + _single_blanks(value.replace(b"\r\n", b"")).strip(b" ")


def _single_blanks(text: bytes) -> bytes:
    """The text with every run of blanks as one space. A regular expression takes four times as long."""
    text = text.replace(b"\t", b" ")
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text


def _to_sign(fields: Sequence[tuple[str, bytes]]) -> tuple[list[str], list[bytes]]:
    """The names for `h=`, and the fields they stand for; of several with one name the last goes first (5.4.2)."""
    names: list[str] = []
    lines: list[bytes] = []
    for name in SIGNED:
        found = [line for other, line in reversed(fields) if other == name]
        names += [name] * (len(found) + (name in ONCE))
        lines += found
    return names, lines


def _signature(
    key: Key, domain: str, names: Sequence[str], lines: Sequence[bytes], body_hash: str, now: datetime
) -> bytes:
    """The whole header field, folded, with CRLF at its end."""
    unsigned = "\r\n\t".join(
        (
            f"DKIM-Signature: v=1; a={key.algorithm}-sha256; c=relaxed/relaxed;",
            f"d={domain}; s={key.selector}; t={int(now.timestamp())};",
            f"h={_folded_names(names)};",
            f"bh={body_hash};",
            "b=",
        )
    ).encode("ascii")
    signature = key.sign(b"\r\n".join((*lines, _relaxed_field(unsigned)[1])))
    return unsigned + _folded(base64.b64encode(signature)) + b"\r\n"


def _folded_names(names: Sequence[str]) -> str:
    """The names between colons, a line of its own for every few."""
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > _LINE:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n\t ".join(lines).removesuffix(":")


def _folded(signature: bytes) -> bytes:
    return b"\r\n\t ".join(_pieces(signature))


def _pieces(text: bytes) -> Iterator[bytes]:
    for start in range(0, len(text), _LINE):
        yield text[start : start + _LINE]
