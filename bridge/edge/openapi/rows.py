"""The lines in which people, events and hand-overs are read, as the tables and the programme decide."""

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Integer, Uuid

from bridge.edge.openapi.operations import Shape as AnyShape
from bridge.program.model import Program
from bridge.store.exports import What, columns

Shape = dict[str, Any]

NAMES: dict[What, str] = {"profiles": "PersonRow", "events": "EventRow", "handovers": "HandoverRow"}
WORDS: dict[What, str] = {
    "profiles": "A line about a person. Moments are as in ISO 8601; new keys may come.",
    "events": "A line about something that happened. What is known of it stands in `data`.",
    "handovers": "A line about a hand-over to sales. An amount is text, such as “1200.00”.",
}
LISTS = ("interests",)
_JSON_TYPES: tuple[tuple[type[Any], Shape], ...] = (
    (Uuid, {"type": "string", "format": "uuid"}),
    (DateTime, {"type": "string", "format": "date-time"}),
    (Date, {"type": "string", "format": "date"}),
    (Boolean, {"type": "boolean"}),
    (Integer, {"type": "integer"}),
)


def line_of(what: What) -> AnyShape:
    """Where a line is described."""
    return {"$ref": f"#/components/schemas/{NAMES[what]}"}


def row_shapes(program: Program) -> dict[str, Shape]:
    """Name → a line of each kind."""
    return {NAMES[what]: _row(what, program) for what in NAMES}


def _row(what: What, program: Program) -> Shape:
    members = {column.name: _member(column) for column in columns(what)}
    if what == "profiles":
        states: Shape = {"type": "string", "enum": ["requested", "given", "withdrawn"]}
        members["consents"] = {"type": "object", "properties": dict.fromkeys(program.consents, states)}
    return {
        "type": "object",
        "description": WORDS[what],
        "properties": members,
        "required": list(members),
    }


def _member(column: "Column[Any]") -> Shape:
    shape = _shape(column)
    return shape | {"type": [shape["type"], "null"]} if column.nullable else shape


def _shape(column: "Column[Any]") -> Shape:
    if isinstance(column.type, JSON):
        return {"type": "array" if column.name in LISTS else "object"}
    return next((shape for kind, shape in _JSON_TYPES if isinstance(column.type, kind)), {"type": "string"})
