"""What counts, from when on, and for how long it is kept."""

from marshmallow import fields, validate

from bridge.program.events import EVENT_KINDS
from bridge.program.retention import Retention
from bridge.program.schema.keys import ID, BurstField, Duration, OneOf, Points, Seconds, Strict, Words
from bridge.program.verdicts import Thresholds


class RuleTable(Strict):
    id = fields.String(required=True, validate=ID)
    on = fields.String(required=True, validate=OneOf(EVENT_KINDS))
    points = Points(required=True)
    when = fields.String(load_default=None)
    once = fields.String(
        load_default=None,
        validate=OneOf(("link", "mail", "form", "file", "page_day", "day", "profile")),
    )
    max_per_day = fields.Integer(load_default=None, strict=True, validate=validate.Range(min=1))
    max_per_week = fields.Integer(load_default=None, strict=True, validate=validate.Range(min=1))
    max_per_month = fields.Integer(load_default=None, strict=True, validate=validate.Range(min=1))
    max_total = fields.Integer(load_default=None, strict=True, validate=validate.Range(min=1))
    expires = Duration(load_default=None)
    reason = Words(load_default=dict)


class MarketingStageTable(Strict):
    requires = fields.List(fields.String(), load_default=list)
    when = fields.String(load_default="confirmed")


class SalesStageTable(Strict):
    threshold = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(
            min=1, error="everybody would go to sales at once; expected a whole number from 1"
        ),
    )
    when = fields.String(load_default=None)


class StagesTable(Strict):
    marketing_qualified = fields.Nested(
        MarketingStageTable, load_default=lambda: MarketingStageTable().load({})
    )
    sales_qualified = fields.Nested(SalesStageTable, required=True)


class VerdictsTable(Strict):
    bursts = fields.List(
        BurstField(),
        load_default=Thresholds().bursts,
        validate=validate.Length(
            min=1, error="without any burst no scanner is recognised; name at least one"
        ),
        error_messages={"invalid": 'expected a list such as ["2 in 1s", "3 in 10s"]'},
    )
    recipients = BurstField(load_default=Thresholds().recipients)
    hints = fields.Integer(load_default=Thresholds().hints, strict=True, validate=validate.Range(1, 10))
    proof_reaches_back = Seconds(load_default=Thresholds().proof_reaches_back)
    hidden_link = fields.Boolean(load_default=Thresholds().hidden_link, truthy={True}, falsy={False})


class RetentionTable(Strict):
    unconfirmed_days = fields.Integer(
        load_default=Retention().unconfirmed_days, strict=True, validate=validate.Range(1, 365)
    )
    address_days = fields.Integer(
        load_default=Retention().address_days, strict=True, validate=validate.Range(1, 365)
    )
    silent_months = fields.Integer(
        load_default=Retention().silent_months, strict=True, validate=validate.Range(1, 120)
    )


class ScoringTable(Strict):
    preset = fields.String(load_default=None, validate=OneOf(("exact", "artegic")))
    rules = fields.List(fields.Nested(RuleTable), load_default=list)
