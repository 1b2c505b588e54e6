"""Shapes that the programme decides, or that are more than one schema: forms, wishes, what the script tells."""

import inspect
import re
from decimal import Decimal
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_instance
from marshmallow import INCLUDE, Schema, fields

from bridge.edge.answers import BOX
from bridge.edge.channel import NAMES
from bridge.edge.openapi.rows import Shape, row_shapes
from bridge.edge.preferences import PreferencesSchema
from bridge.edge.visits import UseSchema, VisitSchema
from bridge.intake.validation import form_schema
from bridge.profiles.consent import PURPOSES
from bridge.program.model import Form, Program


class BesideSchema(Schema):
    """What a form may carry beside its answers. A filled `website` looks like spam, and is held."""

    class Meta:
        unknown = INCLUDE

    _stamp = fields.String(metadata={"description": "when the form was shown, signed"})
    _once = fields.String(metadata={"description": "makes a form that is sent twice the same one"})
    _language = fields.String(metadata={"description": "the language that it was shown in"})
    _visitor = fields.String(metadata={"description": "the browser's id, with consent"})
    _referrer = fields.String(metadata={"description": "the page before"})
    website = fields.String(metadata={"description": "nobody sees this field; people leave it empty"})


class OurSchemas(MarshmallowPlugin):
    """Writes schemas of ours as JSON Schema, with their docstrings as words."""

    def init_spec(self, spec: APISpec) -> None:
        """Begin a description."""
        super().init_spec(spec)
        if self.converter:
            self.converter.add_attribute_function(_in_json)  # type: ignore[no-untyped-call]  # theirs has no types

    def schema_helper(  # type: ignore[override]  # as its base class declares it; theirs has no types
        self, name: str, definition: Shape, **more: Any
    ) -> Shape | None:
        """One schema."""
        written: Shape | None = super().schema_helper(name, definition, **more)  # type: ignore[no-untyped-call]
        words = type(resolve_schema_instance(more["schema"])).__doc__ if written else None
        return {"description": inspect.cleandoc(words)} | (written or {}) if words else written


def name_of(schema: Any) -> str:
    """What a schema is called there: `SubmissionSchema` is “Submission”."""
    return type(resolve_schema_instance(schema)).__name__.removesuffix("Schema").lstrip("_")


def _in_json(_: object, field: fields.Field[Any], ret: Shape, **__: object) -> Shape:
    """Of a field's rules those that marshmallow writes otherwise than JSON Schema does: bounds and patterns."""
    bounds = {name: float(ret[name]) for name in ("minimum", "maximum") if isinstance(ret.get(name), Decimal)}
    pattern = {"pattern": ret["pattern"].replace(r"\Z", "$")} if "pattern" in ret else {}
    return bounds | pattern


def add_shapes(spec: APISpec, program: Program) -> None:
    """Write down the components that routes.py names."""
    spec.components.schema("Beside", schema=BesideSchema)
    for form in program.forms.values():
        spec.components.schema(_component(form), schema=form_schema(form, str), component=_more(form))
    spec.components.schema("AnyForm", _any_form(program))
    spec.components.schema("Preferences", schema=PreferencesSchema)
    spec.components.schema("Wishes", _wishes(program))
    spec.components.schema("Answers", _answers(program))
    for name, shape in row_shapes(program).items():
        spec.components.schema(name, shape)
    spec.components.schema("Visit", schema=VisitSchema)
    spec.components.schema("Use", schema=UseSchema, component=_marked("used", "a page is used"))
    spec.components.schema("Withdrawal", _withdrawal())
    spec.components.schema(
        "Told",
        {"description": "What the script tells.", "anyOf": [ref("Visit"), ref("Use"), ref("Withdrawal")]},
    )


def ref(name: str) -> Shape:
    """The component of that name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _component(form: Form) -> str:
    return "Form." + re.sub(r"[^A-Za-z0-9._-]", "_", form.id)


def _more(form: Form) -> Shape:
    return {
        "description": f"The answers of the form “{form.id}”. Fields that it does not know are kept, too."
    }


def _any_form(program: Program) -> Shape:
    beside = {name: {"type": "string", "description": "where the visitor came from"} for name in NAMES}
    boxes = {f"consent_{purpose}": _box(purpose) for purpose in PURPOSES if purpose in program.consents}
    forms = [ref(_component(form)) for form in program.forms.values()]
    return {
        "description": "The answers of one form, its boxes, and what stands beside them.",
        "allOf": [{"anyOf": forms}, ref("Beside"), {"type": "object", "properties": boxes | beside}],
    }


def _box(purpose: str) -> Shape:
    return {"type": "string", "enum": ["1", "on"], "description": f"the box for “{purpose}” is ticked"}


def _wishes(program: Program) -> Shape:
    boxes = {f"consent_{purpose}": _box(purpose) for purpose in PURPOSES if purpose in program.consents}
    topics = {"type": "array", "items": {"type": "string", "enum": list(program.topics)}}
    ours = {"topics": topics} | boxes | _questions(program)
    return {
        "description": "Everything as it is to be: a box or a topic that is missing is off.",
        "allOf": [
            ref("Preferences"),
            {"type": "object", "properties": ours},
        ],
    }


def _questions(program: Program) -> Shape:
    asked = [program.fields[name] for name in program.profiling.questions]
    return {
        f"{BOX}{field.id}": {"type": "string", **({"enum": ["", *field.choices]} if field.choices else {})}
        for field in asked
    }


def _answers(program: Program) -> Shape:
    return {
        "description": "Answers to questions that are open, each optional; within a form, its fields beside them.",
        "type": "object",
        "properties": _questions(program),
    }


def _marked(name: str, words: str) -> Shape:
    return {"description": f"The word that {words}: `{name}` is true."}


def _withdrawal() -> Shape:
    return {
        "description": "A browser wants to be forgotten.",
        "type": "object",
        "required": ["visitor", "withdrawn"],
        "properties": {"visitor": {"type": "string"}, "withdrawn": {"const": True}},
    }
