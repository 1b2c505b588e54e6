"""How ingest reads the journal back.

A record is JSON with short, stable names: records written before an upgrade are read after it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from bridge.errors import LeadbridgeError
from bridge.intake.records import (
    HIT,
    NOTICE,
    SUBMISSION,
    UNSUBSCRIBE,
    USE,
    VISIT,
    WITHDRAWAL,
    GivenConsent,
    Hit,
    PageUse,
    Record,
    Request,
    Submission,
    Unsubscription,
    Visit,
    Withdrawal,
)
from bridge.program.events import OWN_PAGE
from connectors.contract import Notice


class UnreadableRecord(LeadbridgeError):
    """A journal record that makes no sense; it goes to the dead letters."""


@dataclass
class NotUnderstood(UnreadableRecord):
    """A mail provider's event that is proven, and not as the provider's documentation describes it. why: in words."""

    provider: str
    why: str

    def __str__(self) -> str:
        return (
            f"{self.provider} told something that makes no sense: {self.why}. “leadbridge dead list --json” "
            f"shows it, and {self.provider}’s own log says what it was. Block the address if it should not be "
            "mailed (“leadbridge suppression add”), then “leadbridge dead drop ID”"
        )


def parse_record(record_id: UUID, kind: str, received_at: datetime, body: Any) -> Record:
    """Read a journal record back. Raises UnreadableRecord for anything that `to_body` did not write."""
    schema = _SCHEMAS.get(kind)
    if schema is None:
        raise UnreadableRecord(f"unknown kind of record {kind!r}")
    if kind == NOTICE and isinstance(body, dict) and "raw" in body:
        raise NotUnderstood(str(body.get("source")), str(body["raw"]).partition(": ")[0])
    try:
        return Record(record_id, received_at, schema.load(body))
    except ValidationError as error:
        raise UnreadableRecord(f"{kind}: {error}") from error


class _Record(Schema):
    class Meta:
        unknown = EXCLUDE


class _Words(fields.Field[dict[str, str]]):
    """Names with texts, checked as one: every hit has them, and Dict makes a field of each."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, str]:
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise ValidationError("expected texts by name")
        return value


class _Request(_Record):
    ip = fields.String(allow_none=True)
    user_agent = fields.String(allow_none=True)
    method = fields.String()
    purpose = fields.String(allow_none=True)
    headers = _Words(allow_none=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Request:
        return Request(**data)


class _Consent(_Record):
    given = fields.Boolean(required=True)
    text = fields.String(required=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> GivenConsent:
        return GivenConsent(**data)


class _Submission(_Record):
    id = fields.UUID(required=True)
    form = fields.String(required=True)
    source = fields.String(required=True, validate=validate.OneOf(("browser", "api")))
    key = fields.String(required=True)
    at = fields.AwareDateTime(required=True, default_timezone=UTC)
    fields_ = fields.Dict(fields.String(), fields.String(), data_key="fields", required=True)
    consents = fields.Dict(fields.String(), fields.Nested(_Consent), required=True)
    context = fields.Dict(fields.String(), fields.Raw(allow_none=True), load_default=dict)
    request = fields.Nested(_Request, required=True)
    suspicion = fields.String(load_default=None, allow_none=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Submission:
        return Submission(fields=data.pop("fields_"), **data)


class _Hit(_Record):
    kind = fields.String(
        required=True, validate=validate.OneOf(("mail.opened", "link.clicked", "file.downloaded", OWN_PAGE))
    )
    mail = fields.UUID(load_default=None, allow_none=True)
    profile = fields.UUID(load_default=None, allow_none=True)
    request = fields.Nested(_Request, required=True)
    link = fields.Integer(load_default=None, allow_none=True)
    url = fields.String(load_default=None, allow_none=True)
    form = fields.String(load_default=None, allow_none=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Hit:
        return Hit(**data)


class _Unsubscription(_Record):
    profile = fields.UUID(required=True)
    mail = fields.UUID(load_default=None, allow_none=True)
    how = fields.String(required=True)
    request = fields.Nested(_Request, required=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Unsubscription:
        return Unsubscription(**data)


class _Visit(_Record):
    visitor = fields.String(required=True)
    page = fields.String(required=True)
    request = fields.Nested(_Request, required=True)
    title = fields.String()
    referrer = fields.String(allow_none=True)
    utm = fields.Dict(fields.String(), fields.String())
    language = fields.String(allow_none=True)
    arrival = fields.UUID(allow_none=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Visit:
        return Visit(**data)


class _PageUse(_Record):
    visitor = fields.String(required=True)
    request = fields.Nested(_Request, required=True)
    arrival = fields.UUID(allow_none=True)
    hit = fields.UUID(allow_none=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> PageUse:
        return PageUse(**data)


class _Withdrawal(_Record):
    visitor = fields.String(required=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Withdrawal:
        return Withdrawal(**data)


class _Notice(_Record):
    source = fields.String(required=True)
    key = fields.String(required=True)
    trouble = fields.String(
        required=True, validate=validate.OneOf(("hard", "soft", "ours", "complaint", "unsubscribed"))
    )
    delivery = fields.UUID(allow_none=True)
    recipient = fields.String(allow_none=True)
    at = fields.AwareDateTime(allow_none=True, default_timezone=UTC)
    status = fields.String()
    words = fields.String()

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Notice:
        return Notice(**data)


_SCHEMAS: dict[str, Schema] = {
    SUBMISSION: _Submission(),
    HIT: _Hit(),
    UNSUBSCRIBE: _Unsubscription(),
    VISIT: _Visit(),
    USE: _PageUse(),
    WITHDRAWAL: _Withdrawal(),
    NOTICE: _Notice(),
}
