"""What the edge writes into the journal, and how ingest reads it back.

A record is JSON with short, stable names: records written before an upgrade are read after it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from bridge.errors import LeadbridgeError

SUBMISSION, HIT, UNSUBSCRIBE = "submission", "hit", "unsubscribe"
VISIT, WITHDRAWAL = "visit", "visitor-withdrawal"


class UnreadableRecord(LeadbridgeError):
    """A journal record that makes no sense; it goes to the dead letters."""


@dataclass(frozen=True, slots=True)
class Request:
    """Where a record came from: the network address and what the browser said of itself."""

    ip: str | None = None
    user_agent: str | None = None
    method: str = "GET"
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """One ticked or unticked box with the exact text that stood beside it."""

    given: bool
    text: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One form sent.

    id: derived from source and key, so that the same submission always has the same one. at: when it was sent
    by the person. suspicion: why it looks like spam, or None.
    """

    id: UUID
    form: str
    source: Literal["browser", "api"]
    key: str
    at: datetime
    fields: Mapping[str, str]
    consents: Mapping[str, GivenConsent]
    context: Mapping[str, Any]
    request: Request
    suspicion: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One open, click or download. link and url only for clicks, form only for downloads."""

    kind: str
    mail: UUID | None
    profile: UUID | None
    request: Request
    link: int | None = None
    url: str | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """Somebody wants no more advertising. how: "page" or "one-click"."""

    profile: UUID
    mail: UUID | None
    how: str
    request: Request


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser with consent looked at a page of a website.

    visitor: the browser's own random id. page, referrer: without query and fragment. arrival: the mail whose
    tracked link led there, or None.
    """

    visitor: str
    page: str
    request: Request
    title: str = ""
    referrer: str | None = None
    utm: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    arrival: UUID | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A browser does not want its visits to be known any more."""

    visitor: str


Body = Submission | Hit | Unsubscription | Visit | Withdrawal


@dataclass(frozen=True, slots=True)
class Record:
    """A journal record with its body parsed. id and received_at were given when it was appended."""

    id: UUID
    received_at: datetime
    body: Body


class _Record(Schema):
    class Meta:
        unknown = EXCLUDE


class _Request(_Record):
    ip = fields.String(allow_none=True)
    user_agent = fields.String(allow_none=True)
    method = fields.String()
    purpose = fields.String(allow_none=True)

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
        required=True, validate=validate.OneOf(("mail.opened", "link.clicked", "file.downloaded"))
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


class _Withdrawal(_Record):
    visitor = fields.String(required=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Withdrawal:
        return Withdrawal(**data)


_SCHEMAS: dict[str, Schema] = {
    SUBMISSION: _Submission(),
    HIT: _Hit(),
    UNSUBSCRIBE: _Unsubscription(),
    VISIT: _Visit(),
    WITHDRAWAL: _Withdrawal(),
}


def content_hash(form: str, answers: Mapping[str, str], consents: Mapping[str, GivenConsent]) -> str:
    """What makes two submissions equal: form, fields and ticked boxes (SHA-256, hex)."""
    ticked = sorted(purpose for purpose, answer in consents.items() if answer.given)
    content = json.dumps([form, dict(answers), ticked], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def kind_of(record: Body) -> str:
    """The journal's name for what a record is."""
    match record:
        case Submission():
            return SUBMISSION
        case Hit():
            return HIT
        case Unsubscription():
            return UNSUBSCRIBE
        case Visit():
            return VISIT
        case Withdrawal():
            return WITHDRAWAL


def to_body(record: Body) -> dict[str, Any]:
    """The plain values that go into the journal; empty ones are left out."""
    return {key: _plain(value) for key, value in asdict(record).items() if value is not None}


def parse_record(record_id: UUID, kind: str, received_at: datetime, body: Any) -> Record:
    """Read a journal record back. Raises UnreadableRecord for anything that `to_body` did not write."""
    schema = _SCHEMAS.get(kind)
    if schema is None:
        raise UnreadableRecord(f"unknown kind of record {kind!r}")
    try:
        return Record(record_id, received_at, schema.load(body))
    except ValidationError as error:
        raise UnreadableRecord(f"{kind}: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value
