"""The form of `program.toml`, key by key. What refers to what is checked afterwards, in `checking`."""

import difflib
import re
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate, validates_schema

from bridge.program.endpoints import endpoint_id
from bridge.program.events import EVENT_KINDS
from bridge.program.expressions import MOST_POINTS
from bridge.program.mailing import Mailing, QuietHours
from bridge.program.model import EVERYTHING
from bridge.program.retention import Retention
from bridge.program.verdicts import Burst, Thresholds

LANGUAGES = ("de", "en")
ID = validate.Regexp(
    r"^[a-z0-9][a-z0-9_-]{0,62}\Z", error="Use small letters, digits, “-” and “_”, at most 63."
)
WEBHOOK_TYPES = (
    "lead.created",
    "lead.confirmed",
    "lead.stage_changed",
    "lead.sales_qualified",
    "lead.outcome",
    "lead.unsubscribed",
    "lead.erased",
)
ON_THIS_MACHINE = ("localhost", "127.0.0.1")
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
)
_OWN_PORT = {"http": "80", "https": "443"}
_CLOCK = "(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
_SHORT_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Strict(Schema):
    """A table that knows its keys: an unknown one is a mistake, with the nearest known one named."""

    class Meta:
        unknown = EXCLUDE

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _no_unknown_keys(self, data: Any, original: Any, **_: Any) -> None:
        known = {field.data_key or name for name, field in self.load_fields.items()}
        unknown = set(original) - known if isinstance(original, Mapping) else set()
        if unknown:
            raise ValidationError({key: [_unknown(key, known)] for key in sorted(unknown)})


def _unknown(key: str, known: set[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean “{near[0]}”?" if near else f"known keys are {', '.join(sorted(known))}"
    return f"unknown key; {hint}"


class Words(fields.Field[dict[str, str]]):
    """A text: one string, or one per language as {de = "…", en = "…"}."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> dict[str, str]:
        if isinstance(value, str) and value.strip():
            return dict.fromkeys(LANGUAGES, value)
        if isinstance(value, dict) and value and all(_is_text(k, v) for k, v in value.items()):
            return {str(k): str(v) for k, v in value.items()}
        raise ValidationError('not a text; expected "…" or {de = "…", en = "…"}')


def _is_text(language: object, words: object) -> bool:
    return language in LANGUAGES and isinstance(words, str) and bool(words.strip())


class Duration(fields.Field[timedelta]):
    """A length of time such as "0d", "36h", "90d"."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> timedelta:
        match = re.fullmatch(r"(\d{1,5})([mhdw])", value) if isinstance(value, str) else None
        if not match:
            raise ValidationError('not a length of time; expected a number and m, h, d or w, such as "90d"')
        return timedelta(**{_UNITS[match[2]]: int(match[1])})


class Seconds(fields.Field[timedelta]):
    """A short length of time such as "20s", "2m"."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> timedelta:
        match = re.fullmatch(r"(\d{1,5})([smh])", value) if isinstance(value, str) else None
        if not match:
            raise ValidationError('not a length of time; expected a number and s, m or h, such as "10s"')
        return timedelta(**{_SHORT_UNITS[match[2]]: int(match[1])})


class BurstField(fields.Field[Burst]):
    """So many within a time, such as "3 in 10s"."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Burst:
        match = re.fullmatch(r"(\d{1,3}) in (\d{1,4})([sm])", value) if isinstance(value, str) else None
        if not match or int(match[1]) < 2 or not int(match[2]):
            raise ValidationError(
                'not a burst; expected two or more within some seconds (s) or minutes (m), such as "3 in 10s"'
            )
        return Burst(int(match[1]), timedelta(**{_SHORT_UNITS[match[3]]: int(match[2])}))


class QuietHoursField(fields.Field[QuietHours]):
    """From one time of the day to another one, such as "21:00-07:00"."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> QuietHours:
        match = re.fullmatch(f"({_CLOCK})-({_CLOCK})", value) if isinstance(value, str) else None
        times = [time.fromisoformat(text.zfill(5)) for text in match.groups()] if match else []
        if len(set(times)) < 2:
            raise ValidationError('not quiet hours; expected two different times such as "21:00-07:00"')
        return QuietHours(*times)


class Points(fields.Field[int | str]):
    """An integer, or a formula in CEL."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> int | str:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValidationError(
                'not points; expected a whole number or a formula such as "threshold - score"'
            )
        if isinstance(value, int) and abs(value) > MOST_POINTS:
            raise ValidationError(f"too many points; at most {MOST_POINTS} either way")
        return value


class Zone(fields.Field[ZoneInfo]):
    """A time zone of the IANA database."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> ZoneInfo:
        try:
            return ZoneInfo(str(value))
        except (KeyError, ValueError, OSError) as error:
            raise ValidationError('unknown time zone; expected one such as "Europe/Berlin"') from error


def _web_address(value: str) -> None:
    if not (urlsplit(value).scheme in {"http", "https"} and urlsplit(value).netloc):
        raise ValidationError("not a web address; expected https://…")


def _web_address_or_path(value: str) -> None:
    if not re.match(r"^/(?![/\\])", value):
        _web_address(value)


class ProgramTable(Strict):
    name = fields.String(required=True, validate=validate.Length(1, 200))
    language = fields.String(load_default="de", validate=validate.OneOf(LANGUAGES))
    timezone = Zone(load_default=ZoneInfo("Europe/Berlin"))
    imprint = fields.String(required=True, validate=_web_address)
    privacy = fields.String(required=True, validate=_web_address)
    thanks = fields.String(load_default="/thanks", validate=_web_address_or_path)


class Origin(fields.Field[str]):
    """Where a website is: scheme, host and perhaps port, as a browser names it in the header `Origin`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        match = _ORIGIN.fullmatch(value.lower()) if isinstance(value, str) else None
        if not match:
            raise ValidationError(
                "not an origin; expected scheme and host without a path, such as https://www.example.com"
            )
        scheme, host, port = match["scheme"], match["host"], match["port"]
        if scheme == "http" and host not in ON_THIS_MACHINE:
            raise ValidationError(f"http is for localhost and 127.0.0.1 only; expected https://{host}")
        return f"{scheme}://{host}" + ("" if port in {None, _OWN_PORT[scheme]} else f":{port}")


class WebsiteTable(Strict):
    origins = fields.List(Origin(), load_default=list)


class TopicTable(Strict):
    id = fields.String(required=True, validate=ID)
    title = Words(required=True)


class ConsentTable(Strict):
    text = Words(required=True)


class FieldTable(Strict):
    id = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9_]{0,62}\Z"))
    type = fields.String(
        required=True,
        validate=validate.OneOf(("text", "choice", "number", "date", "phone", "email", "textarea")),
    )
    label = Words(required=True)
    choices = fields.List(fields.String(), load_default=list)

    @validates_schema
    def _choices_for_choice(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("type") == "choice") != bool(data.get("choices")):
            raise ValidationError({"choices": ['given for type = "choice", and only there']})


class FormTable(Strict):
    id = fields.String(required=True, validate=ID)
    kind = fields.String(
        load_default="other",
        validate=validate.OneOf(("download", "event", "contact", "callback", "order", "other")),
    )
    channel = fields.String(load_default="marketing", validate=validate.OneOf(("marketing", "sales")))
    title = Words(required=True)
    fields_ = fields.List(fields.String(), data_key="fields", required=True, validate=validate.Length(min=1))
    consents = fields.List(fields.String(), load_default=list)
    topics = fields.List(fields.String(), load_default=list)
    download = fields.String(load_default=None)
    thanks = fields.String(load_default=None, validate=_web_address_or_path)


class RuleTable(Strict):
    id = fields.String(required=True, validate=ID)
    on = fields.String(required=True, validate=validate.OneOf(EVENT_KINDS))
    points = Points(required=True)
    when = fields.String(load_default=None)
    once = fields.String(
        load_default=None,
        validate=validate.OneOf(("link", "mail", "form", "file", "page_day", "day", "profile")),
    )
    max_per_day = fields.Integer(load_default=None, strict=True, validate=validate.Range(min=1))
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


class MailingTable(Strict):
    quiet_hours = QuietHoursField(load_default=Mailing().quiet)
    max_per_day = fields.Integer(
        load_default=Mailing().max_per_day, strict=True, validate=validate.Range(1, 24)
    )


class ScoringTable(Strict):
    preset = fields.String(load_default=None, validate=validate.OneOf(("exact", "artegic")))
    rules = fields.List(fields.Nested(RuleTable), load_default=list)


class MailTable(Strict):
    id = fields.String(required=True, validate=ID)
    subject = Words(required=True)
    text = fields.String(required=True)


class StepTable(Strict):
    mail = fields.String(required=True)
    after = Duration(load_default=timedelta(0))


class SequenceTable(Strict):
    id = fields.String(required=True, validate=ID)
    kind = fields.String(required=True, validate=validate.OneOf(("welcome", "follow-up", "event", "wake-up")))
    starts = fields.String(required=True, validate=validate.OneOf(EVENT_KINDS))
    steps = fields.List(fields.Nested(StepTable), required=True, validate=validate.Length(min=1))


class PersonTable(Strict):
    id = fields.String(required=True, validate=ID)
    name = fields.String(required=True)
    email = fields.Email(required=True)
    phone = fields.String(load_default=None)
    territories = fields.List(fields.String(), load_default=list)


class ReasonTable(Strict):
    id = fields.String(required=True, validate=ID)
    label = Words(required=True)
    effect = fields.String(
        load_default="nurture",
        validate=validate.OneOf(("nurture", "fit_down", "reroute", "exclude", "block")),
    )
    back_after = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 24))
    asks = fields.String(load_default=None, validate=validate.OneOf(("date", "note")))


class SalesTable(Strict):
    people = fields.List(fields.Nested(PersonTable), required=True, validate=validate.Length(min=1))
    reasons = fields.List(fields.Nested(ReasonTable), load_default=list)
    link = fields.String(load_default="device", validate=validate.OneOf(("device", "open", "login")))
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
    _web_address(value)
    if "@" in urlsplit(value).netloc:
        raise ValidationError(
            "no name and password in an address: whoever receives a webhook knows us by its signature"
        )


class WebhookTable(Strict):
    id = fields.String(load_default=None, validate=ID)
    url = fields.String(required=True, validate=_endpoint)
    secret = Secrets(required=True)
    events = fields.List(
        fields.String(validate=validate.OneOf((*WEBHOOK_TYPES, EVERYTHING))),
        required=True,
        validate=validate.Length(
            min=1, error='it would be told nothing; name types such as "lead.outcome", or "*" for all'
        ),
    )

    @post_load
    def _give_an_id(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data | {"id": data["id"] or endpoint_id(data["url"])}


class ProgramFile(Strict):
    """The whole file."""

    program = fields.Nested(ProgramTable, required=True)
    website = fields.Nested(WebsiteTable, load_default=lambda: WebsiteTable().load({}))
    topics = fields.List(fields.Nested(TopicTable), load_default=list)
    consents = fields.Dict(fields.String(), fields.Nested(ConsentTable), load_default=dict)
    fields_ = fields.List(fields.Nested(FieldTable), data_key="fields", load_default=list)
    forms = fields.List(fields.Nested(FormTable), required=True, validate=validate.Length(min=1))
    stages = fields.Nested(StagesTable, required=True)
    verdicts = fields.Nested(VerdictsTable, load_default=lambda: VerdictsTable().load({}))
    mailing = fields.Nested(MailingTable, load_default=lambda: MailingTable().load({}))
    retention = fields.Nested(RetentionTable, load_default=lambda: RetentionTable().load({}))
    scoring = fields.Nested(ScoringTable, required=True)
    mails = fields.List(fields.Nested(MailTable), load_default=list)
    sequences = fields.List(fields.Nested(SequenceTable), load_default=list)
    sales = fields.Nested(SalesTable, required=True)
    webhooks = fields.List(fields.Nested(WebhookTable), load_default=list)
