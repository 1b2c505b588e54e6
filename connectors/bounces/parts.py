"""The parts of a message, read so that nothing in it can stop the reader: reports are written by many programs."""

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from typing import TYPE_CHECKING

_MOST_DEPTH = 5
_MOST_TEXT = 20_000
_ADDRESS = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;:]+")
_TAGS = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>", re.IGNORECASE | re.DOTALL)

if TYPE_CHECKING:
    Mime = Message[str, str]
else:
    Mime = Message


def field(message: Mime, name: str) -> str:
    """A header field in plain words on one line, "" when it is missing."""
    return next(iter(fields(message, name)), "")


def fields(message: Mime, name: str) -> list[str]:
    """All header fields of that name, in plain words."""
    raw = [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]
    return [_decoded(value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")) for value in raw]


def addresses(text: str) -> list[str]:
    """What looks like an address in a header field."""
    return [found.strip(".") for found in _ADDRESS.findall(text)]


def parts(message: Mime, depth: int = 0) -> Iterator[Mime]:
    """The parts of a message, without those of the messages that it carries."""
    payload = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(payload, list) and depth < _MOST_DEPTH:
        for part in payload:
            if isinstance(part, Message):
                yield from parts(part, depth + 1)
    else:
        yield message


def part_of(message: Mime, *kinds: str) -> Mime | None:
    """The first part of one of these content types."""
    return next((part for part in parts(message) if part.get_content_type() in kinds), None)


def inner(part: Mime) -> list[Mime]:
    """The blocks of fields in a part such as message/delivery-status, or the message in message/rfc822."""
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def text_of(part: Mime) -> str:
    """The text of a part, at most 20,000 characters of it; tags of HTML are left out."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    try:
        text = raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        text = raw.decode("utf-8", "replace")
    plain = _TAGS.sub(" ", text[: 2 * _MOST_TEXT]) if part.get_content_type() == "text/html" else text
    return plain[:_MOST_TEXT]


def words_for_people(message: Mime) -> str:
    """What a report says to a reader: its first text, plain if there is one."""
    part = part_of(message, "text/plain") or part_of(message, "text/html")
    return text_of(part) if part is not None else ""


def _decoded(value: str) -> str:
    try:
        text = str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        text = value
    return " ".join(text.split())
