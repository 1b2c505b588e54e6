"""What webhooks say, type by type. Whoever reads them takes no offence at new keys."""

from collections.abc import Mapping
from typing import Final, get_args

from marshmallow import INCLUDE, Schema, fields, validate

from bridge.qualification.stages import Stage

STAGES = tuple(stage for stage in get_args(Stage) if stage != "visitor")


class _Open(Schema):
    class Meta:
        unknown = INCLUDE


class _Lead(_Open):
    id = fields.UUID(required=True)
    email = fields.String(required=True)
    stage = fields.String(required=True, validate=validate.OneOf(STAGES))
    score = fields.Integer(required=True)


class LeadCreatedSchema(_Lead):
    """A person is seen for the first time."""

    form = fields.String(required=True)
    fields_ = fields.Dict(fields.String(), fields.String(), data_key="fields", required=True)


class LeadConfirmedSchema(_Lead):
    """The address was confirmed."""


class LeadStageChangedSchema(_Lead):
    """The lead moved."""

    was = fields.String(required=True, validate=validate.OneOf(STAGES))
    cause = fields.String(
        required=True,
        metadata={
            "description": "confirmed, points, form, sales, rerouted, withdrawn, pause over, "
            "or the id of a reason of sales"
        },
    )


class ReasonSchema(_Open):
    """Points, and for what."""

    reason = fields.String(required=True)
    points = fields.Integer(required=True)


class SalesPersonSchema(_Open):
    """Who has the lead."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)


class LeadSalesQualifiedSchema(_Lead):
    """Sales gets the lead."""

    profile_url = fields.String(
        required=True,
        metadata={"description": "opens the profile page, and expires: treat it like a password"},
    )
    reasons = fields.List(
        fields.Nested(ReasonSchema), required=True, metadata={"description": "the strongest"}
    )
    cause = fields.String(required=True, validate=validate.OneOf(("points", "form", "rerouted")))
    sales_person = fields.Nested(SalesPersonSchema, required=True)


class LeadOutcomeSchema(_Lead):
    """Sales said something, or a hand-over was withdrawn or expired. Else every key is there."""

    outcome = fields.String(
        required=True,
        validate=validate.OneOf(
            (
                "accepted",
                "rejected",
                "won",
                "lost",
                "not_reached",
                "come_back",
                "forwarded",
                "withdrawn",
                "expired",
            )
        ),
    )
    sales_person = fields.String(required=True, metadata={"description": "the id"})
    handover = fields.UUID(required=True)
    reason = fields.String(allow_none=True)
    amount = fields.String(allow_none=True, metadata={"description": "such as 1200.00"})
    currency = fields.String(allow_none=True)
    date = fields.Date(allow_none=True)
    note = fields.String(allow_none=True)


class LeadOrderCorrectedSchema(_Lead):
    """An order that was told of as won has another amount or date: what was told of it before was mistyped."""

    handover = fields.UUID(required=True, metadata={"description": "the one that was told of as won"})
    sales_person = fields.String(required=True, metadata={"description": "the id"})
    amount = fields.String(required=True, allow_none=True, metadata={"description": "such as 1200.00"})
    currency = fields.String(required=True, allow_none=True)
    date = fields.Date(required=True, allow_none=True)
    was_amount = fields.String(required=True, allow_none=True)
    was_currency = fields.String(required=True, allow_none=True)


class LeadUnsubscribedSchema(_Lead):
    """No more advertising."""

    how = fields.String(
        required=True,
        validate=validate.OneOf(("one-click", "unsubscribe page", "preferences", "provider")),
    )


class LeadErasedSchema(_Open):
    """The person is gone, and their copy should be."""

    id = fields.UUID(required=True)


PAYLOADS: Final[Mapping[str, type[Schema]]] = {
    "lead.created": LeadCreatedSchema,
    "lead.confirmed": LeadConfirmedSchema,
    "lead.stage_changed": LeadStageChangedSchema,
    "lead.sales_qualified": LeadSalesQualifiedSchema,
    "lead.outcome": LeadOutcomeSchema,
    "lead.order_corrected": LeadOrderCorrectedSchema,
    "lead.unsubscribed": LeadUnsubscribedSchema,
    "lead.erased": LeadErasedSchema,
}
"""Type → what its `data` is."""
