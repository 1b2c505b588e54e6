"""Which mail a report is about: by its return path, which proves it, or by an id that nobody can make up."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal
from uuid import UUID

from connectors.bounces.complaints import feedback
from connectors.bounces.parts import Mime, addresses, field, fields, inner, part_of, parts, text_of
from connectors.bounces.plain import copy_within

_ENVELOPE = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Cc")
"""Where mail servers say to which address they delivered; whoever forges one cannot sign it."""

_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_COPIES = ("message/rfc822", "message/global", *_HEADERS)
_ID = r"<[^<>@\s]{1,200}@[^<>@\s]{1,200}>"
_MESSAGE_ID = re.compile(_ID)
_LABELLED = re.compile(rf"message-id:\s{{0,9}}({_ID})", re.IGNORECASE)
_FIELD = re.compile(r"^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
_MOST = 200
_MOST_TEXT = 100_000

By = Literal["return path", "copy", "mention"]
"""What a mail is known by: the address that only it returns to; its id in a copy of it; its id elsewhere."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How our marks are read: a return path's, and a Message-ID's. Both answer None for what is not ours."""

    of_return_path: Callable[[str], UUID | None]
    of_message_id: Callable[[str], UUID | None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What may be a mark of ours: addresses, ids in the copy of a mail, ids elsewhere."""

    return_paths: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()

    def proven(self, marks: Marks) -> tuple[UUID, By] | None:
        """The delivery that a report is about, and by what; None when nothing proves one."""
        places: tuple[tuple[By, tuple[str, ...], Callable[[str], UUID | None]], ...] = (
            ("return path", self.return_paths, marks.of_return_path),
            ("copy", self.copied, marks.of_message_id),
            ("mention", self.mentioned, marks.of_message_id),
        )
        for by, candidates, read in places:
            found = next((one for one in map(read, candidates) if one), None)
            if found:
                return found, by
        return None


def evidence(message: Mime) -> Evidence:
    """Everything in a message that may prove which mail it is about."""
    written = list(_texts(message))
    copied = [*_MESSAGE_ID.findall(original_field(message, "Message-ID"))]
    copied += [found for text in written for found in _LABELLED.findall(copy_within(text))]
    mentioned = [found for text in _referring(message) for found in _MESSAGE_ID.findall(text)]
    mentioned += [found for text in written for found in _LABELLED.findall(text)]
    return Evidence(_some(_return_paths(message)), _some(copied), _some(mentioned))


def _some(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(found), _MOST))


def _return_paths(message: Mime) -> Iterator[str]:
    for name in _ENVELOPE:
        for value in fields(message, name):
            yield from addresses(value)
    report = feedback(message)
    if report is not None:
        yield from addresses(field(report, "Original-Mail-From"))
    yield from addresses(original_field(message, "Return-Path"))


def _referring(message: Mime) -> list[str]:
    return [field(message, name) for name in ("X-Original-Message-ID", "In-Reply-To", "References")]


def _texts(message: Mime) -> Iterator[str]:
    """What a reader sees, 100,000 characters of it."""
    left = _MOST_TEXT
    for part in parts(message):
        if part.get_content_maintype() == "text" and left > 0:
            text = text_of(part)
            left -= len(text)
            yield text


def original_field(message: Mime, name: str) -> str:
    """A header field of the mail that a report returns, "" when it is missing."""
    part = part_of(message, *_COPIES)
    if part is None:
        return ""
    carried = next(iter(inner(part)), None)
    if carried is not None:
        return field(carried, name)
    head = text_of(part).replace("\r\n", "\n").partition("\n\n")[0]
    values = (" ".join(value.split()) for key, value in _FIELD.findall(head) if key.lower() == name.lower())
    return next(values, "")
