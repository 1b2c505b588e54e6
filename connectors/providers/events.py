"""Reading events: JSON of unknown goodwill in, plain values and notices out."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from connectors.contract import Notice, one_line
from connectors.providers.hook import HookRequest, Report
from connectors.smtp.verdicts import STATUS

LONGEST_UNREADABLE = 10_000
LONGEST_ADDRESS = 320
AHEAD = timedelta(minutes=5)

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_QUOTED_MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s@]+@[^<>\s@]+>)\s*$", re.IGNORECASE | re.MULTILINE)
_MARK = re.compile(rf"\s*leadbridge-({_UUID})\s*", re.IGNORECASE)


class Strange(Exception):
    """An event that is not what the provider's documentation describes."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event, of which nothing is believed before it was looked at."""

    values: dict[str, Any]

    @classmethod
    def of(cls, value: Any) -> "Event":
        """A JSON object. Raises Strange for everything else."""
        return cls(value) if isinstance(value, dict) else _stranger("no object")

    def text(self, *path: str) -> str:
        """The text or number at that path; "" when there is none, or something else."""
        value: Any = self.values
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return ""
        return str(value)

    def needed(self, *path: str) -> str:
        """The same where an event makes no sense without it. Raises Strange."""
        return self.text(*path) or _stranger(f"no {'.'.join(path)}")

    def part(self, name: str) -> "Event":
        """An object within; an empty one when there is none."""
        value = self.values.get(name)
        return Event(value if isinstance(value, dict) else {})

    def parts(self, name: str) -> list["Event"]:
        """The objects of a list within."""
        value = self.values.get(name)
        return [Event(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def json_of(text: bytes | str) -> Any:
    """JSON, read. Raises Strange."""
    try:
        return json.loads(text.decode() if isinstance(text, bytes) else text)
    except (ValueError, RecursionError) as error:
        raise Strange("not valid JSON") from error


def events_of(body: bytes) -> list[Any]:
    """The events of a body that holds one, or a list of them. Raises Strange."""
    content = json_of(body)
    return content if isinstance(content, list) else [content]


def told(request: HookRequest, translate: Callable[[Event, datetime], Notice | None]) -> Report:
    """What a proven request tells in JSON: one event or several, each with the time at which the request came."""
    try:
        return report(events_of(request.body), lambda event: translate(event, request.at))
    except Strange as error:
        return unreadable(request.body, error)


def report(events: Iterable[Any], translate: Callable[[Event], Notice | None]) -> Report:
    """All events translated, each by itself: one that makes no sense stops no other.

    translate: answers None for what is none of our business; raises Strange.
    """
    notices: list[Notice] = []
    unreadable: list[str] = []
    ignored = 0
    for event in events:
        try:
            notice = translate(Event.of(event))
        except Strange as error:
            unreadable.append(f"{error}: {_as_text(event)}"[:LONGEST_UNREADABLE])
            continue
        if notice:
            notices.append(notice)
        else:
            ignored += 1
    return Report(tuple(notices), ignored, tuple(unreadable))


def unreadable(body: bytes | str, error: Strange) -> Report:
    """The report on a body of which nothing could be read."""
    text = body if isinstance(body, str) else body.decode(errors="replace")
    return Report(unreadable=(f"{error}: {text}"[:LONGEST_UNREADABLE],))


def own_key(event_id: str) -> str:
    """A key from an id that the provider gave."""
    return one_line(event_id)


def key_of(*facts: str) -> str:
    """A key for an event that has no id of its own: the same facts give the same (SHA-256, hex)."""
    return hashlib.sha256("\x1f".join(facts).encode(errors="replace")).hexdigest()


def message_id_in(text: str) -> str | None:
    """A Message-ID as it is told; None when nothing is."""
    return one_line(text) or None


def message_id_quoted(text: str) -> str | None:
    """The Message-ID of a mail that is quoted, with its headers, in a text; None when there is none."""
    found = _QUOTED_MESSAGE_ID.search(text)
    return message_id_in(found[1]) if found else None


def delivery_marked(text: str) -> UUID | None:
    """Our id of a mail by the mark that it carried for its provider; see marks.py."""
    found = _MARK.fullmatch(text)
    return UUID(found[1]) if found else None


def recipient(address: str) -> str | None:
    """An address as it is told; None when it cannot be one."""
    address = address.strip().removeprefix("<").removesuffix(">")
    is_one = "@" in address and len(address) <= LONGEST_ADDRESS and address.isprintable()
    return address if is_one else None


def status_in(text: str) -> str:
    """The first enhanced status code (RFC 3463) in a text, or ""."""
    found = STATUS.search(text)
    return found[0] if found else ""


def moment(text: str, now: datetime) -> datetime | None:
    """When something happened, as ISO 8601; None when that is not said, not readable, or still to come."""
    try:
        return _past(datetime.fromisoformat(text), now)
    except (ValueError, OverflowError):
        return None


def unix_moment(seconds: str, now: datetime, *, milliseconds: bool = False) -> datetime | None:
    """The same from seconds since 1970."""
    try:
        return _past(datetime.fromtimestamp(float(seconds) / (1000 if milliseconds else 1), UTC), now)
    except (ValueError, OverflowError, OSError):
        return None


def _as_text(event: Any) -> str:
    try:
        return json.dumps(event, ensure_ascii=False)
    except RecursionError:
        return "nested too deeply to be shown"


def _past(at: datetime, now: datetime) -> datetime | None:
    if at.tzinfo is None or at.year < 2000 or at > now + AHEAD:
        return None
    return at.astimezone(UTC)


def _stranger(why: str) -> Any:
    raise Strange(why)
