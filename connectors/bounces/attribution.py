"""Which mail a report is about: by its return path, which proves it, or by an id that nobody can guess."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from connectors.bounces.complaints import feedback
from connectors.bounces.parts import Mime, addresses, field, fields, inner, part_of, parts, text_of

_ENVELOPE = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Cc")
"""Where mail servers say to which address they delivered; whoever forges one cannot sign it."""

_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_COPIES = ("message/rfc822", "message/global", *_HEADERS)
_MESSAGE_ID = re.compile(r"<[^<>@\s]{1,200}@[^<>@\s]{1,200}>")
_LABELLED = re.compile(r"message-id:\s*(<[^<>\s]+@[^<>\s]+>)", re.IGNORECASE)
_FIELD = re.compile(r"^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Marks:
    """How our marks are read: a return path's, and a Message-ID's. Both answer None for what is not ours."""

    of_return_path: Callable[[str], UUID | None]
    of_message_id: Callable[[str], UUID | None]


def delivery_of(message: Mime, marks: Marks) -> UUID | None:
    """The delivery that a report is about, or None when nothing proves one."""
    proven = (marks.of_return_path(one) for one in _return_paths(message))
    found = next((one for one in proven if one), None)
    if found:
        return found
    guessed = (marks.of_message_id(one) for one in _message_ids(message))
    return next((one for one in guessed if one), None)


def _return_paths(message: Mime) -> Iterator[str]:
    for name in _ENVELOPE:
        for value in fields(message, name):
            yield from addresses(value)
    report = feedback(message)
    if report is not None:
        yield from addresses(field(report, "Original-Mail-From"))
    yield from addresses(original_fields(message).get("return-path", ""))


def _message_ids(message: Mime) -> Iterator[str]:
    original = original_fields(message)
    for text in (
        original.get("message-id", ""),
        field(message, "X-Original-Message-ID"),
        field(message, "In-Reply-To"),
        field(message, "References"),
    ):
        yield from _MESSAGE_ID.findall(text)
    for part in parts(message):
        if part.get_content_maintype() == "text":
            yield from _LABELLED.findall(text_of(part))


def original_fields(message: Mime) -> dict[str, str]:
    """The header fields of the mail that a report returns: name in small letters → value."""
    part = part_of(message, *_COPIES)
    if part is None:
        return {}
    carried = next(iter(inner(part)), None)
    if carried is not None:
        return {name.lower(): str(value) for name, value in carried.items()}
    head = text_of(part).replace("\r\n", "\n").partition("\n\n")[0]
    return {name.lower(): " ".join(value.split()) for name, value in _FIELD.findall(head)}
