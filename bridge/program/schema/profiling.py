"""Questions that are asked a few at a time, and what their answers say about fit."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from bridge.program.schema.keys import ID, Strict, Words


class ProfilingTable(Strict):
    questions = fields.List(fields.String(), load_default=list)
    at_once = fields.Integer(load_default=2, strict=True, validate=validate.Range(1, 5))


class FitTable(Strict):
    id = fields.String(required=True, validate=ID)
    when = fields.String(required=True)
    points = fields.Integer(required=True, strict=True, validate=validate.Range(-100, 100))
    reason = Words(load_default=dict)

    @validates_schema
    def _gives_something(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("points") == 0:
            raise ValidationError({"points": ["0 changes nothing; expected a number from -100 to 100"]})
