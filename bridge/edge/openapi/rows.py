"""The lines in which people, events and hand-overs are read, as the tables and the programme decide."""

from typing import Any

from sqlalchemy import JSON, Boolean, Column, ColumnElement, Date, DateTime, Integer, Label, Uuid

from bridge.edge.openapi.operations import Shape as AnyShape
from bridge.program.model import Program
from bridge.store.exports import What, columns

Shape = dict[str, Any]

NAMES: dict[What, str] = {"profiles": "PersonRow", "events": "EventRow", "handovers": "HandoverRow"}
WORDS: dict[What, str] = {
    "profiles": "A line about a person. Moments are as in ISO 8601; new keys may come.",
    "events": "A line about something that happened. What is known of it stands in `data`.",
    "handovers": "A line about a hand-over to sales, and of whom. An amount is text, such as “1200.00”; "
    "`went_on`: a colleague got the lead instead.",
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
    members = {column.key or "": _member(column) for column in columns(what)}
    if what == "profiles":
        states: Shape = {"type": "string", "enum": ["requested", "given", "withdrawn"]}
        members["consents"] = {"type": "object", "properties": dict.fromkeys(program.consents, states)}
    return {
        "type": "object",
        "description": WORDS[what],
        "properties": members,
        "required": list(members),
    }


def _member(column: ColumnElement[Any]) -> Shape:
    shape = _shape(column)
    return shape | {"type": [shape["type"], "null"]} if _may_be_null(column) else shape


def _may_be_null(column: ColumnElement[Any]) -> bool:
    """What is made of others may be, unless it is yes or no."""
    made_of = column.element if isinstance(column, Label) else column
    if isinstance(made_of, Column):
        return made_of.nullable is not False
    return not isinstance(column.type, Boolean)


def _shape(column: ColumnElement[Any]) -> Shape:
    if isinstance(column.type, JSON):
        return {"type": "array" if column.key in LISTS else "object"}
    return next((shape for kind, shape in _JSON_TYPES if isinstance(column.type, kind)), {"type": "string"})
