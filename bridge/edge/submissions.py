"""Signed submissions, from server to server."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from bridge import i18n
from bridge.edge.extension import asker, services
from bridge.edge.signatures import verify
from bridge.errors import InvalidFields, UnknownForm
from bridge.ids import derived_id
from bridge.intake.records import SUBMISSION, GivenConsent, Submission, to_body
from bridge.intake.validation import clean
from bridge.intake.validation import validate as validate_fields
from bridge.intake.visitor import recognisable
from bridge.profiles.consent import PURPOSES
from bridge.program.model import Form

submissions = Blueprint("submissions", __name__)

OLDEST = timedelta(days=30)
AHEAD = timedelta(minutes=5)
LONGEST_TEXT = 5000


class _Lenient(Schema):
    class Meta:
        unknown = EXCLUDE


class ConsentSchema(_Lenient):
    """A box with the text beside it."""

    given = fields.Boolean(required=True)
    text = fields.String(required=True, validate=validate.Length(1, LONGEST_TEXT))


class TouchSchema(_Lenient):
    """How somebody came to the website for the first time."""

    page_url = fields.String(allow_none=True, validate=validate.Length(max=2000))
    referrer = fields.String(allow_none=True, validate=validate.Length(max=2000))
    utm = fields.Dict(fields.String(), fields.String(allow_none=True), allow_none=True)
    at = fields.AwareDateTime(allow_none=True, default_timezone=UTC)


class ContextSchema(_Lenient):
    """Where the submission came from."""

    page_url = fields.String(allow_none=True, validate=validate.Length(max=2000))
    landing_page = fields.String(allow_none=True, validate=validate.Length(max=2000))
    referrer = fields.String(allow_none=True, validate=validate.Length(max=2000))
    utm = fields.Dict(fields.String(), fields.String(allow_none=True), allow_none=True)
    ip = fields.IP(allow_none=True)
    user_agent = fields.String(allow_none=True, validate=validate.Length(max=1000))
    language = fields.String(allow_none=True, validate=validate.Length(max=200))
    visitor = fields.String(allow_none=True, validate=validate.Length(max=200))
    first_touch = fields.Nested(TouchSchema, allow_none=True)


class SubmissionSchema(_Lenient):
    """The body of a signed submission."""

    form = fields.String(required=True, validate=validate.Length(1, 100))
    submitted_at = fields.AwareDateTime(load_default=None, allow_none=True, default_timezone=UTC)
    fields_ = fields.Dict(fields.String(), fields.Raw(allow_none=True), data_key="fields", required=True)
    consents = fields.Dict(
        fields.String(validate=validate.OneOf(PURPOSES)), fields.Nested(ConsentSchema), load_default=dict
    )
    context = fields.Nested(ContextSchema, load_default=dict, allow_none=True)
    test = fields.Boolean(truthy={True}, falsy={False}, load_default=False)


_SCHEMA = SubmissionSchema()


@submissions.post("/api/v1/submissions")
def receive() -> tuple[Response, int]:
    """Take a signed submission in."""
    bridge = services()
    if request.mimetype != "application/json":
        abort(415)
    body = request.get_data()
    if not _is_text(body):
        raise InvalidFields({"body": ["expected UTF-8"]})  # nobody can have signed it as the standard says
    key = verify(body, dict(request.headers), bridge.settings.intake_secrets).id
    content = _parse(body)
    if content["test"]:
        return jsonify(_tested(content)), 202
    submission = _submission(content, clean(key)[:200])
    bridge.journal.append(SUBMISSION, to_body(submission), bridge.clock())
    return jsonify({"id": str(submission.id)}), 202


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parse(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise InvalidFields({"body": ["not valid JSON"]}) from error
    if not isinstance(content, dict):
        raise InvalidFields({"body": ["expected a JSON object"]})
    try:
        loaded: dict[str, Any] = _SCHEMA.load(content)
    except ValidationError as error:
        raise InvalidFields(_flat(error.messages)) from error
    return loaded


def _form(content: dict[str, Any]) -> Form:
    form = services().program.forms.get(content["form"])
    if form is None:
        raise UnknownForm(content["form"])
    return form


def _tested(content: dict[str, Any]) -> dict[str, Any]:
    """The answer to a submission that only wants to know whether it would arrive: what its form asks for."""
    form = _form(content)
    facts = {
        "id": form.id,
        "title": i18n.pick(form.title, _language(_cleaned(content["context"] or {}))),
        "fields": [asked.field.id for asked in form.fields],
        "required": [asked.field.id for asked in form.fields if asked.required],
        "consents": list(form.consents),
    }
    return {"id": None, "test": True, "form": facts}


def _language(context: dict[str, Any]) -> str:
    return str(context.get("language") or services().program.language)[:2]


def _submission(content: dict[str, Any], key: str) -> Submission:
    form = _form(content)
    context = _cleaned(content["context"] or {})
    values = _values(content["fields_"])
    consents = {
        purpose: GivenConsent(answer["given"], clean(answer["text"]))
        for purpose, answer in content["consents"].items()
    }
    return Submission(
        id=derived_id("submission", "api", key),
        form=form.id,
        source="api",
        key=key,
        at=_moment(content["submitted_at"]),
        fields=validate_fields(form, values, _language(context)),
        consents=consents,
        context=recognisable(context, consents),
        request=asker(),
    )


def _moment(submitted_at: datetime | None) -> datetime:
    """The sender's time when it is plausible, else the time of arrival; in a demo with a clock of its own that."""
    now = services().clock()
    if submitted_at is None or services().settings.course or not now - OLDEST <= submitted_at <= now + AHEAD:
        return now
    return submitted_at.astimezone(UTC)


def _values(answers: dict[str, Any]) -> dict[str, str]:
    try:
        return {clean(name): _text(value) for name, value in answers.items() if value is not None}
    except RecursionError as error:
        raise InvalidFields({"fields": ["nested too deeply"]}) from error


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cleaned(value: Any) -> Any:
    """Text without control characters; of a mapping, those entries that say something."""
    if isinstance(value, dict):
        return {clean(name): _cleaned(inner) for name, inner in value.items() if inner}
    return clean(value.isoformat() if isinstance(value, datetime) else str(value))


def _flat(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Messages by dotted path. marshmallow names key and value of a mapping apart, which says nothing here."""
    if isinstance(messages, dict):
        return {
            name: texts
            for key, inner in messages.items()
            for name, texts in _flat(inner, path if key in {"key", "value"} else f"{path}.{key}").items()
        }
    return {path.strip(".").removesuffix("_"): [str(text) for text in messages]}
