"""What a system asks of people, events and hand-overs: from when, until when, how many, and behind which place."""

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from bridge.errors import InvalidQuery
from bridge.program.events import ALL_KINDS
from bridge.store.exports import Wanted, What
from bridge.store.paging import Place

USUAL, MOST = 200, 1000
"""Rows of a page."""
YEARS = range(2000, 2101)
NO_MOMENT = "expected a day such as 2026-10-01, or a moment such as 2026-10-01T08:00:00Z"
NO_TIME = "expected nothing earlier than “since”"
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = struct.Struct(">q16s")
"""How a cursor holds a place: microseconds since 1970, and an id."""


class MomentField(fields.Field[date | datetime]):
    """A day, or a moment with its offset (ISO 8601)."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> date | datetime:
        try:
            found = date.fromisoformat(value) if len(value) <= len("2026-10-01") else _moment(value)
        except ValueError as error:
            raise ValidationError(NO_MOMENT) from error
        if found.year not in YEARS:
            raise ValidationError(NO_MOMENT)
        return found


class CursorField(fields.Field[Place]):
    """A place, as the address of a next page names it."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Place:
        try:
            microseconds, identity = _PLACE.unpack(base64.b64decode(value, altchars=b"-_", validate=True))
            return Place(_BEGIN + timedelta(microseconds=microseconds), UUID(bytes=identity))
        except (ValueError, OverflowError, struct.error) as error:
            raise ValidationError("expected one from the address of a next page") from error


class RowsSchema(Schema):
    """What may be asked of everything."""

    since = MomentField()
    until = MomentField()
    limit = fields.Integer(load_default=USUAL, validate=validate.Range(1, MOST))
    cursor = CursorField(load_default=None)


class EventsSchema(RowsSchema):
    """What may be asked of events besides."""

    kind = fields.String(validate=validate.OneOf(ALL_KINDS))
    profile = fields.UUID()


SCHEMAS: Mapping[What, type[RowsSchema]] = {
    "profiles": RowsSchema,
    "events": EventsSchema,
    "handovers": RowsSchema,
}


@dataclass(frozen=True, slots=True)
class RowQuery:
    """Which rows, how many of them, and behind which place."""

    wanted: Wanted
    limit: int
    after: Place | None


def read_query(what: What, typed: "MultiDict[str, str]", zone: Any) -> RowQuery:
    """What is asked. zone: in which days begin. Raises InvalidQuery, which names each parameter that is wrong."""
    schema = SCHEMAS[what]()
    wrong = {name: ["stands there twice"] for name, values in typed.lists() if len(values) > 1}
    wrong |= {
        name: [f"expected one of {', '.join(schema.fields)}"] for name in set(typed) - set(schema.fields)
    }
    if wrong:
        raise InvalidQuery(wrong)
    try:
        known: dict[str, Any] = schema.load(typed.to_dict())
    except ValidationError as error:
        raise InvalidQuery(dict(error.messages_dict)) from error
    since, until = _span(known, zone)
    wanted = Wanted(since=since, until=until, kind=known.get("kind"), profile=known.get("profile"))
    return RowQuery(wanted, known["limit"], known["cursor"])


def cursor_of(place: Place) -> str:
    """What names a place in an address."""
    microseconds = (place.at - _BEGIN) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(_PLACE.pack(microseconds, place.id.bytes)).decode("ascii")


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("without offset nobody knows when that is")
    return found


def _span(known: Mapping[str, Any], zone: Any) -> tuple[datetime | None, datetime | None]:
    """The moments since and until which is asked. Raises InvalidQuery where that is over before it begins."""
    since, until = known.get("since"), known.get("until")
    first, end = _first(since, zone) if since else None, _end(until, zone) if until else None
    is_over = first and end and (first > end or (first == end and not isinstance(until, datetime)))
    if is_over:
        raise InvalidQuery({"until": [NO_TIME]})
    return first, end


def _first(of: date | datetime, zone: Any) -> datetime:
    return of if isinstance(of, datetime) else datetime.combine(of, time(), zone)


def _end(of: date | datetime, zone: Any) -> datetime:
    return of if isinstance(of, datetime) else datetime.combine(of + timedelta(days=1), time(), zone)
