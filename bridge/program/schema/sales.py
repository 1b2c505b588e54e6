"""Who in sales is told, with what reasons they answer, and what other systems hear."""

from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields, post_load, validate

from bridge.program.desk import Hours
from bridge.program.endpoints import endpoint_id
from bridge.program.model import EVERYTHING
from bridge.program.schema.desk import (
    AbsenceTable,
    AddressLine,
    BrakeTable,
    FilterTable,
    HoursField,
    MeasureTable,
    PatienceTable,
    TeamTable,
    TerritoryTable,
    calendar,
)
from bridge.program.schema.keys import ID, OneOf, Strict, Words, web_address

WEBHOOK_TYPES = (
    "lead.created",
    "lead.confirmed",
    "lead.stage_changed",
    "lead.sales_qualified",
    "lead.outcome",
    "lead.order_corrected",
    "lead.unsubscribed",
    "lead.erased",
)


class PersonTable(BrakeTable):
    id = fields.String(required=True, validate=ID)
    name = fields.String(required=True)
    email = fields.Email(required=True)
    phone = fields.String(load_default=None)
    team = fields.String(load_default=None)
    territories = fields.List(fields.String(), load_default=list)
    away = fields.List(fields.Nested(AbsenceTable), load_default=list)


class ReasonTable(Strict):
    id = fields.String(required=True, validate=ID)
    label = Words(required=True)
    effect = fields.String(
        load_default="nurture",
        validate=OneOf(("nurture", "fit_down", "reroute", "exclude", "block")),
    )
    back_after = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 24))
    asks = fields.String(load_default=None, validate=OneOf(("date", "note")))


class SalesTable(Strict):
    people = fields.List(fields.Nested(PersonTable), required=True, validate=validate.Length(min=1))
    teams = fields.List(fields.Nested(TeamTable), load_default=list)
    territories = fields.List(fields.Nested(TerritoryTable), load_default=list)
    filters = fields.List(fields.Nested(FilterTable), load_default=list)
    measures = fields.List(fields.Nested(MeasureTable), load_default=list)
    reasons = fields.List(fields.Nested(ReasonTable), load_default=list)
    patience = fields.Nested(PatienceTable, load_default=lambda: PatienceTable().load({}))
    address = fields.List(AddressLine(), load_default=list, validate=validate.Length(max=4))
    hours = HoursField(load_default=Hours())
    holidays = fields.String(load_default=None, validate=calendar)
    link = fields.String(load_default="device", validate=OneOf(("device", "open", "login")))
    reply_to_lead = fields.Boolean(load_default=False)
    response_hours = fields.Integer(load_default=8, strict=True, validate=validate.Range(min=1))


class Secrets(fields.Field[tuple[str, ...]]):
    """One secret, or several with the newest first, so that an old one can be taken out of use in peace."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> tuple[str, ...]:
        secrets = [value] if isinstance(value, str) else value
        if not isinstance(secrets, list) or not secrets or not all(isinstance(s, str) and s for s in secrets):
            raise ValidationError(
                "not a secret; expected “env:NAME”, or a list of them with the newest first"
            )
        return tuple(secrets)


def _endpoint(value: str) -> None:
    web_address(value)
    if "@" in urlsplit(value).netloc:
        raise ValidationError(
            "no name and password in an address: whoever receives a webhook knows us by its signature"
        )


class WebhookTable(Strict):
    id = fields.String(load_default=None, validate=ID)
    url = fields.String(required=True, validate=_endpoint)
    secret = Secrets(required=True)
    events = fields.List(
        fields.String(validate=OneOf((*WEBHOOK_TYPES, EVERYTHING))),
        required=True,
        validate=validate.Length(
            min=1, error='it would be told nothing; name types such as "lead.outcome", or "*" for all'
        ),
    )

    @post_load
    def _give_an_id(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data | {"id": data["id"] or endpoint_id(data["url"])}
