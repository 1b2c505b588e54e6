"""The parts of a message, read so that nothing in it can stop the reader: reports are written by many programs."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from itertools import islice
from typing import TYPE_CHECKING

_MOST_OCTETS = 262_144
"""What a report says stands before the copy of the mail, which may be long."""

_MOST_BOUNDARIES = 60
"""Each one is looked for in every line within it."""

_MOST_DEPTH = 5
_MOST_PARTS = 50
_MOST_TEXT = 20_000
_MOST_FIELD = 2_000
_MOST_FIELDS = 20
_BOUNDARY = re.compile(rb"boundary[*\d]{0,4}\s{0,9}=", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s<>()\"',;:]+")
_TAG = re.compile(r"<(/?)([a-z]{0,10})[^<>]*>", re.IGNORECASE)
_HIDDEN = ("style", "script")

if TYPE_CHECKING:
    Mime = Message[str, str]
else:
    Mime = Message


class _Bounded(Compat32):
    """Header fields of at most 2,000 characters: some of what the library does with them takes their square."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MOST_FIELD].rstrip()


def parsed(raw: bytes) -> Mime:
    """A message, as far as its first 256 KiB go. Raises ValueError for one of very many parts within parts."""
    head = raw[:_MOST_OCTETS]
    if len(_BOUNDARY.findall(head)) > _MOST_BOUNDARIES:
        raise ValueError("too many parts within parts")
    return message_from_bytes(head, policy=_Bounded())


def field(message: Mime, name: str) -> str:
    """A header field in plain words on one line, "" when it is missing."""
    return next(iter(fields(message, name)), "")


def fields(message: Mime, name: str) -> list[str]:
    """The first twenty header fields of that name, in plain words, of at most 2,000 characters each."""
    found = (str(value) for key, value in message.raw_items() if key.lower() == name.lower())
    raw = [value[:_MOST_FIELD] for value in islice(found, _MOST_FIELDS)]
    return [_decoded(value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")) for value in raw]


def addresses(text: str) -> list[str]:
    """What looks like an address in a header field."""
    return [word.strip(".") for word in _BETWEEN.split(text) if "@" in word[1:-1]]


def parts(message: Mime) -> Iterator[Mime]:
    """The first fifty parts of a message, without those of the messages that it carries."""
    return islice(_parts(message), _MOST_PARTS)


def _parts(message: Mime, depth: int = 0) -> Iterator[Mime]:
    payload = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(payload, list) and depth < _MOST_DEPTH:
        for part in payload:
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)
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
    plain = _without_tags(text[: 2 * _MOST_TEXT]) if part.get_content_type() == "text/html" else text
    return plain[:_MOST_TEXT]


def _without_tags(html: str) -> str:
    """The text between the tags, but for styles and scripts. Each character is looked at once."""
    pieces, start, hidden = [], 0, ""
    for tag in _TAG.finditer(html):
        closes, name = bool(tag[1]), tag[2].lower()
        if not hidden:
            pieces.append(html[start : tag.start()])
            hidden = name if name in _HIDDEN and not closes else ""
        elif closes and name == hidden:
            hidden = ""
        start = tag.end()
    return " ".join(pieces if hidden else [*pieces, html[start:]])


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
