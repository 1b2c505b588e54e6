"""Mails, when they leave, and the series that they belong to."""

from datetime import date, datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from bridge.program.events import EVENT_KINDS
from bridge.program.mailing import Mailing
from bridge.program.schema.keys import ID, Duration, OneOf, QuietHoursField, Strict, Words, web_address
from bridge.program.sequences import AT_HANDOVER, ENDS, KINDS


class MailingTable(Strict):
    quiet_hours = QuietHoursField(load_default=Mailing().quiet)
    max_per_day = fields.Integer(
        load_default=Mailing().max_per_day, strict=True, validate=validate.Range(1, 24)
    )
    max_per_week = fields.Integer(
        load_default=Mailing().max_per_week, strict=True, validate=validate.Range(1, 100)
    )
    rest_at = fields.Integer(
        load_default=Mailing().rest_at, strict=True, validate=validate.Range(-100_000, 0)
    )
    ignored_after = Duration(load_default=Mailing().ignored_after)


class MailTable(Strict):
    id = fields.String(required=True, validate=ID)
    subject = Words(required=True)
    text = fields.String(required=True)
    topics = fields.List(fields.String(), load_default=list)


class Moment(fields.Field[datetime]):
    """A date with a time as TOML writes it, such as 2026-12-10T10:00:00; without an offset it is local."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> datetime:
        if isinstance(value, datetime):
            return value
        hint = "is a date without a time" if isinstance(value, date) else "not a date with a time"
        raise ValidationError(f"{hint}; expected one such as 2026-12-10T10:00:00, without quotation marks")


class VariantTable(Strict):
    id = fields.String(required=True, validate=ID)
    mail = fields.String(load_default=None)
    subject = Words(load_default=None)
    share = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 100))

    @validates_schema
    def _one_difference(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("mail") is None) == (data.get("subject") is None):
            raise ValidationError({"mail": ["a variant has another mail or another subject, one of the two"]})


class StepTable(Strict):
    id = fields.String(load_default=None, validate=ID)
    mail = fields.String(load_default=None)
    after = Duration(load_default=None)
    before_date = Duration(load_default=None)
    after_date = Duration(load_default=None)
    until = fields.String(load_default=None, validate=OneOf(EVENT_KINDS))
    when = fields.String(load_default=None)
    next_ = fields.String(data_key="next", load_default=None, validate=ID)
    otherwise = fields.String(load_default=None, validate=ID)
    articles = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 10))
    needs_articles = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    variants = fields.List(fields.Nested(VariantTable), load_default=list)
    ends = fields.String(load_default="by-hand", validate=OneOf(ENDS))
    at_least = fields.Integer(load_default=100, strict=True, validate=validate.Range(min=1))
    chosen = fields.String(load_default=None, validate=ID)

    @validates_schema
    def _one_time(self, data: dict[str, Any], **_: Any) -> None:
        named = [key for key in ("after", "before_date", "after_date") if data.get(key) is not None]
        if len(named) > 1:
            raise ValidationError({named[1]: [f"a step has one time, and this one has “{named[0]}” already"]})

    @validates_schema
    def _something_to_do(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("mail") is None and data.get("id") is None:
            raise ValidationError({"id": ["a step without a mail needs a name of its own"]})
        if data.get("needs_articles") and not data.get("articles"):
            raise ValidationError({"articles": ["needed: how many articles at most"]})

    @post_load
    def _named_by_its_mail(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data | {"id": data["id"] or data["mail"]}


class SequenceTable(Strict):
    id = fields.String(required=True, validate=ID)
    kind = fields.String(required=True, validate=OneOf(KINDS))
    title = Words(load_default=dict)
    starts = fields.String(load_default=None, validate=OneOf(EVENT_KINDS))
    when = fields.String(load_default=None)
    form = fields.String(load_default=None)
    date = Moment(load_default=None)
    every = Duration(load_default=None)
    place = Words(load_default=dict)
    access = fields.String(load_default=None, validate=web_address)
    topic = fields.String(load_default=None)
    interest = fields.Integer(load_default=2, strict=True, validate=validate.Range(min=1))
    silence = Duration(load_default=timedelta(days=90))
    again = Duration(load_default=None)
    goal = fields.String(load_default=None)
    at_handover = fields.String(load_default="pause", validate=OneOf(AT_HANDOVER))
    steps = fields.List(fields.Nested(StepTable), required=True, validate=validate.Length(min=1))
