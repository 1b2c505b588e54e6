"""Territories, teams, absences, filters, measures and patience of sales; targets and the weekly mail."""

import re
from datetime import date, datetime
from typing import Any

import holidays
from email_validator import EmailNotValidError, validate_email
from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from bridge.program.desk import DEEDS, Absence, Hours, Postcodes
from bridge.program.schema.keys import ID, OneOf, Strict, Words, clock_times

MOST = validate.Range(min=1)
LINE_OF_ADDRESS = 50


class PostcodesField(fields.Field[Postcodes]):
    """Postcodes: from one to another as "80000-87999", or all that begin alike as "8"."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Postcodes:
        match = re.fullmatch(r"\s*([0-9A-Za-z]{1,10})\s*(?:-\s*([0-9A-Za-z]{1,10})\s*)?", str(value))
        first, last = (match[1].upper(), (match[2] or match[1]).upper()) if match else ("", "")
        if not isinstance(value, str) or not first or first > last:
            raise ValidationError(
                'not postcodes; expected a range such as "80000-87999", or a beginning such as "8"'
            )
        return Postcodes(first, last)


class MailDomain(fields.String):
    """What stands behind the @ of mail addresses, or the end of it, in small letters and as IDNA writes it."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        written = str(super()._deserialize(value, attr, data))
        domain = written.removeprefix("@").lower()
        if re.fullmatch(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", domain):
            return domain
        try:
            valid = validate_email(f"a@{domain}", check_deliverability=False, test_environment=True)
        except EmailNotValidError as error:
            raise ValidationError(
                f'“{written}” is no domain of a mail address; expected one such as "wettbewerb.example"'
            ) from error
        return (valid.ascii_domain or valid.domain).lower()


class HoursField(fields.Field[Hours]):
    """Working hours such as "9:00-17:00"."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Hours:
        times = clock_times(value)
        if not times or times[0] >= times[1]:
            raise ValidationError('not working hours; expected two times of one day such as "9:00-17:00"')
        return Hours(times[0], times[1])


class AddressLine(fields.String):
    """A line of an address on paper; what does not fit a line is refused."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        line = " ".join(super()._deserialize(value, attr, data).split())
        if not 1 <= len(line) <= LINE_OF_ADDRESS:
            raise ValidationError(
                f'not a line of an address; expected up to {LINE_OF_ADDRESS} signs such as "20095 Hamburg"'
            )
        return line


class TerritoryTable(Strict):
    id = fields.String(required=True, validate=ID)
    title = Words(load_default=dict)
    countries = fields.List(
        fields.String(
            validate=validate.Regexp(r"^[A-Z]{2}\Z", error="expected two capital letters such as “DE”")
        ),
        load_default=list,
    )
    postcodes = fields.List(PostcodesField(), load_default=list)
    industries = fields.List(fields.String(), load_default=list)
    sizes = fields.List(fields.String(), load_default=list)
    topics = fields.List(fields.String(), load_default=list)
    when = fields.String(load_default=None)

    @validates_schema
    def _asks_for_something(self, data: dict[str, Any], **_: Any) -> None:
        if not any(
            data.get(key) for key in ("countries", "postcodes", "industries", "sizes", "topics", "when")
        ):
            raise ValidationError(
                {
                    "id": [
                        "it asks for nothing; expected countries, postcodes, industries, sizes, topics or when"
                    ]
                }
            )


class BrakeTable(Strict):
    max_per_day = fields.Integer(load_default=None, allow_none=True, strict=True, validate=MOST)
    max_per_week = fields.Integer(load_default=None, allow_none=True, strict=True, validate=MOST)


class TeamTable(BrakeTable):
    id = fields.String(required=True, validate=ID)
    title = Words(load_default=dict)
    lead = fields.String(load_default=None)
    territories = fields.List(fields.String(), load_default=list)


class Day(fields.Field[date]):
    """A date of TOML, or one as text."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError as error:
            raise ValidationError("not a day; expected one such as 2026-12-24") from error


class AbsenceTable(Strict):
    first = Day(data_key="from", required=True)
    last = Day(data_key="to", required=True)
    instead = fields.String(load_default=None)

    @validates_schema
    def _ends_after_its_beginning(self, data: dict[str, Any], **_: Any) -> None:
        if data["last"] < data["first"]:
            raise ValidationError({"to": ["it lies before the first day"]})

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Absence:
        return Absence(**data)


class FilterTable(Strict):
    id = fields.String(required=True, validate=ID)
    title = Words(load_default=dict)
    domains = fields.List(MailDomain(), load_default=list)
    private = fields.Boolean(load_default=False)
    outside = fields.Boolean(load_default=False)
    unreachable = fields.Boolean(load_default=False)
    when = fields.String(load_default=None)
    sales_forms = fields.Boolean(load_default=False)

    @validates_schema
    def _asks_for_something(self, data: dict[str, Any], **_: Any) -> None:
        if not any(data.get(key) for key in ("domains", "private", "outside", "unreachable", "when")):
            raise ValidationError(
                {"id": ["it would hold everybody; expected domains, private, outside, unreachable or when"]}
            )


class MeasureTable(Strict):
    id = fields.String(required=True, validate=ID)
    title = Words(load_default=dict)
    deed = fields.String(required=True, validate=OneOf(DEEDS))
    when = fields.String(load_default=None)

    @validates_schema
    def _is_named_after_no_other_deed(self, data: dict[str, Any], **_: Any) -> None:
        if data["id"] in DEEDS and data["id"] != data["deed"]:
            raise ValidationError({"id": [f"it is the name of another deed than “{data['deed']}”"]})


class PatienceTable(Strict):
    remind = fields.Integer(load_default=1, strict=True, validate=MOST)
    escalate = fields.Integer(load_default=2, strict=True, validate=MOST)
    give_back = fields.Integer(load_default=10, strict=True, validate=MOST)
    ask = fields.Integer(load_default=60, strict=True, validate=MOST)

    @validates_schema
    def _grows(self, data: dict[str, Any], **_: Any) -> None:
        if not data["remind"] <= data["escalate"] <= data["give_back"]:
            raise ValidationError(
                {"escalate": ["out of order; expected remind ≤ escalate ≤ give_back, in working days"]}
            )


def calendar(value: str) -> None:
    """Refuse what the package `holidays` does not know."""
    country, _, part = value.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known or (part and part not in known[country]):
        raise ValidationError('no calendar of holidays is known by that name; expected one such as "DE-BY"')


class TargetTable(Strict):
    figure = fields.String(required=True)
    per = fields.String(required=True, validate=OneOf(("week", "month", "quarter", "year")))
    at_least = fields.Integer(required=True, strict=True, validate=MOST)


class ResultsTable(Strict):
    targets = fields.List(fields.Nested(TargetTable), load_default=list)
    digest = fields.List(fields.Email(), load_default=list)
